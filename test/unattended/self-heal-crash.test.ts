// Pulls the plug at every point of an unattended run, its memory and its trail among them, then boots: the next run finds
// a server that is healed or as it was, and heals it. Nothing that a cut left behind keeps it from that.

import { afterAll, describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { unfinishedRuns } from '../../src/repair/journal/unfinished-runs.ts';
import { type Cut, noted } from '../support/mortal.ts';
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

interface Dead {
  readonly disk: MemoryDisk;
  readonly clock: TestClock;
}

/** What both actions of the task leave where the plug is pulled: at every point in turn. */
async function deathsOf(start: MemoryDisk, cut: Cut): Promise<readonly Dead[]> {
  const dead: Dead[] = [];
  const clock = { now: START };
  const machineOn = (disk: MemoryDisk) => timedMachine(disk, clock);
  const machine = noted(start.clone(), machineOn, cut, (disk) => dead.push({ disk, clock: { ...clock } }));
  await unattendedFix(machine);
  await unattendedCheck(machine);
  return dead;
}

async function everyCut(start: MemoryDisk, cut: Cut): Promise<void> {
  // A boot alone can break more: with a stale hash it is the ABO mapper that deletes the record.
  const booted = start.clone();
  reboot(booted);
  const before = ids(await diagnoseLab(timedMachine(booted, { now: START })));
  for (const [at, { disk, clock }] of (await deathsOf(start, cut)).entries()) {
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
