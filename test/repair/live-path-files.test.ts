// Rows of the table of what a run on a real Windows leans on, of files and folders: each under every answer that Windows may have.

import { describe, expect, it } from 'vitest';
import { readTaskXml } from '../../src/formats/tasks/task-xml.ts';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { textValue } from '../../src/lab/registry/registry-values.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { installTask, taskStatus } from '../../src/unattended/schedule/schedule.ts';
import { OWNER_PREFIX, ownerTask } from '../../src/unattended/schedule/scheduled-tasks.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  stateOf,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const CRYPTO = 'C:\\ProgramData\\Microsoft\\Crypto';
const MACHINE_KEYS = `${CRYPTO}\\RSA\\MachineKeys`;

/**
 * A27: MachineKeys holds millions of files on some servers. `icacls MachineKeys /save FILE /t` did not end in its time there, so
 * no permissions were ever known, and each look, each plan and the hourly task began it anew.
 */
describe('A27: among 5,000 key files of other programs', () => {
  const addOthers = (disk: ReturnType<typeof labDisk>) => {
    for (let index = 0; index < 5000; index += 1) {
      const digits = index.toString(16).padStart(32, '0');
      disk.write(`${MACHINE_KEYS}\\${digits}_0f6d9f0a-3b1c-4e58-9a77-1c2d3e4f5a6b`, Buffer.from('key'));
    }
  };

  /** A machine whose starts of icacls are kept, with what each has saved. */
  const counting = (machine: Machine) => {
    const starts: string[] = [];
    const sizes: number[] = [];
    const run: Machine['run'] = async (command, secrets) => {
      const ran = await machine.run(command, secrets);
      if (command.program !== 'icacls') return ran;
      starts.push(command.args.map((each) => (typeof each === 'string' ? each : '-')).join(' '));
      sizes.push(ran.started ? (ran.output?.length ?? 0) : 0);
      return ran;
    };
    return { starts, sizes, machine: { ...machine, run } };
  };

  const GOES_THROUGH_A_FOLDER = /\\MachineKeys(?:\\\*| .* \/t)/;

  it('a check finds what it finds without them, by a few starts, and reads no long list', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    const alone = counting(machineOn(disk));
    const found = ids(await diagnoseLab(alone.machine));
    expect(found).toHaveLength(1);
    addOthers(disk);
    const among = counting(machineOn(disk));
    expect(ids(await diagnoseLab(among.machine))).toEqual(found);
    expect(among.starts.length).toBeLessThanOrEqual(alone.starts.length + 2);
    expect(among.starts.filter((start) => GOES_THROUGH_A_FOLDER.test(start))).toEqual([]);
    expect(Math.max(...among.sizes)).toBeLessThan(1000);
  });

  it('a closed key is healed', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    addOthers(disk);
    const { starts, sizes, machine } = counting(machineOn(disk));
    expect((await fixLab(disk, machine)).report.outcome).toBe('healed');
    expect((await diagnoseLab(machine)).verdict).toBe('healthy');
    expect(starts.filter((start) => GOES_THROUGH_A_FOLDER.test(start))).toEqual([]);
    // The longest is that of what lies beside Windows' own folder.
    expect(Math.max(...sizes)).toBeLessThan(2000);
  });
});

/**
 * B7: closed, no key was looked for anywhere: every site with a certificate was "not checked", and none was healed that could be.
 */
describe.each(UNKNOWNS['system-keys-list'].answers)("B7: where the folders of SYSTEM's own keys are %s", (answer) => {
  const labWith = (faults: readonly string[]) => labDisk({ faults, unknowns: { 'system-keys-list': answer } });

  it('a healthy server is healthy', async () => {
    const { verdict, notChecked } = await diagnoseLab(machineOn(labWith([])));
    expect([verdict, notChecked]).toEqual(['healthy', []]);
  });

  it.each(['stranded-key', 'closed-key'])('%s is found and healed', async (fault) => {
    const disk = labWith([fault]);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });

  it('a key that can only lie there is not checked, and never called lost', async () => {
    const disk = labWith(['stranded-key']);
    const before = await diagnoseLab(machineOn(disk));
    const [file = ''] = before.found.flatMap(({ finding }) =>
      finding.facts.filter(({ name }) => name === 'keyFile').map(({ value }) => value),
    );
    disk.rename(file, `${CRYPTO}\\RSA\\S-1-5-18\\${file.slice(file.lastIndexOf('\\') + 1)}`);
    const { chains, findings, verdict } = await diagnoseLab(machineOn(disk));
    const keys = chains.flatMap(({ links }) => links.filter(({ name }) => name === 'key'));
    expect(keys.map(({ state }) => state).sort()).toEqual(answer === 'listed' ? ['ok', 'ok'] : ['ok', 'unknown']);
    if (answer === 'listed') return;
    expect(keys.map(({ message }) => message)).toContainEqual(expect.stringContaining('could not be listed'));
    expect(findings.filter(({ playbook }) => /key/.test(playbook))).toEqual([]);
    expect(verdict).not.toBe('healthy');
  });
});

/**
 * A35: the file names the account where we wrote its SID: the task of a stranded key's owner was "wrong" for ever, and made anew
 * by each `schedule install --owner`.
 */
describe.each(UNKNOWNS['task-user-id'].answers)('A35: a task file that keeps the %s of its user', (answer) => {
  const program = { command: 'C:\\heal\\iis-ssl-heal.exe', workingDirectory: 'C:\\heal', folders: [] };

  /** Registers the task of the lab's owner, as `as`; what it is then, and what making it once more starts. */
  async function installed(as: 'owner' | 'other-admin', change: (disk: MemoryDisk) => void = () => {}) {
    const disk = labDisk({ unknowns: { 'task-user-id': answer } });
    change(disk);
    const { sid } = openLab(disk).facts.owner;
    const machine = machineOn(disk, as);
    await prepareDataFolder(machine);
    const wanted = { name: `${OWNER_PREFIX}${sid}`, task: ownerTask(program, sid, ['stranded-key']) };
    const { state, faults } = await installTask(wanted, machine);
    const changes: string[] = [];
    const run: Machine['run'] = (command, secrets) => {
      if (command.program === 'schtasks' && command.args[0] !== '/Query') changes.push(String(command.args[0]));
      return machine.run(command, secrets);
    };
    await installTask(wanted, { ...machine, run });
    const kept = readTaskXml(disk.read(`C:\\Windows\\System32\\Tasks\\${wanted.name}`) ?? Buffer.alloc(0));
    return { state, faults, changes, isName: kept.ok && !kept.value.principal.userId.startsWith('S-1-'), disk, wanted };
  }

  it.each(['owner', 'other-admin'] as const)('is right, and left alone, for %s', async (as) => {
    const { disk, wanted, ...rest } = await installed(as);
    expect(rest).toEqual({ state: 'right', faults: [], changes: [], isName: answer === 'name' });
  });

  it('of somebody else is wrong', async () => {
    const { disk, wanted } = await installed('owner');
    const other = openLab(disk).facts.otherAdmin;
    const status = await taskStatus(machineOn(disk), wanted.name, () =>
      ownerTask(program, other.sid, ['stranded-key']),
    );
    expect(status.state).toBe('wrong');
    expect(status.faults).toContain(`it runs as ${openLab(disk).facts.owner.sid} instead of ${other.sid}`);
  });

  it('is not verified, and not called wrong, where nobody can tell whose name it is', async () => {
    // Two of that name, of two domains.
    const second = (disk: MemoryDisk) => {
      const server = openLab(disk);
      const key =
        'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\S-1-5-21-9-9-9-1001';
      server.registry.setValue(key, 'ProfileImagePath', textValue('C:\\Users\\olga.OTHER', 'REG_EXPAND_SZ'));
      server.save();
    };
    const { state, faults } = await installed('other-admin', second);
    expect(state).toBe(answer === 'sid' ? 'right' : 'unreadable');
    if (answer === 'name')
      expect(faults).toEqual(['it runs as LABSRV\\olga, and whose account that is could not be verified']);
  });
});

/**
 * With a volume mounted at ProgramData our data folder, made closed below the Windows folder, could not be renamed to its place:
 * nothing was ever healed. Every other rename stays in its folder; TEMP, wherever it lies, is written to and read from alone.
 */
describe.each(UNKNOWNS['temporary-folder'].answers)('temporary files on %s as ProgramData', (answer) => {
  it('keep no fault from being healed, and undone', async () => {
    const disk = labDisk({ faults: ['stale-hash'], unknowns: { 'temporary-folder': answer } });
    const before = stateOf(disk);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    expect(disk.list('C:\\ProgramData')?.folders.filter((name) => name.startsWith('iis-ssl-heal'))).toEqual([
      'iis-ssl-heal',
    ]);
    expect(disk.list('C:\\Windows')?.folders.filter((name) => name.startsWith('iis-ssl-heal'))).toEqual([]);
    await undoLatest(disk);
    expect(stateOf(disk)).toEqual(before);
  });

  it('leave nothing behind where no folder can be closed for ours', async () => {
    const disk = labDisk({ unknowns: { 'temporary-folder': answer } });
    tell(disk, failure('icacls', '/inheritance:r', 'fail', answer === 'same-volume' ? 1 : 2, 5));
    expect(await prepareDataFolder(machineOn(disk))).toMatchObject({ ok: false, error: { unmade: true } });
    for (const folder of ['C:\\ProgramData', 'C:\\Windows'])
      expect(disk.list(folder)?.folders.filter((name) => name.startsWith('iis-ssl-heal'))).toEqual([]);
  });
});

/** What programs are given to write to is read and removed: the path is compared with none. */
describe.each(UNKNOWNS['short-names'].answers)('temporary files in a folder with a %s name', (answer) => {
  it.each(['stale-hash', 'stranded-key', 'closed-key'])('keep %s from nothing', async (fault) => {
    const disk = labDisk({ faults: [fault], unknowns: { 'short-names': answer } });
    const before = stateOf(disk);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    await undoLatest(disk);
    expect(ids(await diagnoseLab(machineOn(disk)))).toHaveLength(1);
    if (fault !== 'stranded-key') expect(stateOf(disk)).toEqual(before);
    const folder = answer === 'short' ? 'C:\\Windows\\TEMPOR~1' : 'C:\\Windows\\Temp';
    expect(disk.list(folder)?.files).toEqual([]);
  });
});
