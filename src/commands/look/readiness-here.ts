// Whether the target could heal itself with nobody there, as far as it can be known from here.

import type { Machine } from '../../machine/machine.ts';
import { ownProgram } from '../../machine/programs/own-program.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Readiness } from '../../model/run/readiness.ts';
import type { Settings } from '../../unattended/memory.ts';
import { ownState } from '../../unattended/ready/own-state.ts';
import { type OutOfSight, readinessOf } from '../../unattended/ready/readiness.ts';

/** `only`: the playbooks that were asked for; of the others nothing can be said. `settings`: where they were read already. */
export async function readinessHere(
  diagnosis: Diagnosis,
  machine: Machine | undefined,
  only: readonly string[] = [],
  settings?: Settings,
): Promise<Readiness> {
  const { identity } = diagnosis.evidence;
  const hidden = (why: string): OutOfSight => ({ why });
  if (machine === undefined) return readinessOf(diagnosis, hidden('they are not in what was sent'), only);
  if (identity.known && !identity.value.elevated)
    return readinessOf(diagnosis, hidden(`${identity.value.name} is not elevated here`), only);
  return readinessOf(diagnosis, await ownState(machine, ownProgram(machine), settings), only);
}
