// The journal of a run: one folder, one numbered file per entry, each flushed before anything it speaks of is done.
// A file that was cut off by a crash is the last one and is not whole JSON; everything before it is.

import type { Machine } from '../machine/machine.ts';
import type { Identity } from '../model/evidence.ts';
import type { StepOutcome, Verdict } from '../model/outcome.ts';
import { runsFolder } from '../model/places.ts';
import type { Plan } from '../model/plan.ts';

/** One entry. Actions stand in it as data and as the line that was shown; secrets stand in it by name only. */
export type JournalEntry =
  | {
      readonly kind: 'run';
      readonly formatVersion: 1;
      readonly id: string;
      readonly startedAt: string;
      readonly identity: Identity;
      readonly version: string;
    }
  | { readonly kind: 'plan'; readonly plan: number; readonly content: Plan }
  | {
      readonly kind: 'begin';
      readonly plan: number;
      readonly step: number;
      readonly shown: string;
      readonly undo: string;
    }
  | {
      readonly kind: 'end';
      readonly plan: number;
      readonly step: number;
      readonly outcome: StepOutcome;
      readonly detail?: string;
    }
  | { readonly kind: 'undo-begin'; readonly plan: number; readonly step: number; readonly shown: string }
  | {
      readonly kind: 'undo-end';
      readonly plan: number;
      readonly step: number;
      readonly outcome: 'undone' | 'undo-failed';
      readonly detail?: string;
    }
  | { readonly kind: 'plan-end'; readonly plan: number; readonly verdict: Verdict }
  | { readonly kind: 'closed'; readonly at: string; readonly exitCode: number };

/** A journal that is being written. */
export interface Journal {
  readonly id: string;
  /** Writes and flushes one entry; throws JournalError when that fails, since nothing may be done without it. */
  write(entry: JournalEntry): Promise<void>;
}

/** The journal cannot be written: the run stops before it changes anything more. */
export class JournalError extends Error {}

/** Starts the journal of a new run. The data folder must have been prepared. */
export async function openJournal(machine: Machine, identity: Identity, version: string): Promise<Journal> {
  const id = await freeRunId(machine);
  const journal = journalOf(machine, id, 0);
  await made(machine, `${runsFolder(machine)}\\${id}`);
  await journal.write({ kind: 'run', formatVersion: 1, id, startedAt: machine.now().toISOString(), identity, version });
  return journal;
}

/** For taking back what was done when the journal itself cannot be written any more. */
export const silentJournal = (id: string): Journal => ({ id, write: async () => {} });

/** Goes on with the journal of an earlier run, for an undo. */
export const continueJournal = (machine: Machine, id: string, entries: number): Journal =>
  journalOf(machine, id, entries);

function journalOf(machine: Machine, id: string, first: number): Journal {
  let number = first;
  return {
    id,
    async write(entry) {
      const path = `${runsFolder(machine)}\\${id}\\${String(number).padStart(4, '0')}-${entry.kind}.json`;
      number += 1;
      const result = await machine.write(path, Buffer.from(`${JSON.stringify(entry, null, 2)}\n`), { exclusive: true });
      if (result.result !== 'ok') throw new JournalError(`the journal ${path} cannot be written: ${result.detail}`);
    },
  };
}

async function made(machine: Machine, folder: string): Promise<void> {
  const result = await machine.makeFolder(folder);
  if (result.result !== 'ok') throw new JournalError(`${folder} cannot be made: ${result.detail}`);
}

/** A number that only grows, so that the order of runs outlives a clock that is set back, and the time in UTC. */
async function freeRunId(machine: Machine): Promise<string> {
  const existing = await machine.list(runsFolder(machine));
  const numbers = existing.result === 'ok' ? existing.folders.map((name) => Number.parseInt(name, 10) || 0) : [];
  const stamp = machine.now().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${String(Math.max(0, ...numbers) + 1).padStart(4, '0')}-${stamp}`;
}
