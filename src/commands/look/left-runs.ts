// Runs that were cut off or left half done, named to whoever looks. Nothing is taken back here.

import type { Machine } from '../../machine/machine.ts';
import { firstOf, type RunOutcome } from '../../model/run/run-outcome.ts';
import { lockOwner } from '../../repair/change/lock.ts';
import { damageWords, unfinishedRuns } from '../../repair/journal/unfinished-runs.ts';
import type { Streams } from '../streams.ts';

/** One line for each run that was cut off, left half done, or cannot be read; none for one that is at work. */
export async function leftRuns(machine: Machine): Promise<readonly string[]> {
  const first = await unfinishedRuns(machine);
  if (first.length === 0 || (await lockOwner(machine)) !== undefined) return [];
  // One that was at work at first has ended before its lock was gone.
  const still = (await unfinishedRuns(machine)).filter(({ id }) => first.some((run) => run.id === id));
  return still.map((run) => {
    if (run.damage !== undefined) return damageWords(run, machine);
    return `Run ${run.id} was ${run.closed ? 'left half done' : 'cut off'}: fix or undo takes it back first`;
  });
}

/** Names the runs that are left, each on stderr: a server on which one is left is not in order, whatever its chains are. */
export async function withLeftRuns(
  outcome: RunOutcome,
  machine: Machine | undefined,
  streams: Streams,
): Promise<RunOutcome> {
  const left = machine === undefined ? [] : await leftRuns(machine);
  for (const line of left) streams.err(`${line}.\n`);
  return left.length === 0 ? outcome : firstOf(['faults-remain', outcome]);
}
