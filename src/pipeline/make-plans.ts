// From findings to plans, or to the reason why there is none here and now. Pure.

import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Blocked, Choices, Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';

/** Nothing was chosen: the recommended way for everything. */
export const NO_CHOICES: Choices = { correct: false, certificates: new Map() };

/** A finding that no plan can be made for. */
export interface BlockedFinding {
  readonly finding: Finding;
  readonly blocked: Blocked;
}

/** All plans in the order in which they work, and what is blocked. */
export interface Repairs {
  readonly plans: readonly Plan[];
  readonly blocked: readonly BlockedFinding[];
}

/** Plans for every finding; a finding that an earlier plan covers gets none of its own. */
export function makePlans(
  findings: readonly Finding[],
  evidence: Evidence,
  playbooks: readonly Playbook[],
  choices: Choices,
): Repairs {
  const plans: Plan[] = [];
  const blocked: BlockedFinding[] = [];
  const covered = new Set<string>();
  for (const finding of findings) {
    if (covered.has(finding.id)) continue;
    const made = planFor(finding, evidence, playbooks, choices);
    if ('blocked' in made) {
      blocked.push({ finding, blocked: made });
      continue;
    }
    plans.push(made);
    for (const id of made.covers) covered.add(id);
  }
  return dropUnreachable({ plans, blocked });
}

/** The plan for one finding. Nobody who may not change a server is offered to. */
export function planFor(
  finding: Finding,
  evidence: Evidence,
  playbooks: readonly Playbook[],
  choices: Choices,
): Plan | Blocked {
  const playbook = playbooks.find((each) => each.id === finding.playbook);
  if (playbook === undefined) return { blocked: true, why: `there is no playbook ${finding.playbook}` };
  const made = playbook.plan(finding, evidence, choices);
  return 'blocked' in made ? made : (notAllowed(finding, evidence) ?? made);
}

function notAllowed(finding: Finding, { identity }: Evidence): Blocked | undefined {
  const command = `iis-ssl-heal fix --only ${finding.playbook}`;
  const who = 'an administrator, from an elevated prompt';
  if (!identity.known)
    return { blocked: true, why: `it could not be read who runs this: ${identity.why}`, who, command };
  if (identity.value.elevated) return undefined;
  return { blocked: true, why: `${identity.value.name} is not elevated here`, who, command };
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
