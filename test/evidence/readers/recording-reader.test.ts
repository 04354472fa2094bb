import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/evidence/collect.ts';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { recording } from '../../../src/evidence/readers/recording-reader.ts';
import { KEY_FILES, KEY_FOLDERS_UNREAD } from '../../../src/evidence/sources/file-names.ts';
import { everyRequest } from '../../../src/evidence/sources/requests.ts';
import { readRegFile } from '../../../src/formats/registry/reg-file.ts';
import { labMachine } from '../../../src/machine/lab/lab-machine.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { newLab } from '../../support/new-lab.ts';

const machineOf = (server: ReturnType<typeof newLab>): Machine =>
  labMachine(server.disk, { as: 'owner', targetArguments: '', now: () => new Date('2026-03-02T08:00:00Z') });

async function collected(machine: Machine) {
  const kept = recording(liveReader(machine));
  const evidence = await collect(kept.reader);
  return { evidence, files: kept.files() };
}

describe('a recording', () => {
  it('answers as the reader does that it wraps', async () => {
    const machine = machineOf(newLab());
    const { evidence } = await collected(machine);
    expect(evidence).toEqual(await collect(liveReader(machine)));
  });

  it('keeps the bytes of every request that was answered, under its own name', async () => {
    const machine = machineOf(newLab());
    const { files } = await collected(machine);
    const places = { systemRoot: machine.systemRoot, programData: machine.programData };
    const unanswered = [
      'netstat.txt',
      'tasklist.txt',
      ...['W3SVC', 'WAS', 'HTTP'].map((name) => `services/${name}.txt`),
    ];
    const store = ['enabled', 'location', 'user-name'].map((name) => `central-store/${name}.txt`);
    const issuers = ['CA', 'ROOT', 'Disallowed', 'system-CA'].map((name) => `registry/store-${name}.reg`);
    const unasked = ['events/Security.xml', ...store, ...unanswered, ...issuers];
    const without = ['netsh-sslcert.txt', 'baseline.json', 'registry/suite-policy.reg', ...unasked];
    for (const { folderFile } of everyRequest(places).map(({ request }) => request))
      expect([folderFile, files.has(folderFile)]).toEqual([folderFile, !without.includes(folderFile)]);
    const live = await machine.read(`${places.systemRoot}\\System32\\inetsrv\\config\\applicationHost.config`);
    expect(live.result === 'ok' && Buffer.from(live.bytes).equals(files.get('applicationHost.config')!)).toBe(true);
  });

  it('lists key files by full path, and folders that were closed in a file of their own', async () => {
    const server = newLab({ faults: ['stranded-key'] });
    const machine = machineOf(server);
    const closed = `C:\\Users\\karl\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\${server.facts.otherAdmin.sid}`;
    const list: Machine['list'] = async (path) =>
      path === closed ? { result: 'denied', detail: 'access is denied' } : machine.list(path);
    const { evidence, files } = await collected({ ...machine, list });
    const lines = Buffer.from(files.get(KEY_FILES)!).toString('utf8').split('\r\n').slice(0, -1);
    expect(evidence.keyFiles.known && lines).toEqual(evidence.keyFiles.known && evidence.keyFiles.value.paths);
    expect(lines).toHaveLength(2);
    expect(Buffer.from(files.get(KEY_FOLDERS_UNREAD)!).toString('utf8')).toBe(`${closed}\r\n`);
  });

  it('has no file for what was refused', async () => {
    const machine = machineOf(newLab());
    const read: Machine['read'] = async (path) =>
      path.endsWith('applicationHost.config') ? { result: 'denied', detail: 'access is denied' } : machine.read(path);
    const { files } = await collected({ ...machine, read });
    expect(files.has('applicationHost.config')).toBe(false);
    expect(files.has('redirection.config')).toBe(true);
  });

  it('writes a .reg file without a key where the server has no WebHosting store', async () => {
    const { evidence, files } = await collected(machineOf(newLab({ osBuild: 7601 })));
    expect(evidence.storeWebHosting).toMatchObject({ known: true, value: [] });
    const file = readRegFile(files.get('registry/store-WebHosting.reg')!);
    expect(file.ok && file.value.keys.size).toBe(0);
  });

  it('takes no path from the name of a file in a profile', async () => {
    const server = newLab();
    const machine = machineOf(server);
    const reader = liveReader(machine);
    const name = '..\\..\\evil';
    const kept = recording({
      ...reader,
      profileCertificates: async () => ({
        known: true,
        value: { files: [{ sid: server.facts.owner.sid, name, bytes: Buffer.from('x') }], unread: [] },
        source: { kind: 'file', path: 'profiles' },
      }),
    });
    await collect(kept.reader);
    expect([...kept.files().keys()].filter((path) => path.startsWith('profiles/'))).toEqual(['profiles/README.txt']);
  });
});

describe('who listens, and which services run,', () => {
  const asking = (machine: Machine, asked: string[]): Machine => ({
    ...machine,
    run: (command, secrets) => {
      asked.push(command.program);
      return machine.run(command, secrets);
    },
  });

  it('is asked once, however many sites are unanswered, and not where all are answered', async () => {
    for (const [faults, times] of [
      [[], 0],
      [['not-listening'], 1],
      [['no-common-tls'], 1],
    ] as const) {
      const asked: string[] = [];
      await collect(liveReader(asking(machineOf(newLab({ faults })), asked)));
      for (const program of ['netstat', 'tasklist'])
        expect([faults, asked.filter((each) => each === program).length]).toEqual([faults, times]);
      expect(asked.filter((each) => each === 'sc')).toHaveLength(3 * times);
    }
  });

  it('is asked where no visitor could ask, too', async () => {
    const machine = machineOf(newLab());
    const none = { known: false, why: 'no network', source: { kind: 'file', path: '' } } as const;
    const asked: string[] = [];
    await collect(liveReader(asking({ ...machine, addresses: async () => none, handshake: async () => none }, asked)));
    for (const program of ['netstat', 'tasklist', 'sc']) expect(asked).toContain(program);
  });

  it('is kept without the rows of connections, which name visitors', async () => {
    const machine = machineOf(newLab({ faults: ['not-listening'] }));
    const connection = '  TCP    192.0.2.9:443          198.51.100.77:50123    ESTABLISHED     4\r\n';
    const run: Machine['run'] = async (command, secrets) => {
      const ran = await machine.run(command, secrets);
      if (command.program !== 'netstat' || !ran.started) return ran;
      return { ...ran, stdout: Buffer.concat([ran.stdout, Buffer.from(connection)]) };
    };
    const { evidence, files } = await collected({ ...machine, run });
    const kept = Buffer.from(files.get('netstat.txt')!).toString();
    expect(kept).not.toContain('198.51.100.77');
    expect(evidence.listeners.known && evidence.listeners.value.length).toBe(kept.split('\r\n').length - 1);
  });
});
