// Reads the journals of earlier runs. Only the last entry of a journal may be cut off: that is what a crash leaves. Anything
// else that cannot be read is damage, and is never taken for something that was not there.

import type { Machine } from '../../machine/machine.ts';
import { groupBy } from '../../model/once.ts';
import type { Plan } from '../../model/repair/plan.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { JournalEntry } from '../../model/run/journal.ts';
import type { RecordedPlan, RecordedRun } from '../../model/run/recorded-run.ts';
import type { RecordedOutcome } from '../../model/run/run-outcome.ts';
import { runsFolder } from '../../model/server/places.ts';
import { type EntryRead, readJournalEntry } from '../../own-files/journal-entry.ts';
import { readOwnFile } from '../change/own-file.ts';
import { entryFile, runNumber } from './journal.ts';

/** Ids of all runs, oldest first; none where there is no folder, or where it cannot be listed. */
export async function listRuns(machine: Machine): Promise<readonly string[]> {
  const ids = await runIds(machine);
  return ids.ok ? ids.value : [];
}

/** The same, for whoever must not take "could not look" for "there is none". */
export async function runIds(machine: Machine): Promise<Result<readonly string[]>> {
  const list = await machine.list(runsFolder(machine));
  if (list.result === 'absent') return ok([]);
  if (list.result !== 'ok') return fail(`${runsFolder(machine)} cannot be listed: ${list.detail}`);
  const order = (a: string, b: string) => runNumber(a) - runNumber(b) || (a < b ? -1 : 1);
  return ok(list.folders.filter((name) => runNumber(name) >= 0).sort(order));
}

/** When a run last healed everything that it found: ISO 8601 in UTC; undefined where none has. */
export async function lastHeal(machine: Machine): Promise<string | undefined> {
  for (const id of [...(await listRuns(machine))].reverse()) {
    const run = await readRun(machine, id);
    if (run?.outcome === 'healed') return run.endedAt;
  }
  return undefined;
}

/** The run with that id; undefined when there is none, or when it was cut off before it had begun anything. */
export async function readRun(machine: Machine, id: string): Promise<RecordedRun | undefined> {
  const folder = `${runsFolder(machine)}\\${id}`;
  const list = await machine.list(folder);
  if (list.result === 'absent') return undefined;
  if (list.result !== 'ok') return recordedRun(id, [], 0, { damage: `${folder} cannot be listed: ${list.detail}` });
  const files = entryFiles(list.files);
  const entries: JournalEntry[] = [];
  let torn: string | undefined;
  let damage: string | undefined;
  for (const [index, name] of files.entries()) {
    const path = `${folder}\\${name}`;
    const entry = await readEntry(machine, path);
    if (runNumber(name) !== index) damage ??= `${folder} lacks its entry ${index}`;
    else if (entry.is === 'torn' && index === files.length - 1) torn = path;
    else if (entry.is === 'torn') damage ??= `${path} was cut off, and is not the last entry`;
    else if (entry.is === 'foreign') damage ??= `${path} ${entry.why}`;
    else if (name !== entryFile(index, entry.entry.kind)) damage ??= `${path} is not the entry that its name says`;
    else if (index === 0 && entry.entry.kind !== 'run') damage ??= `${path} does not begin a journal`;
    else if (!entry.sealed && formatOf(entries[0] ?? entry.entry) !== 1) damage ??= `${path} has no checksum`;
    else entries.push(entry.entry);
  }
  const last = files.length - (torn === undefined ? 0 : 1);
  if (last === 0) return undefined;
  return recordedRun(id, entries, last, {
    ...(torn !== undefined && { torn }),
    ...(damage !== undefined && { damage }),
  });
}

/** So many journals are read at once: each has a file open meanwhile. */
const AT_ONCE = 8;

/** What `take` makes of each run, in the order of the ids. Of years of runs only a few are held whole at a time. */
export async function fromRuns<T>(
  machine: Machine,
  ids: readonly string[],
  take: (run: RecordedRun) => T,
): Promise<readonly T[]> {
  const taken: T[] = [];
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const some = await Promise.all(ids.slice(first, first + AT_ONCE).map((id) => readRun(machine, id)));
    for (const run of some) if (run !== undefined) taken.push(take(run));
  }
  return taken;
}

const formatOf = (entry: JournalEntry): number | undefined =>
  'formatVersion' in entry ? entry.formatVersion : undefined;

/** What its journal is closed as; undefined where it is open: one entry is read, of years of runs. */
export async function closedAs(machine: Machine, id: string): Promise<RecordedOutcome | undefined> {
  const folder = `${runsFolder(machine)}\\${id}`;
  const list = await machine.list(folder);
  const name = list.result === 'ok' ? entryFiles(list.files).at(-1) : undefined;
  const read = !name?.endsWith('-closed.json') ? undefined : await readEntry(machine, `${folder}\\${name}`);
  return read?.is === 'entry' && read.entry.kind === 'closed' ? read.entry.outcome : undefined;
}

/** The files that are named like entries, by their number, whatever the order of the folder. */
const entryFiles = (names: readonly string[]): readonly string[] =>
  names.filter((name) => /^\d{4,}-[a-z-]+\.json$/.test(name)).sort((a, b) => runNumber(a) - runNumber(b));

async function readEntry(machine: Machine, path: string): Promise<EntryRead> {
  const read = await readOwnFile(machine, path);
  if (read.result === 'ok') return readJournalEntry(read.bytes, machine);
  return { is: 'foreign', why: read.result === 'absent' ? 'is gone' : `cannot be read: ${read.detail}` };
}

function recordedRun(
  id: string,
  entries: readonly JournalEntry[],
  count: number,
  faults: Pick<RecordedRun, 'torn' | 'damage'>,
): RecordedRun {
  const [head] = entries;
  const ofPlans = groupBy(entries, (entry) => ('plan' in entry ? entry.plan : undefined));
  const closed = entries.findLast((entry) => entry.kind === 'closed');
  return {
    id,
    startedAt: head?.kind === 'run' ? head.startedAt : '',
    closed: closed !== undefined && closed === entries.at(-1),
    ...(closed?.kind === 'closed' && { outcome: closed.outcome, endedAt: closed.at }),
    plans: entries.flatMap((entry) =>
      entry.kind === 'plan' ? recordedPlan(entry.plan, entry.content, ofPlans.get(entry.plan) ?? []) : [],
    ),
    entries: count,
    ...faults,
  };
}

/** A plan, and the entries that are about it. */
function recordedPlan(number: number, plan: Plan, own: readonly JournalEntry[]): RecordedPlan {
  const end = own.findLast((entry) => entry.kind === 'plan-end');
  const steps = plan.steps.map((_step, index) => {
    const last = own.findLast((entry) => 'step' in entry && entry.step === index);
    if (last === undefined) return undefined;
    return last.kind === 'end' || last.kind === 'undo-end' ? last.outcome : 'begun';
  });
  return { number, plan, verdict: end?.kind === 'plan-end' ? end.verdict : undefined, steps };
}
