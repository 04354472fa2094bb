// Reads the journals of earlier runs.

import type { Machine } from '../machine/machine.ts';
import type { StepOutcome } from '../model/outcome.ts';
import { runsFolder } from '../model/places.ts';
import type { Plan } from '../model/plan.ts';
import { EXIT } from './exit-code.ts';
import type { JournalEntry } from './journal.ts';

/** A run as its journal tells it. */
export interface RecordedRun {
  readonly id: string;
  readonly startedAt: string;
  /** False when the run ended without closing its journal: it was cut off. */
  readonly closed: boolean;
  readonly exitCode?: number;
  /** When its journal was closed: ISO 8601 in UTC. */
  readonly endedAt?: string;
  readonly plans: readonly RecordedPlan[];
  /** How many files the journal has: where it goes on. */
  readonly entries: number;
}

/** One plan of a run with what became of each of its steps; undefined: not begun; `begun`: cut off in the middle. */
export interface RecordedPlan {
  /** Its number in the run: plans that were not begun have one too, and no entry. */
  readonly number: number;
  readonly plan: Plan;
  /** False where the run was cut off before the plan was done or taken back whole. */
  readonly ended: boolean;
  readonly steps: readonly (StepOutcome | 'begun' | undefined)[];
}

/** Ids of all runs, oldest first. */
export async function listRuns(machine: Machine): Promise<readonly string[]> {
  const list = await machine.list(runsFolder(machine));
  return list.result === 'ok' ? [...list.folders].sort() : [];
}

/** When a run last healed everything that it found: ISO 8601 in UTC; undefined where none has. */
export async function lastHeal(machine: Machine): Promise<string | undefined> {
  for (const id of [...(await listRuns(machine))].reverse()) {
    const run = await readRun(machine, id);
    if (run?.exitCode === EXIT.healthy && run.plans.length > 0) return run.endedAt;
  }
  return undefined;
}

/** The run with that id; undefined when there is none, or nothing of it can be read. */
export async function readRun(machine: Machine, id: string): Promise<RecordedRun | undefined> {
  const folder = `${runsFolder(machine)}\\${id}`;
  const list = await machine.list(folder);
  if (list.result !== 'ok') return undefined;
  const files = list.files.filter((name) => /^\d{4}-[a-z-]+\.json$/.test(name)).sort();
  const entries: JournalEntry[] = [];
  for (const name of files) {
    const entry = await readEntry(machine, `${folder}\\${name}`);
    if (entry !== undefined) entries.push(entry);
  }
  const last = files.at(-1);
  return recordedRun(id, entries, last === undefined ? 0 : Number(last.slice(0, 4)) + 1);
}

/** Whether its journal was closed: the one entry that says so is read, since a server may have years of runs. */
export async function isClosed(machine: Machine, id: string): Promise<boolean> {
  const folder = `${runsFolder(machine)}\\${id}`;
  const list = await machine.list(folder);
  const name = list.result === 'ok' ? list.files.findLast((file) => /^\d{4}-closed\.json$/.test(file)) : undefined;
  return name !== undefined && (await readEntry(machine, `${folder}\\${name}`)) !== undefined;
}

/** Undefined for a file that a crash cut off. */
async function readEntry(machine: Machine, path: string): Promise<JournalEntry | undefined> {
  const read = await machine.read(path);
  if (read.result !== 'ok') return undefined;
  try {
    return JSON.parse(Buffer.from(read.bytes).toString('utf8')) as JournalEntry;
  } catch {
    return undefined;
  }
}

function recordedRun(id: string, entries: readonly JournalEntry[], count: number): RecordedRun | undefined {
  const [head] = entries;
  if (head?.kind !== 'run') return undefined;
  const plans = entries.flatMap((entry) =>
    entry.kind === 'plan' ? [recordedPlan(entry.plan, entry.content, entries)] : [],
  );
  const closed = entries.findLast((entry) => entry.kind === 'closed');
  return {
    id,
    startedAt: head.startedAt,
    closed: closed !== undefined,
    ...(closed?.kind === 'closed' && { exitCode: closed.exitCode, endedAt: closed.at }),
    plans,
    entries: count,
  };
}

function recordedPlan(number: number, plan: Plan, entries: readonly JournalEntry[]): RecordedPlan {
  const steps = plan.steps.map((_step, index) => {
    const own = entries.filter((entry) => 'step' in entry && entry.plan === number && entry.step === index);
    const last = own.at(-1);
    if (last === undefined) return undefined;
    return last.kind === 'end' || last.kind === 'undo-end' ? last.outcome : 'begun';
  });
  const ended = entries.some((entry) => entry.kind === 'plan-end' && entry.plan === number);
  return { number, plan, ended, steps };
}
