// What stands around every change: a data folder of our own on safe ground, the lock, and the runs that were cut off taken back first.

import { type MovedAside, prepareDataFolder } from '../../ground/prepare-data-folder.ts';
import { unsafeGround } from '../../ground/safe-ground.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Identity } from '../../model/evidence.ts';
import type { RecordedRun } from '../../model/recorded-run.ts';
import type { RunOutcome } from '../../model/run-outcome.ts';
import { damageWords, recover, removeTransferFiles, unfinishedRuns } from '../executor/recover.ts';
import { JournalError } from '../journal/journal.ts';
import { takeLock } from './lock.ts';

/** What became of the runs that were found cut off. */
export interface Recovered {
  readonly id: string;
  /** False where something of it could not be taken back; its journal says what. */
  readonly whole: boolean;
  /** Nothing had to be taken back: all that it had begun had come to its end, and it had only not said so. */
  readonly healed?: true;
}

/**
 * The change's own result, or why none was begun; nothing was changed then. `left`: an earlier run is still half done, which
 * no exit code may hide. `full`: the disk had no room for the lock. `unfinished`: what an earlier run has left keeps it from being begun.
 */
export type Changed<T> =
  | { readonly begun: true; readonly result: T; readonly left?: true }
  | {
      readonly begun: false;
      readonly why: string;
      readonly outcome: RunOutcome;
      readonly full?: true;
      readonly unfinished?: true;
    };

/** What a change tells before it begins: runs that were cut off, and what lay in the place of our folder. */
export type Told = Recovered | MovedAside;

/** Runs `change` under the lock, after taking back what earlier runs left unfinished; `tell` hears of each of those. */
export async function changeServer<T>(
  machine: Machine,
  caller: Identity,
  tell: (told: Told) => void,
  change: () => Promise<T>,
): Promise<Changed<T>> {
  let left = false;
  const work = async () => {
    const runs = await unfinishedRuns(machine);
    for (const run of runs.filter(({ damage }) => damage === undefined)) {
      const outcome = await recovered(run, machine);
      left ||= outcome === 'half-done';
      tell({ id: run.id, whole: outcome !== 'half-done', ...(outcome === 'healed' && { healed: true }) });
    }
    const damaged = runs.find(({ damage }) => damage !== undefined);
    if (damaged === undefined) return change();
    await removeTransferFiles(machine);
    throw new JournalError(damageWords(damaged, machine), 'refused');
  };
  const changed = await underLock(machine, caller, work, tell);
  return changed.begun && left ? { ...changed, left } : changed;
}

/** Where not even the journal can be written, for example on a full disk, what the run has left stays: 6. */
async function recovered(run: RecordedRun, machine: Machine): Promise<RunOutcome> {
  try {
    return await recover(run, machine);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const why = `run ${run.id} was cut off, and cannot be taken back yet: ${error.message}`;
    throw new JournalError(why, 'half-done');
  }
}

/** Runs `act` on safe ground, alone. For what writes into our own folder and changes nothing on the server. */
export async function underLock<T>(
  machine: Machine,
  caller: Identity,
  act: () => Promise<T>,
  tell: (told: MovedAside) => void = () => {},
): Promise<Changed<T>> {
  const own = await prepareDataFolder(machine);
  if (!own.ready) return { begun: false, why: own.why, outcome: own.unmade ? 'rolled-back' : 'refused' };
  for (const aside of own.aside) tell(aside);
  // The caller may write where the program lies, and nowhere in the data folder.
  const program = machine.programFolder === undefined ? [] : [machine.programFolder];
  const unsafe = await unsafeGround(machine, program, caller.sid);
  if (unsafe !== undefined) return { begun: false, why: unsafe, outcome: 'refused' };
  const lock = await takeLock(machine, caller.name);
  if (!lock.held) return { begun: false, why: lock.why, outcome: 'refused', ...(lock.full && { full: true }) };
  try {
    return { begun: true, result: await act() };
  } catch (error) {
    // Thrown only before the first step: within a plan the executor takes back what was done.
    if (error instanceof JournalError)
      return {
        begun: false,
        why: error.message,
        outcome: error.outcome,
        ...(error.outcome !== 'rolled-back' && { unfinished: true }),
      };
    throw error;
  } finally {
    await lock.release();
  }
}
