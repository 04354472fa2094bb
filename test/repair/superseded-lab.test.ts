// Certificates whose renewal lies beside them, on the lab: healed, proved and taken back, or as before.

import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import { importCertificate } from '../../src/lab/certificates/import-certificate.ts';
import { makeCertificate } from '../../src/lab/certificates/make-certificate.ts';
import { deleteEntry, putEntry, readStore } from '../../src/lab/certificates/store.ts';
import { PROPERTY, withProperty } from '../../src/lab/certificates/store-entry.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { putRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { changeServer } from '../../src/repair/change/change.ts';
import { unfinishedRuns } from '../../src/repair/journal/unfinished-runs.ts';
import { describeEnd } from '../../src/report/terminal/unattended-text.ts';
import { byWord } from '../support/by-word.ts';
import { served } from '../support/new-lab.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  latest,
  reboot,
  machineOn as shakingHands,
  stateOf,
  stubbornAdd,
  tell,
  undoLatest,
} from '../support/run-lab.ts';
import { sharedKey } from '../support/small-lab.ts';
import { START, timedMachine, unattendedFix } from '../support/unattended-lab.ts';

const machineOn = (disk: MemoryDisk): Machine => byWord(shakingHands(disk), disk);

const SHOP = 'shop.example.test';
const ID = `superseded-certificate:${SHOP}:443`;
const BUILDS = [17763, 20348];

const shopRecord = (disk: MemoryDisk) => readRecord(openLab(disk), 'sni', `${SHOP}:443`);

function change(disk: MemoryDisk, how: (server: LabServer) => void): void {
  const server = openLab(disk);
  how(server);
  server.save();
}

/** What only http.sys knows of Shop's record, and the certificate that has expired. */
const expired = (options: Parameters<typeof labDisk>[0] = {}): MemoryDisk => {
  const disk = labDisk({ faults: ['superseded-certificate'], ...options });
  change(disk, (server) => putRecord(server, { ...shopRecord(disk)!, flags: 0x2, checkMode: 0x1, urlTimeout: 9000 }));
  return disk;
};

/** Like it, and the expired one was tidied away. */
function gone(osBuild = 17763): MemoryDisk {
  const disk = expired({ osBuild });
  change(disk, (server) => deleteEntry(server, 'MY', shopRecord(disk)!.thumbprint));
  return disk;
}

/** Still valid for a month of twelve, with its renewal beside it. */
function late(): MemoryDisk {
  const disk = labDisk();
  change(disk, (server) => {
    const validity = { notBefore: new Date('2025-04-01T00:00:00Z'), notAfter: new Date('2026-04-01T00:00:00Z') };
    const made = makeCertificate({ names: [SHOP], ...validity }, () => sharedKey(3));
    const old = importCertificate(server, made, 'cng', 'Shop');
    putRecord(server, { ...shopRecord(disk)!, thumbprint: old.thumbprint });
  });
  return disk;
}

const renewalOf = (disk: MemoryDisk): string =>
  readStore(openLab(disk), 'MY')!.find(
    ({ thumbprint, der }) => thumbprint !== shopRecord(disk)!.thumbprint && der.includes(SHOP),
  )!.thumbprint;

describe.each(BUILDS)('an expired certificate on build %i', (osBuild) => {
  it('gives its place to its renewal, every setting kept, and the undo gives all of it back', async () => {
    const disk = expired({ osBuild });
    const [before, record, next] = [stateOf(disk), shopRecord(disk)!, renewalOf(disk)];
    const run = await fixLab(disk, machineOn(disk));
    expect(ids(run.before)).toEqual([ID]);
    expect(run.report.outcome).toBe('healed');
    expect(shopRecord(disk)).toEqual({ ...record, thumbprint: next });
    reboot(disk);
    expect(await served(openLab(disk), SHOP)).toBe(next);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    const undone = await undoLatest(disk);
    expect(undone.steps.map(({ outcome }) => outcome)).not.toContain('undo-failed');
    expect(undone.steps.map(({ outcome }) => outcome)).not.toContain('refused');
    expect(stateOf(disk)).toEqual(before);
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([ID]);
  });

  it.each(['fail', 'nothing', 'hang', 'missing'] as const)('is as before where netsh does this: %s', async (act) => {
    const disk = expired({ osBuild });
    const before = stateOf(disk);
    // What fails is tried again; what has ended well and done nothing is not.
    const all = act === 'fail' ? stubbornAdd() : [failure('netsh', 'certhash', act)];
    tell(disk, ...all);
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.outcome).toBe('rolled-back');
    expect(stateOf(disk)).toEqual(before);
  });
});

it('is deleted and added where an update leaves clients with the old certificate', async () => {
  const disk = expired({ osBuild: 20348 });
  const [record, next] = [shopRecord(disk)!, renewalOf(disk)];
  const machine = machineOn(disk);
  let isAdded = false;
  const stale: Machine = {
    ...machine,
    run: async (command, secrets) => {
      isAdded ||= command.args.includes('add') && command.args.some((each) => String(each).startsWith('certhash='));
      return machine.run(command, secrets);
    },
    handshake: async (greeting) => {
      const got = await machine.handshake(greeting);
      if (isAdded || !got.known || got.value.outcome !== 'certificate' || greeting.name !== SHOP) return got;
      return { ...got, value: { ...got.value, thumbprint: record.thumbprint } };
    },
  };
  const { report } = await fixLab(disk, stale);
  expect(report.plans[0]?.steps.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
  expect(shopRecord(disk)).toEqual({ ...record, thumbprint: next });
  await undoLatest(disk);
  expect(shopRecord(disk)).toEqual(record);
});

describe.each(BUILDS)('a certificate that is gone on build %i', (osBuild) => {
  it('gives its place to what has its name; taken back there is no record, which is no half-done run', async () => {
    const disk = gone(osBuild);
    const record = shopRecord(disk)!;
    expect(await served(openLab(disk), SHOP)).toBe('no-tls');
    const run = await fixLab(disk, machineOn(disk));
    expect(ids(run.before)).toEqual([ID]);
    expect(run.report.outcome).toBe('healed');
    const { thumbprint, ...settings } = shopRecord(disk)!;
    expect({ ...settings, thumbprint: record.thumbprint }).toEqual(record);
    expect(await served(openLab(disk), SHOP)).toBe(thumbprint);
    const undone = await undoLatest(disk);
    expect(undone.steps.map(({ outcome }) => outcome)).toEqual(['undone']);
    expect(shopRecord(disk)).toBeUndefined();
    expect(await unfinishedRuns(machineOn(disk))).toEqual([]);
  });

  it('is rolled back whole where the new record cannot be added: none serves no less than that one did', async () => {
    const disk = gone(osBuild);
    tell(disk, ...stubbornAdd());
    const { report } = await fixLab(disk, machineOn(disk));
    expect([report.outcome, report.plans.map(({ verdict }) => verdict)]).toEqual(['rolled-back', ['rolled-back']]);
    expect(shopRecord(disk)).toBeUndefined();
    expect(await unfinishedRuns(machineOn(disk))).toEqual([]);
    await fixLab(disk, machineOn(disk));
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });
});

it('of a run that died between delete and add, the next start says the truth, and heals', async () => {
  const disk = gone();
  const machine = machineOn(disk);
  const run: Machine['run'] = async (command, secrets) => {
    if (command.args.includes('add') && command.args.some((each) => String(each).startsWith('certhash=')))
      throw new Error('power cut');
    return machine.run(command, secrets);
  };
  await expect(fixLab(disk, { ...machine, run, processId: 2 ** 30 })).rejects.toThrow('power cut');
  expect(shopRecord(disk)).toBeUndefined();
  const told: unknown[] = [];
  const identity = { sid: 'S-1-5-21-1-2-3-500', name: 'next start', elevated: true };
  await changeServer(
    machine,
    identity,
    (each) => told.push(each),
    async () => {},
  );
  expect(told).toEqual([{ id: '0001-20260302T090000Z', whole: true }]);
  expect(await latest(disk)).toMatchObject({ closed: true, outcome: 'rolled-back' });
  expect(await unfinishedRuns(machine)).toEqual([]);
  await fixLab(disk, machine);
  expect((await diagnoseLab(machine)).verdict).toBe('healthy');
});

it('while http.sys still serves what is gone, it is left to a person; after the reboot it is healed', async () => {
  // Bound by netsh a moment ago, so that http.sys has a credential.
  const lost = expired({ osBuild: 20348 });
  await fixLab(lost, machineOn(lost));
  change(lost, (server) => {
    const validity = { notBefore: new Date('2025-08-01T00:00:00Z'), notAfter: new Date('2046-08-01T00:00:00Z') };
    importCertificate(
      server,
      makeCertificate({ names: [SHOP], ...validity }, () => sharedKey(3)),
      'cng',
      'Shop',
    );
    deleteEntry(server, 'MY', shopRecord(lost)!.thumbprint);
  });
  const before = stateOf(lost);
  const first = await fixLab(lost, machineOn(lost));
  expect(first.before.findings).toMatchObject([{ id: ID, severity: 'warning' }]);
  expect([first.repairs.plans, stateOf(lost)]).toEqual([[], before]);
  reboot(lost);
  expect((await fixLab(lost, machineOn(lost))).report.outcome).toBe('healed');
});

describe.each(UNKNOWNS['renewal-property'].answers)('where property 64 is %s', (answer) => {
  it('an expired certificate that names its renewal is served by it, or healed with it', async () => {
    const disk = expired({ unknowns: { 'renewal-property': answer } });
    const next = renewalOf(disk);
    change(disk, (server) => {
      const old = readStore(server, 'MY')!.find(({ thumbprint }) => thumbprint === shopRecord(disk)!.thumbprint)!;
      putEntry(server, 'MY', withProperty(old, PROPERTY.renewal, Buffer.from(next, 'hex')));
    });
    const { before, report } = await fixLab(disk, machineOn(disk));
    expect([before.verdict, report.outcome]).toEqual(
      answer === 'followed' ? ['healthy', 'healed'] : ['faulty', 'healed'],
    );
    expect(await served(openLab(disk), SHOP)).toBe(next);
  });
});

it('a certificate that is still valid is replaced by a person who says so', async () => {
  const disk = late();
  const before = stateOf(disk);
  const first = await fixLab(disk, machineOn(disk));
  expect(first.before.findings).toMatchObject([{ id: ID, severity: 'warning' }]);
  expect([first.report.outcome, stateOf(disk)]).toEqual(['needs-person', before]);
  const { report } = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
  expect(report.outcome).toBe('healed');
  await undoLatest(disk);
  expect(stateOf(disk)).toEqual(before);
});

describe('with nobody there', () => {
  const unattended = async (disk: MemoryDisk, config?: object, maxRisk?: 'disruptive') => {
    const machine = timedMachine(disk, { now: START });
    await prepareDataFolder(machine);
    if (config) disk.write('C:\\ProgramData\\iis-ssl-heal\\config.json', Buffer.from(JSON.stringify(config)));
    return (await unattendedFix(machine, maxRisk)).end;
  };
  const switched = (on: boolean) => ({ formatVersion: 1, playbooks: { 'superseded-certificate': on } });

  it('an expired one is replaced, unless config.json says false', async () => {
    expect(await unattended(expired())).toMatchObject({ outcome: 'repaired', run: 'healed' });
    const off = await unattended(expired(), switched(false));
    expect(off).toMatchObject({ outcome: 'held-back', held: [{ reason: 'playbook-off' }] });
  });

  it('one that is still valid only where config.json says true', async () => {
    for (const config of [undefined, { formatVersion: 1, playbooks: { 'lost-binding': true } }]) {
      const disk = late();
      const before = stateOf(disk);
      const end = await unattended(disk, config, 'disruptive');
      expect(end).toMatchObject({ outcome: 'held-back', held: [{ reason: 'not-switched-on' }] });
      expect(describeEnd(end, '')).toContain('only where config.json says true for its playbook.');
      expect(stateOf(disk)).toEqual(before);
    }
    expect(await unattended(late(), switched(true))).toMatchObject({ outcome: 'repaired', run: 'healed' });
  });
});

it('a successor whose key stayed with its owner is bound once that is moved', async () => {
  const disk = labDisk({ faults: ['stranded-key'], config: ONE_SITE });
  change(disk, (server) => {
    const validity = { notBefore: new Date('2024-09-01T00:00:00Z'), notAfter: new Date('2025-09-01T00:00:00Z') };
    const made = makeCertificate({ names: [SHOP], ...validity }, () => sharedKey(3));
    const old = importCertificate(server, made, 'cng', 'Shop');
    putRecord(server, { ...shopRecord(disk)!, thumbprint: old.thumbprint });
  });
  const next = renewalOf(disk);
  const { before, report } = await fixLab(disk, machineOn(disk));
  expect(ids(before)).toEqual([`stranded-key:${next}`, ID]);
  expect(report.plans.map(({ verdict }) => verdict)).toEqual(['healed', 'healed']);
  reboot(disk);
  expect(await served(openLab(disk), SHOP)).toBe(next);
});

const ONE_SITE = Buffer.from(
  `<configuration><system.applicationHost><sites><site name="Shop" id="1"><bindings><binding protocol="https" bindingInformation="*:443:${SHOP}" sslFlags="1" /></bindings></site></sites></system.applicationHost></configuration>`,
);

describe.each(UNKNOWNS['renew-record-settings'].answers)('through appcmd, with settings %s', (answer) => {
  const APPCMD = { choices: { through: 'appcmd' }, yes: 'disruptive' } as const;
  const WILD = '*.example.test';

  /** Two sites with one expired certificate for both, and its renewal beside it. */
  function two(): MemoryDisk {
    const bindings = ['shop', 'cart'].map(
      (name, at) =>
        `<site name="${name}" id="${at + 1}"><bindings><binding protocol="https" bindingInformation="*:443:${name}.example.test" sslFlags="1" /></bindings></site>`,
    );
    const config = `<configuration><system.applicationHost><sites>${bindings.join('')}</sites></system.applicationHost></configuration>`;
    const disk = labDisk({ config: Buffer.from(config), unknowns: { 'renew-record-settings': answer } });
    change(disk, (server) => {
      const [old] = [
        ['2024-09-01', '2025-09-01'],
        ['2025-08-01', '2046-09-01'],
      ].map(([from, to]) =>
        importCertificate(
          server,
          makeCertificate({ names: [WILD], notBefore: new Date(from!), notAfter: new Date(to!) }, () => sharedKey(3)),
          'cng',
          'wild',
        ),
      );
      for (const name of ['shop', 'cart'])
        putRecord(server, {
          ...readRecord(server, 'sni', `${name}.example.test:443`)!,
          thumbprint: old!.thumbprint,
          flags: 0x2,
          checkMode: 0x1,
        });
    });
    return disk;
  }
  const recordsOf = (disk: MemoryDisk) => stateOf(disk)['C:\\registry.json'];

  it('both bindings get the renewal, every setting kept, and the undo gives both back', async () => {
    const disk = two();
    const [before, record] = [recordsOf(disk), shopRecord(disk)!];
    const { report, repairs } = await fixLab(disk, machineOn(disk), APPCMD);
    expect(repairs.plans.map(({ through, covers }) => [through, covers.length])).toEqual([['appcmd', 2]]);
    expect(report.outcome).toBe('healed');
    const { thumbprint } = shopRecord(disk)!;
    expect(shopRecord(disk)).toEqual({ ...record, thumbprint });
    for (const name of [SHOP, 'cart.example.test']) expect(await served(openLab(disk), name)).toBe(thumbprint);
    const undone = await undoLatest(disk);
    expect(undone.steps.map(({ outcome }) => outcome)).not.toContain('refused');
    expect(recordsOf(disk)).toBe(before);
  });

  it.each([
    ['fails', failure('appcmd', 'renew', 'fail', 1, 5)],
    ['does not end', failure('appcmd', 'renew', 'hang')],
  ])('where it %s, all is as it was', async (_name, wrong) => {
    const disk = two();
    const before = recordsOf(disk);
    tell(disk, wrong);
    const { report } = await fixLab(disk, machineOn(disk), APPCMD);
    expect([report.outcome, recordsOf(disk)]).toEqual(['rolled-back', before]);
  });

  it('where it does nothing, netsh binds it to each', async () => {
    const disk = two();
    tell(disk, failure('appcmd', 'renew', 'nothing'));
    const { report } = await fixLab(disk, machineOn(disk), APPCMD);
    expect(report.outcome).toBe('healed');
  });

  it('where the run is cut off behind it, and the first try to take it back fails, the second gives both back', async () => {
    const disk = two();
    const before = recordsOf(disk);
    const machine = machineOn(disk);
    let renewed = false;
    const dying: Machine['run'] = async (command, secrets) => {
      if (renewed) throw new Error('power cut');
      renewed = command.args.includes('renew');
      return machine.run(command, secrets);
    };
    await expect(fixLab(disk, { ...machine, run: dying, processId: 2 ** 30 }, APPCMD)).rejects.toThrow('power cut');
    expect(recordsOf(disk)).not.toBe(before);
    const identity = { sid: 'S-1-5-21-1-2-3-500', name: 'next start', elevated: true };
    const told: unknown[] = [];
    const start = () =>
      changeServer(
        machine,
        identity,
        (each) => told.push(each),
        async () => {},
      );
    tell(disk, failure('netsh', 'delete', 'fail', 1, 1), failure('netsh', 'delete', 'fail', 2, 1));
    await start();
    await start();
    expect(told).toMatchObject([{ whole: false }, { whole: true }]);
    expect(recordsOf(disk)).toBe(before);
    expect(await unfinishedRuns(machine)).toEqual([]);
  });
});
