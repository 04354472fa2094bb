// Which repair belongs to a finding: a plan, or the reason why there is none.

import type { Finding } from '../model/finding.ts';
import type { Blocked, Plan } from '../model/plan.ts';
import type { BlockedReport } from '../model/run-report.ts';

/** All plans, and what is blocked. */
export interface RepairsShown {
  readonly plans: readonly Plan[];
  readonly blocked: readonly BlockedReport[];
}

/** The plan that mends the finding, which another finding may have asked for; else what blocks it; else neither. */
export function repairOf(finding: Finding, repairs: RepairsShown): Plan | Blocked | undefined {
  const plan = repairs.plans.find((each) => each.covers.includes(finding.id));
  return plan ?? repairs.blocked.find((each) => each.finding.id === finding.id)?.blocked;
}

/** A command line of ours for the same target; an evidence folder cannot be repaired, so there the server itself is meant. */
export function commandFor(command: string, targetArguments: string): string {
  return isReadOnly(targetArguments) || targetArguments === '' ? command : `${command} ${targetArguments}`;
}

/** Whether the target is an evidence folder. */
export const isReadOnly = (targetArguments: string): boolean => targetArguments.startsWith('--from');
