// The runs that are not done with, found by reading alone: a check looks for them too, and must not pay for the executor.

import type { Machine } from '../../machine/machine.ts';
import type { RecordedRun } from '../../model/run/recorded-run.ts';
import { runsFolder } from '../../model/server/places.ts';
import { closedAs, readRun, runIds } from './read-journal.ts';

/** The runs that are not done with: never closed, since the process or the power went away, or closed half done. */
export async function unfinishedRuns(machine: Machine): Promise<readonly RecordedRun[]> {
  const ids = await runIds(machine);
  if (!ids.ok) return [{ id: '', startedAt: '', closed: false, plans: [], entries: 0, damage: ids.error }];
  const open: RecordedRun[] = [];
  for (const id of ids.value) {
    const outcome = await closedAs(machine, id);
    if (outcome !== undefined && outcome !== 'half-done') continue;
    const run = await readRun(machine, id);
    if (run !== undefined && isUnfinished(run)) open.push(run);
  }
  return open;
}

const isUnfinished = ({ closed, damage, plans }: RecordedRun): boolean =>
  !closed || damage !== undefined || plans.some(({ verdict }) => verdict === 'half-done');

/** What a person should know of a run whose journal cannot be read whole, and do about it. */
export function damageWords({ id, damage }: RecordedRun, machine: Machine): string {
  if (id === '') return `${damage}: what earlier runs did is not known, so nothing is changed`;
  const folder = `${runsFolder(machine)}\\${id}`;
  return `${damage}: what run ${id} did is not known whole, so nothing is changed. Try again when the file can be read; where it never will be, look at the server, then move the folder ${folder} away`;
}
