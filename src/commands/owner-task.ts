// The task of a stranded key's owner takes itself away once that person's key is where it belongs.

import type { Machine } from '../machine/machine.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Finding } from '../model/finding.ts';
import { changeServer, type Told } from '../pipeline/change.ts';
import { removeTask } from '../pipeline/schedule.ts';
import { OWNER_PREFIX } from '../pipeline/scheduled-tasks.ts';
import type { Streams } from './streams.ts';

/** SIDs of the people whose keysets hold stranded keys. */
export function ownersOf(findings: readonly Finding[]): readonly string[] {
  const facts = findings.filter(({ playbook }) => playbook === 'stranded-key').flatMap((finding) => finding.facts);
  const sids = facts.filter(({ name, value }) => name === 'ownerSid' && value !== '').map(({ value }) => value);
  return [...new Set(sids)];
}

/** Removes the task of the person who runs this, where no key of that person is stranded any more and that was read. */
export async function finishOwnerTask(
  machine: Machine,
  { verdict, findings, evidence }: Diagnosis,
  recovered: (told: Told) => void,
  streams: Streams,
): Promise<void> {
  const { identity } = evidence;
  if (!identity.known || verdict === 'unknown') return;
  const { sid } = identity.value;
  if (ownersOf(findings).includes(sid)) return;
  const name = `${OWNER_PREFIX}${sid}`;
  const changed = await changeServer(machine, identity.value, recovered, () => removeTask(name, machine));
  const why = changed.begun ? changed.result : changed.why;
  if (why !== undefined) streams.err(`The task ${name} was not removed: ${why}.\n`);
}
