// A saved plan made again from the server as it is now. Who can write a plan file can write any command into it, with a
// checksum that fits: so nothing of the file is ever run, it only says which of our own plans was reviewed. Pure.

import { isDeepStrictEqual } from 'node:util';
import type { Diagnosis } from '../model/diagnosis.ts';
import { unknown } from '../model/known.ts';
import type { Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import { NO_CHOICES } from './make-plans.ts';
import { plansElsewhere, withoutTlsClient } from './plan-elsewhere.ts';

/** For each saved plan the one that is made of this diagnosis now, in the same order; undefined: none is the same. */
export function madeAgain(
  saved: readonly Plan[],
  diagnosis: Diagnosis,
  playbooks: readonly Playbook[],
): readonly (Plan | undefined)[] {
  let again: readonly (Plan | undefined)[] = saved.map(() => undefined);
  for (const [seen, correct] of waysToPlan(diagnosis)) {
    if (!again.includes(undefined)) break;
    const { plans } = plansElsewhere(seen, playbooks, { ...NO_CHOICES, correct });
    const made = new Map(plans.map((plan) => [plan.finding.id, plan]));
    again = saved.map((plan, index) => again[index] ?? sameAs(plan, made.get(plan.finding.id)));
  }
  return again;
}

/**
 * Everything that `plan` can have planned from. Evidence from elsewhere may not say what the host can do, its build and what
 * its netsh updates: a plan that was made without it is the careful one, and as good.
 */
const waysToPlan = (diagnosis: Diagnosis): readonly (readonly [seen: Diagnosis, correct: boolean])[] =>
  [diagnosis, withoutBuild(diagnosis)]
    .flatMap((each) => [each, withoutTlsClient(each)])
    .flatMap((each) => [[each, false] as const, [each, true] as const]);

const sameAs = (saved: Plan, made: Plan | undefined): Plan | undefined =>
  made !== undefined && isDeepStrictEqual(decisive(made), decisive(saved)) ? made : undefined;

function withoutBuild(diagnosis: Diagnosis): Diagnosis {
  const { evidence } = diagnosis;
  const osBuild = unknown<never>('the evidence may not have said it', evidence.osBuild.source);
  return { ...diagnosis, evidence: { ...evidence, osBuild } };
}

/** All but the words, which name where something was read: a server, or a folder of its evidence. As JSON keeps it. */
function decisive({ finding, effects: _, ...plan }: Plan): unknown {
  return JSON.parse(JSON.stringify({ ...plan, finding: finding.id }));
}
