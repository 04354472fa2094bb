// What stands around every change: a data folder of our own on safe ground, the lock, and the runs that were cut off taken back first.

import { type MovedAside, prepareDataFolder } from '../../ground/prepare-data-folder.ts';
import { unsafeGround } from '../../ground/safe-ground.ts';
import type { Machine } from '../../machine/machine.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { RecordedRun } from '../../model/run/recorded-run.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import type { Identity } from '../../model/server/evidence.ts';
import { recover, removeTransferFiles } from '../executor/recover.ts';
import { JournalError } from '../journal/journal.ts';
import { damageWords, unfinishedRuns } from '../journal/unfinished-runs.ts';
import { takeLock } from './lock.ts';

/** What became of the runs that were found cut off. */
export interface Recovered {
  readonly id: string;
  /** False where something of it could not be taken back; its journal says what. */
  readonly whole: boolean;
  /** Nothing had to be taken back: all that it had begun had come to its end, and it had only not said so. */
  readonly healed?: true;
}

/** Why no change was begun. `full`: the disk had no room for the lock. `unfinished`: what an earlier run has left keeps it from it. */
interface NotBegun {
  readonly why: string;
  readonly outcome: RunOutcome;
  readonly full?: true;
  readonly unfinished?: true;
}

/**
 * The change's own result, or why none was begun; nothing was changed then. `left`: an earlier run is still half done, which
 * no exit code may hide.
 */
export type Changed<T> = Result<T, NotBegun> & { readonly left?: true };

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
  return changed.ok && left ? { ...changed, left } : changed;
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
  if (!own.ok) return fail({ why: own.error.why, outcome: own.error.unmade ? 'rolled-back' : 'refused' });
  for (const aside of own.value) tell(aside);
  // The caller may write where the program lies, and nowhere in the data folder.
  const program = machine.programFolder === undefined ? [] : [machine.programFolder];
  const unsafe = await unsafeGround(machine, program, caller.sid);
  if (unsafe !== undefined) return fail({ why: unsafe, outcome: 'refused' });
  const lock = await takeLock(machine, caller.name);
  if (!lock.ok) return fail({ why: lock.error.why, outcome: 'refused', ...(lock.error.full && { full: true }) });
  try {
    return ok(await act());
  } catch (error) {
    // Thrown only before the first step: within a plan the executor takes back what was done.
    if (!(error instanceof JournalError)) throw error;
    const { message: why, outcome } = error;
    return fail({ why, outcome, ...(outcome !== 'rolled-back' && { unfinished: true }) });
  } finally {
    await lock.value.release();
  }
}
