// A look at a server in the middle of another run's change sees what neither that run nor anybody else meant.

import type { Machine } from '../../machine/machine.ts';
import { UserError } from '../../model/user-error.ts';
import { lockOwner, whoHolds } from '../../repair/change/lock.ts';
import { listRuns } from '../../repair/journal/read-journal.ts';

/** Looks until nobody has changed the server meanwhile; refused (7) while another run is at it. Writes nothing. */
export async function undisturbed<T>(machine: Machine, look: () => Promise<T>): Promise<T> {
  let before = await runsBegun(machine);
  for (;;) {
    const seen = await look();
    const after = await runsBegun(machine);
    if (after === before) return seen;
    before = after;
  }
}

/** The runs that were begun so far, in one text. */
async function runsBegun(machine: Machine): Promise<string> {
  const owner = await lockOwner(machine);
  if (owner !== undefined)
    throw new UserError(`${whoHolds(owner)}; nothing was changed`, 'Try again when it has ended', 'refused');
  return (await listRuns(machine)).join();
}
