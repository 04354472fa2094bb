// Unattended runs over a lab: what they repair, what they leave, how they prove it, and what they tell.

import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import type { Machine } from '../../src/machine/machine.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  journalText,
  labDisk,
  machineOn,
  ourFiles,
  reboot,
  stateOf,
  stubbornAdd,
  tell,
} from '../support/run-lab.ts';
import {
  applicationLog,
  eventIds,
  HOUR,
  linesOf,
  MINUTE,
  outcomesOf,
  START,
  timedMachine,
  unattendedCheck,
  unattendedFix,
} from '../support/unattended-lab.ts';

const OURS = 'C:\\ProgramData\\iis-ssl-heal';

/** A lab, its machine as SYSTEM, and the clock of both. */
function server(...faults: readonly string[]) {
  const disk = labDisk({ faults });
  const clock = { now: START };
  return { disk, clock, machine: timedMachine(disk, clock) };
}

/** A file in our own folder, which is closed to others first: in an open one nothing is done. */
async function ownFile({ disk, machine }: { disk: MemoryDisk; machine: Machine }, name: string, text = '') {
  await prepareDataFolder(machine);
  disk.write(`${OURS}\\${name}`, Buffer.from(text));
}

const settings = (lab: Parameters<typeof ownFile>[0], config: object) =>
  ownFile(lab, 'config.json', JSON.stringify({ formatVersion: 1, ...config }));

/** A machine on which some of what is written fails. */
const failing = (machine: Machine, write: (path: string) => boolean): Machine => ({
  ...machine,
  write: (path, bytes, options) =>
    write(path)
      ? Promise.resolve({ result: 'full', detail: 'there is not enough space on the disk' })
      : machine.write(path, bytes, options),
});

describe('an unattended repair', () => {
  it('is told as healed only after a fresh look and the healthy delay', async () => {
    const { disk, clock, machine } = server('stale-hash', 'lost-binding');
    const { end, unwritten } = await unattendedFix(machine);
    expect(end).toMatchObject({ outcome: 'repaired', run: 'healed' });
    expect(unwritten).toEqual([]);
    expect(eventIds(disk)).toEqual([]);
    const { noted, diagnosis } = await unattendedCheck(machine);
    expect(diagnosis.verdict).toBe('healthy');
    expect(noted?.end).toMatchObject({ outcome: 'healed', run: 'nothing-to-do', by: 'verify' });
    expect(clock.now - START).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(eventIds(disk)).toEqual([100]);
    expect(await outcomesOf(machine)).toEqual(['fix repaired', 'verify healed']);
    expect((await linesOf(machine)).map(({ run, event }) => [run, event])).toEqual([
      ['0001-20260302T090000Z', undefined],
      ['0001-20260302T090000Z', 100],
    ]);
  });

  it('is settled by the next run where nobody has proved it', async () => {
    const { disk, clock, machine } = server('lost-binding');
    await unattendedFix(machine);
    clock.now += HOUR;
    expect((await unattendedFix(machine)).end).toMatchObject({ outcome: 'healed', run: 'nothing-to-do' });
    expect((await unattendedFix(machine)).end.outcome).toBe('healthy');
    expect(eventIds(disk)).toEqual([100]);
  });

  it('that is broken again before the delay is over counts as a failure, and waits', async () => {
    const { disk, clock, machine } = server('lost-binding');
    await prepareDataFolder(machine);
    const broken = disk.clone();
    await unattendedFix(machine);
    for (const path of ['C:\\registry.json', 'C:\\lab.json']) disk.write(path, broken.read(path)!);
    const { noted } = await unattendedCheck(machine);
    expect(noted?.end).toMatchObject({ outcome: 'broken-again', run: 'faults-remain' });
    expect((await unattendedFix(machine)).end).toMatchObject({ outcome: 'held-back', run: 'needs-person' });
    clock.now += 15 * MINUTE;
    expect((await unattendedFix(machine)).end.outcome).toBe('repaired');
    expect(eventIds(disk)).toEqual([320, 210]);
  });

  it('is not made of a key that opens for somebody else: a task at the next logon is offered', async () => {
    const { disk, machine } = server('stranded-key');
    reboot(disk);
    const before = stateOf(disk);
    const { end } = await unattendedFix(machine);
    expect(end).toMatchObject({ outcome: 'needs-person', run: 'needs-person' });
    expect(stateOf(disk)).toEqual(before);
    expect(journalText(disk)).toBe('');
    expect(applicationLog(disk)).toContain('iis-ssl-heal schedule install --owner');
    for (let run = 0; run < 5; run += 1) await unattendedFix(machine);
    expect(eventIds(disk)).toEqual([200]);
  });
});

describe('a repair that fails', () => {
  it('is taken back, tried again after growing pauses, and given up', async () => {
    const { disk, clock, machine } = server('lost-binding');
    await settings({ disk, machine }, { giveUpAfterFailures: 3, repairsPerEndpointPerDay: 100 });
    const before = stateOf(disk);
    const outcomes: string[] = [];
    for (let hour = 0; hour < 12; hour += 1) {
      tell(disk, ...stubbornAdd(2));
      outcomes.push((await unattendedFix(machine)).end.outcome);
      clock.now += 10 * MINUTE;
    }
    const pause = 'held-back';
    expect(outcomes).toEqual([
      'rolled-back',
      pause,
      'rolled-back',
      pause,
      pause,
      'rolled-back',
      ...Array.from({ length: 6 }, () => 'gave-up'),
    ]);
    expect(stateOf(disk)).toEqual(before);
    expect(new Set(eventIds(disk))).toEqual(new Set([300, 210, 330]));
    expect(eventIds(disk).filter((id) => id === 330)).toHaveLength(1);
  });

  it('is counted before it is made: where it cannot be counted, it is not made', async () => {
    const { disk, machine } = server('lost-binding');
    const full = failing(machine, (path) => path.includes('self-heal.json'));
    const { end, unwritten } = await unattendedFix(full);
    expect(end).toMatchObject({ outcome: 'refused', run: 'refused' });
    expect(unwritten.join()).toContain('not enough space');
    expect(journalText(disk)).toBe('');
    expect((await diagnoseLab(machine)).findings).toHaveLength(1);
  });
});

describe('what keeps a run from repairing', () => {
  it('is the pause file, and its end is the end of it', async () => {
    const { disk, machine } = server('lost-binding');
    await ownFile({ disk, machine }, 'pause');
    expect((await unattendedFix(machine)).end.held.map(({ reason }) => reason)).toEqual(['pause-file']);
    disk.remove(`${OURS}\\pause`);
    expect((await unattendedFix(machine)).end.outcome).toBe('repaired');
  });

  it('is a playbook that is switched off; the others work', async () => {
    const { disk, machine } = server('stale-hash', 'lost-binding');
    await settings({ disk, machine }, { playbooks: { 'lost-binding': false } });
    const { end } = await unattendedFix(machine);
    expect(end).toMatchObject({ run: 'needs-person', outcome: 'held-back' });
    expect(end.diagnosis.findings.map(({ playbook }) => playbook)).toEqual(['lost-binding']);
  });

  it.each([
    ['broken', '{ "formatVersion": 1,\n "repairsPerEndpointPerDay": 0 }', 'config.json: line 2: '],
    ['hostile', '['.repeat(50_000), 'config.json: line 1: it is nested too deep'],
    ['not to be understood', '\0\0\0', 'config.json: '],
  ])('is a config.json that is %s', async (_name, config, says) => {
    const { disk, machine } = server('lost-binding');
    await ownFile({ disk, machine }, 'config.json', config);
    const before = stateOf(disk);
    const { end } = await unattendedFix(machine);
    expect(end).toMatchObject({ outcome: 'settings-broken', run: 'needs-person' });
    expect(end.detail).toContain(says);
    expect(stateOf(disk)).toEqual(before);
    expect(eventIds(disk)).toEqual([350]);
    expect(applicationLog(disk)).toContain(says);
  });

  it('is a memory that is damaged: limits that cannot be read cannot be kept', async () => {
    const { disk, machine } = server('lost-binding');
    await ownFile({ disk, machine }, 'self-heal.json', '{');
    expect((await unattendedFix(machine)).end).toMatchObject({ outcome: 'settings-broken', run: 'needs-person' });
    expect(disk.read(`${OURS}\\self-heal.json`)?.toString()).toBe('{');
  });

  it('is another run at work: nothing is written, and the code is 7', async () => {
    const { disk, machine } = server('lost-binding');
    const owner = { token: 'x', processId: process.pid, since: '', who: 'LABSRV\\olga' };
    await ownFile({ disk, machine }, 'lock.json', JSON.stringify(owner));
    const before = ourFiles(disk);
    const { end, unwritten } = await unattendedFix(machine);
    expect(end).toMatchObject({ outcome: 'refused', run: 'refused' });
    expect(unwritten.join()).toContain('another run is changing this server');
    expect(ourFiles(disk).filter((file) => file !== 'runs')).toEqual(before);
  });
});

describe('a trail that cannot be left', () => {
  it('is said where the log is full, and the repair is made all the same', async () => {
    const { disk, machine } = server('lost-binding');
    const { end, unwritten } = await unattendedFix(failing(machine, (path) => path.includes('\\log\\')));
    expect(end).toMatchObject({ outcome: 'repaired', run: 'healed' });
    expect(unwritten).toEqual([expect.stringContaining('self-heal.jsonl cannot be written')]);
    expect(ourFiles(disk).filter((file) => file.endsWith('.new'))).toEqual([]);
  });

  it('is said where the event log refuses, in our log too', async () => {
    const { disk, machine } = server('stranded-key');
    tell(disk, failure('eventcreate', '', 'fail', 1, 1));
    const { unwritten } = await unattendedFix(machine);
    expect(unwritten).toEqual(['eventcreate ended with exit code 1']);
    expect((await linesOf(machine))[0]?.event).toBeNull();
    await unattendedFix(machine);
    expect(eventIds(disk)).toEqual([200]);
  });

  it('is said where the event log cannot be read', async () => {
    const { disk, machine } = server('stranded-key');
    tell(disk, failure('wevtutil', 'Application', 'fail', 1, 5));
    const { unwritten } = await unattendedFix(machine);
    expect(unwritten).toEqual(['the Application event log cannot be read: wevtutil ended with exit code 5']);
    expect(eventIds(disk)).toEqual([]);
  });
});

describe('a healthy look', () => {
  it('tells nothing, but that trouble is over', async () => {
    const { disk, machine } = server('lost-binding');
    await ownFile({ disk, machine }, 'pause');
    await unattendedFix(machine);
    expect(eventIds(disk)).toEqual([210]);
    disk.remove(`${OURS}\\pause`);
    await fixLab(disk, machineOn(disk));
    expect((await unattendedFix(machine)).end).toMatchObject({ outcome: 'healthy-again', run: 'nothing-to-do' });
    expect((await unattendedFix(machine)).end.outcome).toBe('healthy');
    expect(eventIds(disk)).toEqual([210, 110]);
  });
});
