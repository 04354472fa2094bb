// Unattended runs over a lab in memory: what the two actions of the scheduled task do, with a clock of the test's own.

import { playbooks } from '../../playbooks/index.ts';
import type { CallerName } from '../../src/lab/callers.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { labMachine } from '../../src/machine/lab/lab-machine.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Risk } from '../../src/model/repair/plan.ts';
import type { TrailLine } from '../../src/model/run/unattended.ts';
import { describeEnd } from '../../src/report/terminal/unattended-text.ts';
import type { Noted } from '../../src/unattended/note-end.ts';
import { awaitCalm, selfHeal } from '../../src/unattended/self-heal.ts';
import { readTrailOf } from '../../src/unattended/trail.ts';
import { type Verified, verifyHeal } from '../../src/unattended/verify-heal.ts';
import { byWord } from './by-word.ts';

/** A clock that stands still but for what sleeps: milliseconds since 1970. */
export interface TestClock {
  now: number;
}

export const START = Date.parse('2026-03-02T09:00:00.000Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The machine over a disk, whose sleeps move the clock. */
export const timedMachine = (disk: MemoryDisk, clock: TestClock, as: CallerName = 'system'): Machine =>
  byWord(
    labMachine(disk, {
      as,
      targetArguments: '',
      now: () => new Date(clock.now),
      sleep: async (milliseconds) => {
        clock.now += milliseconds;
      },
    }),
    disk,
  );

const describe = (end: Parameters<typeof describeEnd>[0]) => describeEnd(end, '');

/** `fix --yes --unattended`. */
export async function unattendedFix(machine: Machine, maxRisk: Risk = 'safe'): Promise<Noted> {
  await awaitCalm(machine);
  return selfHeal({
    machine,
    playbooks,
    version: '0.0.0',
    maxRisk,
    describe,
    tell: () => {},
    recovered: () => {},
    stop: new AbortController().signal,
  });
}

/** `check --unattended`. */
export const unattendedCheck = (machine: Machine): Promise<Verified> => verifyHeal({ machine, playbooks, describe });

/** How the runs ended, as the log tells it. */
export const outcomesOf = async (machine: Machine): Promise<readonly string[]> =>
  (await readTrailOf(machine)).map(({ by, outcome }) => `${by} ${outcome}`);

export const linesOf = (machine: Machine): Promise<readonly TrailLine[]> => readTrailOf(machine);

/** Ids of our entries in the Application log, oldest first. */
export const eventIds = (disk: MemoryDisk): readonly number[] =>
  [...applicationLog(disk).matchAll(/<EventID[^>]*>(\d+)</g)].map(([, id]) => Number(id));

export const applicationLog = (disk: MemoryDisk): string =>
  disk.read('C:\\Windows\\System32\\winevt\\Logs\\Application.xml')?.toString('utf8') ?? '';
