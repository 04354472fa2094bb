// From findings to plans, or to the reason why there is none here and now. Pure.

import { expected, leavesOther, statesLeft } from '../../chain/memory/fingerprint.ts';
import type { Finding } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Found } from '../../model/repair/playbook.ts';
import type { BlockedFinding, Repairs } from '../../model/run/run-report.ts';

/** Plans for everything that was found; a finding that an earlier plan covers gets none of its own. */
export function makePlans(found: readonly Found[], how: Planning): Repairs {
  const plans: Plan[] = [];
  const rivals = rivalsByState();
  const blocked: BlockedFinding[] = [];
  const covered = new Set<string>();
  for (const each of found) {
    const { finding } = each;
    if (covered.has(finding.id)) continue;
    const made = planFor(each, how);
    if ('blocked' in made) {
      blocked.push({ finding, blocked: made });
      continue;
    }
    const rival = rivals.of(made);
    if (rival !== undefined) {
      blocked.push({ finding, blocked: afterAnother(rival) });
      continue;
    }
    plans.push(made);
    rivals.add(made);
    for (const id of made.covers) covered.add(id);
  }
  return dropUnreachable({ plans, blocked });
}

/** One of those before it that leaves another state than this plan is made for: of the configuration, or of a record. */
export const rivalOf = ({ before }: Plan, earlier: readonly Plan[]): Plan | undefined =>
  earlier.find(({ steps }) => leavesOther(steps, before));

/** The same among plans that become more: each is looked up by what it rests on, and never held against all of the others. */
function rivalsByState() {
  const leaving = new Map<string, Map<string, { readonly place: number; readonly plan: Plan }>>();
  let place = 0;
  return {
    add(plan: Plan): void {
      for (const [key, state] of statesLeft(plan.steps)) {
        const states = leaving.get(key) ?? new Map();
        // The first of those that leave one state stands for all of them.
        if (!states.has(state)) states.set(state, { place, plan });
        leaving.set(key, states);
      }
      place += 1;
    },
    of({ before }: Plan): Plan | undefined {
      const others = expected(before).flatMap(([key, wanted]) =>
        [...(leaving.get(key) ?? [])].flatMap(([state, left]) => (state === wanted ? [] : [left])),
      );
      return others.reduce<(typeof others)[number] | undefined>(
        (first, each) => (first !== undefined && first.place <= each.place ? first : each),
        undefined,
      )?.plan;
    },
  };
}

/** Why a plan waits for one that changes what it rests on. */
export const afterAnother = ({ finding }: Plan): Blocked => ({
  blocked: true,
  why: `${finding.id} has to be repaired first, then this by another fix: both change the same thing`,
  command: 'iis-ssl-heal fix',
});

/** The plan for one finding. Nobody who may not change a server is offered to. */
export function planFor({ finding, plan }: Found, how: Planning): Plan | Blocked {
  const made = plan(how);
  return 'blocked' in made ? made : (notAllowed(finding, how) ?? made);
}

function notAllowed(finding: Finding, { session }: Planning): Blocked | undefined {
  const command = `iis-ssl-heal fix --only ${finding.playbook}`;
  const who = 'an administrator, from an elevated prompt';
  if (!session.known) return { blocked: true, why: `it could not be read who runs this: ${session.why}`, who, command };
  if (session.value.elevated) return undefined;
  return { blocked: true, why: `${session.value.name} is not elevated here`, who, command };
}

/** A plan that must come after another one is blocked where that other one cannot be made. */
function dropUnreachable({ plans, blocked }: Repairs): Repairs {
  const covered = new Set(plans.flatMap((plan) => plan.covers));
  const reachable = (plan: Plan) => plan.after.every((id) => covered.has(id));
  const byFinding = new Map(blocked.map((each) => [each.finding.id, each]));
  const dropped = plans.filter((plan) => !reachable(plan));
  const reasons = dropped.map((plan) => {
    const first = plan.after.map((id) => byFinding.get(id)).find((each) => each !== undefined);
    const why = `${plan.after.join(', ')} has to be repaired first`;
    return { finding: plan.finding, blocked: { blocked: true as const, why, ...(first && waitingFor(first.blocked)) } };
  });
  return { plans: plans.filter(reachable), blocked: [...blocked, ...reasons] };
}

const waitingFor = ({ who, command }: Blocked) => ({
  ...(who !== undefined && { who }),
  ...(command !== undefined && { command }),
});
