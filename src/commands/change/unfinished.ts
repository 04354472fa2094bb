// Runs that were cut off: told to a person, and taken back before anything else is changed.

import type { Machine } from '../../machine/machine.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import type { Identity } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import { AGAIN, UserError } from '../../model/user-error.ts';
import type { Stopping } from '../../person/stopping.ts';
import { changeServer, type Told } from '../../repair/change/change.ts';
import { leftRuns } from '../look/left-runs.ts';
import type { Streams } from '../streams.ts';

/** An earlier run that is still half done is never hidden by how this one ended. */
export const orHalfDone = (outcome: RunOutcome, left: boolean | undefined): RunOutcome =>
  left ? 'half-done' : outcome;

/**
 * Takes back what earlier runs left; writes nothing where there is nothing unfinished. What is read here only says whether
 * to look: it is read anew under the lock before anything acts on it. True where a run is still half done.
 */
export async function finishEarlierRuns(machine: Machine, streams: Streams, stopping: Stopping): Promise<boolean> {
  if ((await leftRuns(machine)).length === 0) return false;
  return (await changeOrRefuse(machine, streams, stopping, async () => {})).left;
}

/** Changes the server under the lock, in order; a user error with its exit code where that could not begin. */
export async function changeOrRefuse<T>(
  machine: Machine,
  streams: Streams,
  stopping: Stopping,
  change: () => Promise<T>,
  by?: Identity,
): Promise<{ readonly result: T; readonly left: boolean }> {
  const caller = by ?? callerOf(await machine.identity());
  const changed = await stopping.inOrder(() =>
    changeServer(machine, caller, (recovered) => sayRecovered(recovered, streams), change),
  );
  if (!changed.ok) throw new UserError(`${changed.error.why}; nothing was changed`, AGAIN, changed.error.outcome);
  return { result: changed.value, left: changed.left === true };
}

/** One line on stderr for a run that was found cut off, or for what lay in the place of our folder. */
export function sayRecovered(told: Told, streams: Streams): void {
  if ('movedTo' in told) {
    streams.err(`${told.why}. Nothing in it was read; it is now ${told.movedTo}.\n`);
    return;
  }
  const { id, whole, healed } = told;
  const result = whole
    ? 'what it had begun was taken back'
    : 'not all of it could be taken back; its journal says what is left';
  streams.err(`Run ${id} was cut off: ${healed ? 'its repairs were done, and stay' : result}.\n`);
}

/** Who runs this, as the lock names it; nobody in particular where that could not be read. */
export const callerOf = (identity: Known<Identity>): Identity =>
  identity.known ? identity.value : { sid: '', name: 'somebody', elevated: false };
