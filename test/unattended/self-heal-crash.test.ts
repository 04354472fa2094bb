// Pulls the plug at every point of an unattended run, its memory and its trail among them, then boots: the next run finds
// a server that is healed or as it was, and heals it. Nothing that a cut left behind keeps it from that.

import { afterAll, describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { unfinishedRuns } from '../../src/repair/journal/unfinished-runs.ts';
import { Crash, type Cut, mortal } from '../support/mortal.ts';
import { diagnoseLab, ids, labDisk, reboot, restart } from '../support/run-lab.ts';
import {
  HOUR,
  START,
  type TestClock,
  timedMachine,
  unattendedCheck,
  unattendedFix,
} from '../support/unattended-lab.ts';

let cuts = 0;
afterAll(() => console.log(`unattended crash model: ${cuts} runs cut off, booted and healed`));

/** Both actions of the task; false: the plug was pulled. */
async function task(disk: MemoryDisk, clock: TestClock, at: number, cut: Cut): Promise<boolean> {
  const machine = mortal(timedMachine(disk, clock), at, cut);
  try {
    await unattendedFix(machine);
    await unattendedCheck(machine);
    return true;
  } catch (error) {
    if (error instanceof Crash) return false;
    throw error;
  }
}

async function everyCut(start: MemoryDisk, cut: Cut): Promise<void> {
  // A boot alone can break more: with a stale hash it is the ABO mapper that deletes the record.
  const booted = start.clone();
  reboot(booted);
  const before = ids(await diagnoseLab(timedMachine(booted, { now: START })));
  for (let at = 0; ; at += 1) {
    const disk = start.clone();
    const clock = { now: START };
    if (await task(disk, clock, at, cut)) return;
    cuts += 1;
    const where = `cut at ${at}`;
    reboot(disk);
    clock.now += HOUR;
    const machine = timedMachine(disk, clock);
    const asBefore = ids(await diagnoseLab(machine));
    expect(before, where).toEqual(expect.arrayContaining([...asBefore]));
    await unattendedFix(machine);
    expect(await unfinishedRuns(machine), where).toEqual([]);
    const { diagnosis } = await unattendedCheck(machine);
    expect(diagnosis.verdict, where).toBe('healthy');
    expect(
      [...disk.files().keys()].filter((path) => /lock\.json|\.tmp$/i.test(path)),
      where,
    ).toEqual([]);
  }
}

const started = (faults: readonly string[], ...events: readonly ((disk: MemoryDisk) => void)[]): MemoryDisk => {
  const disk = labDisk({ faults });
  for (const event of events) event(disk);
  return disk;
};

describe.each([
  ['stale-hash', () => started(['stale-hash'])],
  ['stale-hash, after the restart', () => started(['stale-hash'], restart)],
  ['lost-binding', () => started(['lost-binding'])],
  // An update leaves no gap, in which another fault would stand there.
  ['superseded-certificate', () => labDisk({ faults: ['superseded-certificate'], osBuild: 20348 })],
])('an unattended run on %s', (_name, start) => {
  it.each(['before', 'torn'] as const)(
    'survives a cut at every point (%s)',
    async (cut) => {
      await everyCut(start(), cut);
    },
    300_000,
  );
});
