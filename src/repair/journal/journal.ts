// The journal of a run: one folder, one numbered file per entry, each flushed before anything it speaks of is done.
// A file that was cut off by a crash is the last one and is not whole JSON; everything before it is, or the journal is damaged.

import type { Machine } from '../../machine/machine.ts';
import type { JournalEntry } from '../../model/run/journal.ts';
import type { RecordedOutcome, RunOutcome } from '../../model/run/run-outcome.ts';
import type { Identity } from '../../model/server/evidence.ts';
import { runsFolder } from '../../model/server/places.ts';
import { readJournalEntry, writeJournalEntry } from '../../own-files/journal-entry.ts';

/** A journal that is being written. */
export interface Journal {
  readonly id: string;
  /** Writes and flushes one entry; throws JournalError when that fails, since nothing may be done without it. */
  write(entry: JournalEntry): Promise<void>;
}

/** The journal cannot be written, or not be read: the run stops before it changes anything more. */
export class JournalError extends Error {
  readonly outcome: RunOutcome;
  constructor(message: string, outcome: RunOutcome = 'rolled-back') {
    super(message);
    this.outcome = outcome;
  }
}

/** Starts the journal of a new run. The data folder must have been prepared. */
export async function openJournal(machine: Machine, identity: Identity, version: string): Promise<Journal> {
  const id = await freeRunId(machine);
  const journal = journalOf(machine, id, 0);
  await made(machine, `${runsFolder(machine)}\\${id}`);
  await journal.write({ kind: 'run', formatVersion: 2, id, startedAt: machine.now().toISOString(), identity, version });
  return journal;
}

/** For taking back what was done when the journal itself cannot be written any more. */
export const silentJournal = (id: string): Journal => ({ id, write: async () => {} });

/** Goes on with the journal of an earlier run. What a crash tore makes room for the entry that comes in its place. */
export async function continueJournal(
  machine: Machine,
  { id, entries, torn }: { readonly id: string; readonly entries: number; readonly torn?: string },
): Promise<Journal> {
  const removed = torn === undefined ? undefined : await machine.remove(torn);
  if (removed !== undefined && removed.result !== 'ok')
    throw new JournalError(`the journal entry ${torn}, which was cut off, cannot be removed: ${removed.detail}`);
  return journalOf(machine, id, entries);
}

/** Everything else is in the journal by now: one that cannot be closed is closed by the next run. */
export async function closeJournal(journal: Journal, at: string, outcome: RecordedOutcome): Promise<void> {
  try {
    await journal.write({ kind: 'closed', at, outcome });
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
  }
}

function journalOf(machine: Machine, id: string, first: number): Journal {
  let number = first;
  let broken: JournalError | undefined;
  return {
    id,
    async write(entry) {
      // Half an entry may lie there: nothing may come after it but what the next start finds.
      if (broken !== undefined) throw broken;
      const path = `${runsFolder(machine)}\\${id}\\${entryFile(number, entry.kind)}`;
      const bytes = writeJournalEntry(entry);
      // What the next start could not read back must not be begun.
      const read = readJournalEntry(bytes, machine);
      if (read.is !== 'entry')
        throw new JournalError(`this would not be read again: ${path} ${read.is === 'torn' ? 'is torn' : read.why}`);
      number += 1;
      const result = await machine.write(path, bytes, { exclusive: true });
      if (result.result === 'ok') return;
      broken = new JournalError(`the journal ${path} cannot be written: ${result.detail}`);
      throw broken;
    },
  };
}

/** Numbers are written with four digits or more, and compared as numbers. */
export const entryFile = (number: number, kind: JournalEntry['kind']): string =>
  `${String(number).padStart(4, '0')}-${kind}.json`;

async function made(machine: Machine, folder: string): Promise<void> {
  const result = await machine.makeFolder(folder);
  if (result.result !== 'ok') throw new JournalError(`${folder} cannot be made: ${result.detail}`);
}

/** The number that a run's name begins with; -1 where it has none. */
export const runNumber = (name: string): number => Number(/^\d+/.exec(name)?.[0] ?? -1);

/** A number that only grows, so that the order of runs outlives a clock that is set back, and the time in UTC. */
async function freeRunId(machine: Machine): Promise<string> {
  const existing = await machine.list(runsFolder(machine));
  if (existing.result !== 'ok' && existing.result !== 'absent')
    throw new JournalError(`${runsFolder(machine)} cannot be listed: ${existing.detail}`);
  const numbers = existing.result === 'ok' ? existing.folders.map(runNumber).filter(Number.isSafeInteger) : [];
  const stamp = machine.now().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${String(Math.max(0, ...numbers) + 1).padStart(4, '0')}-${stamp}`;
}
