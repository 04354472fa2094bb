// What stands around every change: a data folder of our own on safe ground, the lock, and the runs that were cut off taken back first.

import type { Machine } from '../machine/machine.ts';
import type { Identity } from '../model/evidence.ts';
import { dataFolder } from '../model/places.ts';
import { EXIT } from './exit-code.ts';
import { JournalError, prepareDataFolder } from './journal.ts';
import { takeLock } from './lock.ts';
import { recover, unfinishedRuns } from './recover.ts';
import { unsafeGround } from './safe-ground.ts';

/** What became of the runs that were found cut off. */
export interface Recovered {
  readonly id: string;
  /** False where something of it could not be taken back; its journal says what. */
  readonly whole: boolean;
}

/** The change's own result, or why none was begun; nothing was changed then. `full`: the disk had no room for the lock. */
export type Changed<T> =
  | { readonly begun: true; readonly result: T }
  | { readonly begun: false; readonly why: string; readonly exitCode: number; readonly full?: true };

/** Runs `change` under the lock, after taking back what earlier runs left unfinished; `tell` hears of each of those. */
export function changeServer<T>(
  machine: Machine,
  caller: Identity,
  tell: (recovered: Recovered) => void,
  change: () => Promise<T>,
): Promise<Changed<T>> {
  return underLock(machine, caller, async () => {
    for (const run of await unfinishedRuns(machine)) tell({ id: run.id, whole: await recover(run, machine) });
    return change();
  });
}

/** Runs `act` on safe ground, alone. For what writes into our own folder and changes nothing on the server. */
export async function underLock<T>(machine: Machine, caller: Identity, act: () => Promise<T>): Promise<Changed<T>> {
  const folder = await attempt(() => prepareDataFolder(machine));
  if (folder !== undefined) return { begun: false, why: folder, exitCode: EXIT.rolledBack };
  const trusted = [dataFolder(machine), ...(machine.programFolder === undefined ? [] : [machine.programFolder])];
  const unsafe = await unsafeGround(machine, trusted, caller.sid);
  if (unsafe !== undefined) return { begun: false, why: unsafe, exitCode: EXIT.refused };
  const lock = await takeLock(machine, caller.name);
  if (!lock.held) return { begun: false, why: lock.why, exitCode: EXIT.refused, ...(lock.full && { full: true }) };
  try {
    return { begun: true, result: await act() };
  } catch (error) {
    // Thrown only before the first step: within a plan the executor takes back what was done.
    if (error instanceof JournalError) return { begun: false, why: error.message, exitCode: EXIT.rolledBack };
    throw error;
  } finally {
    await lock.release();
  }
}

/** The reason where a journal or its folder cannot be written. */
async function attempt(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof JournalError) return error.message;
    throw error;
  }
}
