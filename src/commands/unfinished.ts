// Runs that were cut off: told to a person, and taken back before anything else is changed.

import type { Machine } from '../machine/machine.ts';
import type { Identity } from '../model/evidence.ts';
import type { Known } from '../model/known.ts';
import { changeServer, type Told } from '../pipeline/change.ts';
import { unfinishedRuns } from '../pipeline/recover.ts';
import type { Stopping } from '../stopping.ts';
import { UserError } from '../user-error.ts';
import type { Streams } from './streams.ts';

/** Takes back what earlier runs left; writes nothing where there is nothing unfinished. */
export async function finishEarlierRuns(machine: Machine, streams: Streams): Promise<void> {
  if ((await unfinishedRuns(machine)).length === 0) return;
  const changed = await changeServer(
    machine,
    callerOf(await machine.identity()),
    (recovered) => sayRecovered(recovered, streams),
    async () => {},
  );
  if (!changed.begun) throw new UserError(`${changed.why}; nothing was changed`, changed.exitCode);
}

/** Changes the server under the lock, in order; a user error with its exit code where that could not begin. */
export async function changeOrRefuse<T>(
  machine: Machine,
  streams: Streams,
  stopping: Stopping,
  change: () => Promise<T>,
): Promise<T> {
  const caller = callerOf(await machine.identity());
  const changed = await stopping.inOrder(() =>
    changeServer(machine, caller, (recovered) => sayRecovered(recovered, streams), change),
  );
  if (!changed.begun) throw new UserError(`${changed.why}; nothing was changed`, changed.exitCode);
  return changed.result;
}

/** One line on stderr for a run that was found cut off, or for what lay in the place of our folder. */
export function sayRecovered(told: Told, streams: Streams): void {
  if ('movedTo' in told) {
    streams.err(`${told.why}. Nothing in it was read; it is now ${told.movedTo}.\n`);
    return;
  }
  const { id, whole } = told;
  const result = whole
    ? 'what it had begun was taken back'
    : 'not all of it could be taken back; its journal says what is left';
  streams.err(`Run ${id} was cut off: ${result}.\n`);
}

/** Who runs this, as the lock names it; nobody in particular where that could not be read. */
export const callerOf = (identity: Known<Identity>): Identity =>
  identity.known ? identity.value : { sid: '', name: 'somebody', elevated: false };
