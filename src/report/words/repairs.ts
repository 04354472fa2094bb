// Which repair belongs to a finding: a plan, or the reason why there is none.

import { once } from '../../model/once.ts';
import type { Finding } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import type { Repairs } from '../../model/run/run-report.ts';

/** The plan that mends the finding, which another finding may have asked for; else what blocks it; else neither. */
export function repairOf(finding: Finding, repairs: Repairs): Plan | Blocked | undefined {
  return planOf(repairs).get(finding.id) ?? blockedBy(repairs).get(finding.id);
}

const planOf = once(
  ({ plans }: Repairs) => new Map(plans.toReversed().flatMap((plan) => plan.covers.map((id) => [id, plan] as const))),
);

const blockedBy = once(
  ({ blocked }: Repairs) => new Map(blocked.toReversed().map((each) => [each.finding.id, each.blocked])),
);

/** A command line of ours for the same target; an evidence folder cannot be repaired, so there the server itself is meant. */
export function commandFor(command: string, targetArguments: string): string {
  return isReadOnly(targetArguments) || targetArguments === '' ? command : `${command} ${targetArguments}`;
}

/** Whether the target is an evidence folder. */
export const isReadOnly = (targetArguments: string): boolean => targetArguments.startsWith('--from');
