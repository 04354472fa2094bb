// The task of a stranded key's owner takes itself away once that person's key is where it belongs.

import { playbooks } from '../../../playbooks/index.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Found } from '../../model/repair/playbook.ts';
import { changeServer, type Told } from '../../repair/change/change.ts';
import { removeTask } from '../../unattended/schedule/schedule.ts';
import { OWNER_PREFIX } from '../../unattended/schedule/scheduled-tasks.ts';
import type { Streams } from '../streams.ts';

/** The playbooks whose faults only their owner can mend. */
export const OWNED = playbooks.filter(({ owner }) => owner !== undefined).map(({ id }) => id);

/** SIDs of the people who alone can mend what was found. */
export const ownersOf = (found: readonly Found[]): readonly string[] => [
  ...new Set(found.flatMap(({ owner }) => owner?.sid ?? [])),
];

/** Removes the task of the person who runs this, where no key of that person is stranded any more and that was read. */
export async function finishOwnerTask(
  machine: Machine,
  { verdict, found, evidence }: Diagnosis,
  recovered: (told: Told) => void,
  streams: Streams,
): Promise<void> {
  const { identity } = evidence;
  if (!identity.known || verdict === 'unknown') return;
  const { sid } = identity.value;
  if (ownersOf(found).includes(sid)) return;
  const name = `${OWNER_PREFIX}${sid}`;
  const changed = await changeServer(machine, identity.value, recovered, () => removeTask(name, machine));
  const why = changed.ok ? changed.value : changed.error.why;
  if (why !== undefined) streams.err(`The task ${name} was not removed: ${why}.\n`);
}
