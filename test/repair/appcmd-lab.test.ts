// Bindings that are run again through appcmd, under every answer to what is not known of it: healed, or as before.

import { describe, expect, it } from 'vitest';
import { deleteEntry } from '../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { putRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { ToldFailure } from '../../src/lab/server.ts';
import { type Answers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { served } from '../support/new-lab.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  labDisk,
  machineOn,
  newMachineKeys,
  reboot,
  stateOf,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const FRONT = '0.0.0.0:443';
const SHOP = 'shop.example.test';

const ANSWERS = UNKNOWNS['renew-same-certificate'].answers.flatMap((same) =>
  UNKNOWNS['renew-record-settings'].answers.map((settings) => ({
    'renew-same-certificate': same,
    'renew-record-settings': settings,
  })),
);
const CASES = ANSWERS.flatMap((answers) =>
  (
    [
      [1, 'before'],
      [1, 'after'],
      [2, 'before'],
      [2, 'after'],
    ] as const
  ).map(([records, when]) => [answers, records, when] as const),
);

/** A stranded key whose records have what only http.sys knows; with two records, Shop uses the certificate as well. */
function strandedLab(unknowns: Answers, records: number, when: 'before' | 'after', osBuild = 17763): MemoryDisk {
  const disk = labDisk({ faults: ['stranded-key'], unknowns, osBuild });
  const server = openLab(disk);
  const record = { ...readRecord(server, 'ip', FRONT)!, flags: 2, checkMode: 1 };
  putRecord(server, record);
  if (records === 2) {
    // Without its own certificate nothing is better for it than this one, which has not its name.
    deleteEntry(server, 'MY', readRecord(server, 'sni', `${SHOP}:443`)!.thumbprint);
    putRecord(server, { ...record, table: 'sni', endpoint: `${SHOP}:443` });
  }
  server.save();
  if (when === 'after') reboot(disk);
  return disk;
}

const APPCMD = { choices: { through: 'appcmd' }, yes: 'disruptive' } as const;

/** Without the key files that an import leaves. */
const stateBut = (disk: MemoryDisk, before: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(stateOf(disk)).filter(([path]) => !newMachineKeys(before, disk).includes(path)));

const recordsOf = (disk: MemoryDisk) => stateOf(disk)['C:\\registry.json'];

describe.each(CASES)('with %j and %i records %s the reboot', (answers, records, when) => {
  it('a move heals, every setting is kept, and the undo gives all of it back', async () => {
    const disk = strandedLab(answers, records, when);
    const before = stateOf(disk);
    const record = readRecord(openLab(disk), 'ip', FRONT)!;
    const { report, repairs } = await fixLab(disk, machineOn(disk), APPCMD);
    expect(repairs.plans.map(({ through, risk }) => [through, risk])).toEqual([
      ['appcmd', records === 2 ? 'disruptive' : 'safe'],
    ]);
    // That Shop has a certificate without its name is another fault, which is left to a person.
    expect(report.outcome).toBe(records === 2 ? 'needs-person' : 'healed');
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['healed']);
    expect(readRecord(openLab(disk), 'ip', FRONT)).toEqual(record);
    reboot(disk);
    for (const name of records === 2 ? [undefined, SHOP] : [undefined])
      expect(await served(openLab(disk), name)).toBe(record.thumbprint);
    const undone = await undoLatest(disk);
    expect(undone.steps.map(({ outcome }) => outcome)).not.toContain('undo-failed');
    expect(undone.steps.map(({ outcome }) => outcome)).not.toContain('refused');
    expect(stateBut(disk, before)).toEqual(before);
  });

  it('a re-bind makes it serve again, every setting kept', async () => {
    const disk = strandedLab(answers, records, when);
    const before = recordsOf(disk);
    const { thumbprint } = readRecord(openLab(disk), 'ip', FRONT)!;
    const how = { choices: { way: 're-bind-appcmd' }, yes: 'disruptive' } as const;
    const { report } = await fixLab(disk, machineOn(disk), how);
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['still-broken']);
    expect(recordsOf(disk)).toBe(before);
    expect(await served(openLab(disk))).toBe(thumbprint);
    await undoLatest(disk);
    expect(recordsOf(disk)).toBe(before);
  });
});

it('heals beside the other faults, one of which edits the configuration', async () => {
  const disk = labDisk({ faults: ['stale-hash', 'stranded-key', 'lost-binding'] });
  const { report } = await fixLab(disk, machineOn(disk), APPCMD);
  expect(report.plans.map(({ verdict, plan }) => [verdict, plan.through])).toEqual([
    ['healed', undefined],
    ['healed', 'appcmd'],
    ['healed', undefined],
  ]);
  expect(report.outcome).toBe('healed');
});

const told: readonly (readonly [string, ToldFailure])[] = [
  ['fails', failure('appcmd', 'renew', 'fail', 1, 5)],
  ['is missing', failure('appcmd', 'renew', 'missing')],
  ['does not end', failure('appcmd', 'renew', 'hang')],
];

describe('where appcmd', () => {
  it.each(told)('%s, all is as it was', async (_name, wrong) => {
    const disk = strandedLab({}, 2, 'before');
    const before = stateOf(disk);
    tell(disk, wrong);
    const { report } = await fixLab(disk, machineOn(disk), APPCMD);
    expect(report.outcome).toBe('rolled-back');
    expect(stateBut(disk, before)).toEqual(before);
  });

  it('knows no such verb yet, nothing is done, and that is a refusal', async () => {
    const disk = strandedLab({}, 1, 'before', 9200);
    const before = stateOf(disk);
    const { report, repairs } = await fixLab(disk, machineOn(disk), APPCMD);
    expect(repairs.blocked.map(({ blocked }) => blocked.why)).toEqual([
      'the binding cannot be run again through appcmd: its renew binding came with IIS 8.5 (build 9600), and this is build 9200',
    ]);
    expect([report.outcome, stateOf(disk)]).toEqual(['refused', before]);
  });

  it('has unbound and cannot bind again, netsh gives every record back', async () => {
    const disk = strandedLab({}, 2, 'before');
    const before = stateOf(disk);
    const machine = machineOn(disk);
    const run: typeof machine.run = async (command, secrets) => {
      if (command.program !== 'appcmd') return machine.run(command, secrets);
      const asked = {
        ...command,
        args: command.args.map((each) => String(each).replace(/newcert:.*/, 'newcert:none')),
      };
      return machine.run(asked, secrets);
    };
    const { report } = await fixLab(disk, { ...machine, run }, APPCMD);
    expect(report.outcome).toBe('rolled-back');
    expect(report.plans[0]?.steps.map(({ outcome }) => outcome)).not.toContain('undo-failed');
    expect(stateBut(disk, before)).toEqual(before);
  });

  it('has dropped settings and the run is cut off before netsh, the next start gives them back, on the second try too', async () => {
    const disk = strandedLab({ 'renew-record-settings': 'dropped' }, 2, 'before');
    const before = stateOf(disk);
    const machine = machineOn(disk);
    let renewed = false;
    const run: typeof machine.run = async (command, secrets) => {
      if (renewed && command.args.includes('delete')) throw new Error('power cut');
      renewed ||= command.args.includes('renew');
      return machine.run(command, secrets);
    };
    await expect(fixLab(disk, { ...machine, run, processId: 2 ** 30 }, APPCMD)).rejects.toThrow('power cut');
    expect(recordsOf(disk)).not.toBe(before['C:\\registry.json']);
    // The first recovery can delete no record, and says that it is half done.
    tell(disk, ...Array.from({ length: 2 }, () => failure('netsh', 'delete', 'fail')));
    for (let start = 0; start < 2; start += 1)
      await fixLab(disk, machineOn(disk), { choices: { way: 're-bind' } }).catch(() => {});
    expect(stateBut(disk, before)).toEqual(before);
  });
});

describe('a record that this netsh cannot give back', () => {
  // Server 2016: OCSP stapling is switched off by the binding, and netsh has no option for it yet.
  const lab = (unknowns: Answers, when: 'before' | 'after') => {
    const disk = strandedLab(unknowns, 1, when, 14393);
    const server = openLab(disk);
    putRecord(server, { ...readRecord(server, 'ip', FRONT)!, flags: 0x80, checkMode: 0, urlTimeout: 0 });
    const text = server.disk.read(CONFIG_PATH)!.toString();
    const edited = text.replace(/(bindingInformation="\*:443:")( sslFlags="0")?/, '$1 sslFlags="8"');
    server.disk.write(CONFIG_PATH, Buffer.from(edited));
    server.save();
    return disk;
  };

  it.each(ANSWERS.flatMap((answers) => (['before', 'after'] as const).map((when) => [answers, when] as const)))(
    'is moved through IIS by itself, or all is as before: %j %s the reboot',
    async (answers, when) => {
      const disk = lab(answers, when);
      const before = stateOf(disk);
      const { report, repairs } = await fixLab(disk, machineOn(disk));
      expect(repairs.blocked.map(({ blocked }) => blocked.why)).toEqual([]);
      expect(repairs.plans.map(({ through }) => through)).toEqual(['appcmd']);
      expect(['healed', 'rolled-back']).toContain(report.outcome);
      if (report.outcome === 'healed') expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
      else expect(stateBut(disk, before)).toEqual(before);
      expect(recordsOf(disk) === before['C:\\registry.json']).toBe(report.outcome !== 'healed');
      await undoLatest(disk);
      expect(stateBut(disk, before)).toEqual(before);
    },
  );

  it.each(ANSWERS)('is run again by IIS, or all is as before: %j', async (answers) => {
    const disk = lab(answers, 'after');
    const before = recordsOf(disk);
    const { report } = await fixLab(disk, machineOn(disk), { choices: { way: 're-bind' } });
    const works = answers['renew-same-certificate'] === 'binds-anew';
    expect(report.outcome).toBe(works ? 'faults-remain' : 'rolled-back');
    expect((await served(openLab(disk))) === readRecord(openLab(disk), 'ip', FRONT)!.thumbprint).toBe(works);
    expect(recordsOf(disk)).toBe(before);
  });
});
