import { describe, expect, it } from 'vitest';
import { readStore } from '../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { HELD_LIST } from '../../src/lab/disk/held-files.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { RunReport } from '../../src/model/run/run-report.ts';
import { eventsOf, served } from '../support/new-lab.ts';
import {
  configBytes,
  diagnoseLab,
  failure,
  fixLab,
  ids,
  journalText,
  labDisk,
  latest,
  machineOn,
  newMachineKeys,
  ourFiles,
  reboot,
  stateOf,
  stubbornAdd,
  TOGETHER,
  tell,
} from '../support/run-lab.ts';

const FRONT = '0.0.0.0:443';

const outcomes = (report: RunReport) => report.plans.flatMap((plan) => plan.steps.map((step) => step.outcome));
const verdicts = (report: RunReport) => report.plans.map((plan) => plan.verdict);
const noTransferFile = (disk: MemoryDisk) =>
  expect(ourFiles(disk).filter((path) => /\.pfx$|^work.*\.reg$/.test(path))).toEqual([]);

/** A state without these files. */
const without = (state: Readonly<Record<string, string>>, paths: readonly string[]) =>
  Object.fromEntries(Object.entries(state).filter(([path]) => !paths.includes(path)));

// An import that is taken back leaves its key file: `certutil -delstore` deletes an entry and never its key (KB889651),
// and the name of the container that -importPFX made is not known when the undo is planned.

/** Every step that went wrong, and what the plan then looks like: the server must be what it was. */
describe.each([
  [
    'certutil export fails',
    failure('certutil', '-exportPFX', 'fail', 1, 0x8009000d),
    1,
    'certutil ended with 0x8009000D',
  ],
  ['certutil export does not end', failure('certutil', '-exportPFX', 'hang'), 1, 'certutil did not end'],
  ['certutil is missing', failure('certutil', '-exportPFX', 'missing'), 1, 'certutil could not be started'],
  ['export ends with 0 and writes nothing', failure('certutil', '-exportPFX', 'nothing'), 1, 'done nothing'],
  ['delstore does nothing', failure('certutil', '-delstore', 'nothing'), 4, 'done nothing'],
  ['delstore fails', failure('certutil', '-delstore', 'fail', 1, 5), 4, 'certutil ended with 5'],
  ['import fails', failure('certutil', '-importPFX', 'fail', 1, 0x80090010), 5, 'certutil ended with 0x80090010'],
  ['import hangs', failure('certutil', '-importPFX', 'hang'), 5, 'certutil did not end'],
  ['import is missing', failure('certutil', '-importPFX', 'missing'), 5, 'certutil could not be started'],
  ['import does nothing', failure('certutil', '-importPFX', 'nothing'), 5, 'done nothing'],
  ['netsh delete does nothing', failure('netsh', 'delete', 'nothing'), 6, 'done nothing'],
  ['netsh delete fails', failure('netsh', 'delete', 'fail'), 6, 'netsh ended with 1'],
  ['netsh add fails', stubbornAdd(), 7, 'netsh ended with 1'],
  ['netsh add hangs', failure('netsh', 'certhash', 'hang'), 7, 'netsh did not end'],
  ['netsh add ends with 0 and does nothing', failure('netsh', 'certhash', 'nothing'), 7, 'done nothing'],
] as const)('move: %s', (_name, told, failing, detail) => {
  it('is rolled back: registry and files as they were', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const before = stateOf(disk);
    const record = readRecord(openLab(disk), 'ip', FRONT)!;
    tell(disk, ...[told].flat());
    const { report } = await fixLab(disk, machineOn(disk));
    expect(verdicts(report)).toEqual(['rolled-back']);
    expect(report.outcome).toBe('rolled-back');
    expect(outcomes(report)[failing]).toBe('failed');
    expect(outcomes(report).slice(failing + 1)).toEqual(
      outcomes(report)
        .slice(failing + 1)
        .map(() => 'not-reached'),
    );
    expect(report.plans[0]?.detail).toContain(detail);
    const keys = newMachineKeys(before, disk);
    expect(without(stateOf(disk), keys)).toEqual(before);
    expect(keys).toHaveLength(failing > 5 ? 1 : 0);
    expect(readRecord(openLab(disk), 'ip', FRONT)).toEqual(record);
    expect(await served(openLab(disk))).toBe(record.thumbprint);
    noTransferFile(disk);
    const again = await fixLab(disk, machineOn(disk));
    expect(again.report.outcome).toBe('healed');
  });
});

describe('steps that need nothing of their own to be taken back', () => {
  it('a folder that cannot be closed to others ends the plan before a key is exported', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const before = stateOf(disk);
    // The first one is the data folder's own.
    tell(disk, failure('icacls', '/inheritance:r', 'fail', 2, 5));
    const { report } = await fixLab(disk, machineOn(disk));
    expect(outcomes(report)).toEqual(['failed', ...Array(7).fill('not-reached')]);
    expect(report.outcome).toBe('rolled-back');
    expect(stateOf(disk)).toEqual(before);
  });

  it('a data folder that cannot be closed to others stops the run, each time it is tried', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const before = stateOf(disk);
    for (let time = 0; time < 2; time += 1) {
      tell(disk, failure('icacls', '/inheritance:r', 'fail', 1, 5));
      await expect(fixLab(disk, machineOn(disk))).rejects.toThrow(/could not be closed to other users \(5\)/);
    }
    expect(stateOf(disk)).toEqual(before);
  });
});

describe('a key that has just landed', () => {
  it.each([
    ['without a number', undefined],
    ['with 1312', 1312],
  ])('is waited for when netsh fails %s', async (_name, exitCode) => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const fresh = failure('netsh', 'certhash', 'fail', 1, exitCode);
    tell(disk, fresh, { ...fresh }, { ...fresh });
    const pauses: number[] = [];
    const machine: Machine = { ...machineOn(disk), sleep: async (milliseconds) => void pauses.push(milliseconds) };
    const { report } = await fixLab(disk, machine);
    expect(report.outcome).toBe('healed');
    expect(pauses).toEqual([300, 750, 1500]);
  });

  it('is not waited for where a record is in the way', async () => {
    const disk = labDisk({ faults: ['lost-binding'] });
    tell(disk, failure('netsh', 'certhash', 'fail', 1, 183));
    const pauses: number[] = [];
    const machine: Machine = { ...machineOn(disk), sleep: async (milliseconds) => void pauses.push(milliseconds) };
    expect((await fixLab(disk, machine)).report.outcome).toBe('rolled-back');
    expect(pauses).toEqual([]);
  });
});

describe('a server whose netsh can update', () => {
  const modern = () => labDisk({ faults: ['stranded-key'], osBuild: 20348 });

  it('is re-bound without a gap: the record is never deleted', async () => {
    const disk = modern();
    reboot(disk);
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.outcome).toBe('healed');
    expect(outcomes(report).slice(-3)).toEqual(['done', 'already-so', 'already-so']);
    expect(eventsOf(openLab(disk), 'System')).not.toContain(`15300 ${FRONT}`);
  });

  it('is healed by delete and add where update has done nothing', async () => {
    const disk = modern();
    reboot(disk);
    tell(disk, failure('netsh', 'update', 'nothing', 2));
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.outcome).toBe('healed');
    reboot(disk);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });
});

describe('a failure that cannot be taken back', () => {
  it('is told as half done: 6', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    tell(disk, ...stubbornAdd(2));
    const { report } = await fixLab(disk, machineOn(disk));
    expect(verdicts(report)).toEqual(['half-done']);
    expect(report.outcome).toBe('half-done');
    expect(outcomes(report).slice(6)).toEqual(['undo-failed', 'failed']);
    expect(journalText(disk)).toContain('"outcome": "undo-failed"');
    expect(ids(report.after!)).toContain('lost-binding:0.0.0.0:443');
    // What is left is taken back first; a plan that was made before that is stale.
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('refused');
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
  });
});

describe('stale-hash: what can go wrong', () => {
  it.each(['fail', 'nothing', 'hang', 'missing'] as const)('appcmd %s: nothing is edited', async (act) => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const before = stateOf(disk);
    tell(disk, failure('appcmd', 'backup', act, 1, 0x80070005));
    const { report } = await fixLab(disk, machineOn(disk));
    expect(verdicts(report)).toEqual(['rolled-back']);
    expect(outcomes(report)).toEqual(['done', 'failed', 'not-reached']);
    expect(stateOf(disk)).toEqual(before);
    expect(report.outcome).toBe('rolled-back');
  });

  it('a configuration that another process holds is left alone, after patience', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const before = stateOf(disk);
    disk.write(HELD_LIST, Buffer.from(JSON.stringify({ held: [CONFIG_PATH] })));
    let slept = 0;
    const machine: Machine = {
      ...machineOn(disk),
      sleep: async (milliseconds) => {
        slept += milliseconds;
      },
    };
    const { report } = await fixLab(disk, machine);
    expect(verdicts(report)).toEqual(['rolled-back']);
    expect(report.plans[0]?.detail).toContain('cannot be replaced');
    expect(slept).toBe(2000);
    expect(stateOf(disk)).toEqual(before);
    expect(report.outcome).toBe('rolled-back');
  });

  it('a configuration that is let go of in time is edited', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    disk.write(HELD_LIST, Buffer.from(JSON.stringify({ held: [CONFIG_PATH] })));
    let naps = 0;
    const machine: Machine = {
      ...machineOn(disk),
      sleep: async () => {
        naps += 1;
        if (naps === 3) disk.write(HELD_LIST, Buffer.from('{"held":[]}'));
      },
    };
    const { report } = await fixLab(disk, machine);
    expect(report.outcome).toBe('healed');
    expect(naps).toBe(3);
  });

  it('a configuration that changed between plan and apply is not edited: stale, 7', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const changed = `${configBytes(disk)}<!-- somebody -->`;
    const { report, events } = await fixLab(disk, machineOn(disk), {
      meanwhile: () => disk.write(CONFIG_PATH, Buffer.from(changed, 'latin1')),
    });
    expect(verdicts(report)).toEqual(['stale']);
    expect(report.plans[0]?.detail).toBe('applicationHost.config has changed');
    expect(outcomes(report)).toEqual(['not-reached', 'not-reached', 'not-reached']);
    expect(report.outcome).toBe('refused');
    expect(configBytes(disk)).toBe(changed);
    expect(events.map((event) => event.kind)).toEqual(['plan', 'plan-end', 'look', 'greeted', 'greeted']);
  });

  it('a configuration that changes while the steps run is not edited: stale, 7', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const changed = `${configBytes(disk)}<!-- somebody -->`;
    const { report } = await fixLab(disk, machineOn(disk), {
      tell: (event) => {
        if (event.kind === 'step-end' && event.index === 1) disk.write(CONFIG_PATH, Buffer.from(changed, 'latin1'));
      },
    });
    expect(verdicts(report)).toEqual(['stale']);
    expect(outcomes(report)).toEqual(['done', 'done', 'failed']);
    expect(report.outcome).toBe('refused');
    expect(configBytes(disk)).toBe(changed);
  });

  it('a record that changed between plan and apply is not re-bound: stale, 7', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const server = () => openLab(disk);
    const { report } = await fixLab(disk, machineOn(disk), {
      meanwhile: () => {
        const other = server();
        other.registry.deleteKey(
          'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo\\0.0.0.0:443',
        );
        other.save();
      },
    });
    expect(verdicts(report)).toEqual(['stale']);
    expect(report.plans[0]?.detail).toBe('the SSL record of 0.0.0.0:443 has changed');
    expect(report.outcome).toBe('refused');
    expect(readRecord(server(), 'ip', FRONT)).toBeUndefined();
  });

  it('one plan that is stale does not keep the others from being applied', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'stale-hash'] });
    const { report } = await fixLab(disk, machineOn(disk), {
      meanwhile: () => disk.write(CONFIG_PATH, Buffer.from(`${configBytes(disk)} `, 'latin1')),
    });
    expect(verdicts(report)).toEqual(['stale', 'healed']);
    expect(report.outcome).toBe('refused');
  });
});

describe('lost-binding: what can go wrong', () => {
  it('netsh ends with 0 and adds nothing: rolled back, and the fault is still found', async () => {
    const disk = labDisk({ faults: ['lost-binding'] });
    const before = stateOf(disk);
    tell(disk, failure('netsh', 'certhash', 'nothing'));
    const { report } = await fixLab(disk, machineOn(disk));
    expect(verdicts(report)).toEqual(['rolled-back']);
    expect(report.plans[0]?.detail).toBe('it ended without an error and has done nothing');
    expect(stateOf(disk)).toEqual(before);
    expect(ids(report.after!)).toEqual(['lost-binding:shop.example.test:443']);
  });

  it('waits for the key that its certificate needs, and is not tried when that fails', async () => {
    const disk = labDisk({ faults: ['lost-binding', 'stranded-key'] });
    const server = openLab(disk);
    const front = readRecord(server, 'ip', FRONT)!;
    server.registry.deleteKey(
      'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo\\0.0.0.0:443',
    );
    server.save();
    tell(disk, failure('certutil', '-exportPFX', 'fail', 1, 0x8009000d));
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.plans.map((plan) => [plan.plan.finding.playbook, plan.verdict])).toEqual([
      ['stranded-key', 'rolled-back'],
      ['lost-binding', 'still-broken'],
      ['lost-binding', 'healed'],
    ]);
    expect(report.plans[1]?.detail).toBe(`stranded-key:${front.thumbprint} has to be repaired first`);
    expect(report.plans[1]?.steps.map((step) => step.outcome)).toEqual(['not-reached']);
    expect(report.outcome).toBe('rolled-back');
    const again = await fixLab(disk, machineOn(disk));
    expect(again.report.outcome).toBe('healed');
    expect(await served(openLab(disk))).toBe(front.thumbprint);
  });
});

describe('a key that may not be exported', () => {
  it('needs a person with the PFX file: 3, and nothing was changed', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    for (const [path, bytes] of disk.files()) {
      if (!/\\Users\\olga\\.*\\Crypto\\/.test(path)) continue;
      disk.write(path, Buffer.from(bytes.toString('utf8').replace('"exportable": true', '"exportable": false')));
    }
    const before = stateOf(disk);
    const { report } = await fixLab(disk, machineOn(disk));
    expect(verdicts(report)).toEqual(['needs-person']);
    expect(report.outcome).toBe('needs-person');
    expect(report.plans[0]?.detail).toContain(
      'may not be exported, or Windows cannot decrypt it in this session (0x8009000B)',
    );
    expect(stateOf(disk)).toEqual(before);
    noTransferFile(disk);
  });
});

describe('a person who stops the run', () => {
  it('between two steps has everything taken back', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const before = stateOf(disk);
    const stop = new AbortController();
    const { report } = await fixLab(disk, machineOn(disk), {
      stop: stop.signal,
      tell: (event) => {
        if (event.kind === 'step-end' && event.index === 5) stop.abort();
      },
    });
    expect(verdicts(report)).toEqual(['rolled-back']);
    expect(report.plans[0]?.detail).toBe('stopped by you');
    expect(outcomes(report)).toEqual([
      ...['done', 'undone', 'done', 'done'],
      ...['undone', 'undone', 'not-reached', 'not-reached'],
    ]);
    expect(report.outcome).toBe('rolled-back');
    const keys = newMachineKeys(before, disk);
    expect(without(stateOf(disk), keys)).toEqual(before);
    expect(keys).toHaveLength(1);
    noTransferFile(disk);
  });

  it('has nothing of the repairs behind that one read again or begun', async () => {
    const disk = labDisk({ faults: TOGETHER });
    const stop = new AbortController();
    const { report, events } = await fixLab(disk, machineOn(disk), {
      stop: stop.signal,
      tell: (event) => {
        if (event.kind === 'step-begin') stop.abort();
      },
    });
    expect(report.plans.map(({ verdict, stopped }) => [verdict, stopped])).toEqual([
      ['rolled-back', true],
      ...Array(report.plans.length - 1).fill(['nothing-done', true]),
    ]);
    expect(report.plans.length).toBeGreaterThan(1);
    expect(events.filter(({ kind }) => kind === 'plan')).toHaveLength(1);
    expect((await latest(disk)).plans).toHaveLength(1);
    expect(report.outcome).toBe('rolled-back');
  });
});

describe('a journal that cannot be written', () => {
  it('stops the run before anything more is done, and what was done is taken back', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const before = stateOf(disk);
    const machine = machineOn(disk);
    const full: Machine = {
      ...machine,
      write: async (path, bytes, options) =>
        /\\runs\\.*\\0007-/.test(path)
          ? { result: 'full', detail: 'the disk is full' }
          : machine.write(path, bytes, options),
    };
    const { report } = await fixLab(disk, full);
    expect(report.plans[0]?.detail).toMatch(/the journal .* cannot be written: the disk is full/);
    expect(report.outcome).toBe('rolled-back');
    const keys = newMachineKeys(before, disk);
    expect(without(stateOf(disk), keys)).toEqual(before);
    noTransferFile(disk);
  });
});

describe('after the worst', () => {
  it('a certificate whose entry was lost in between is found as such', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const { thumbprint } = readRecord(openLab(disk), 'ip', FRONT)!;
    tell(disk, failure('certutil', '-importPFX', 'fail', 1, 5), failure('reg', 'import', 'fail', 1, 1));
    const { report } = await fixLab(disk, machineOn(disk));
    expect(verdicts(report)).toEqual(['half-done']);
    expect(report.outcome).toBe('half-done');
    expect(readStore(openLab(disk), 'MY')?.some((entry) => entry.thumbprint === thumbprint)).toBe(false);
    reboot(disk);
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual(['broken-link:certificate-missing:0.0.0.0:443']);
  });
});
