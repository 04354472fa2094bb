// How a check and a fix end, from what was seen and what became of the plans. Pure.

import type { Diagnosis } from '../model/repair/diagnosis.ts';
import type { Blocked } from '../model/repair/plan.ts';
import { firstOf, type RecordedOutcome, type RunOutcome } from '../model/run/run-outcome.ts';
import type { PlanReport } from '../model/run/run-report.ts';

const BY_DIAGNOSIS = { healthy: 'nothing-to-do', faulty: 'faults-remain', unknown: 'unknown' } as const;

/** A check never ends in `needs-person`, `rolled-back` or `half-done`. */
export const checkOutcome = ({ verdict }: Diagnosis): RunOutcome => BY_DIAGNOSIS[verdict];

const BY_PLAN: Readonly<Record<PlanReport['verdict'], RunOutcome>> = {
  healed: 'healed',
  'still-broken': 'faults-remain',
  'rolled-back': 'rolled-back',
  'half-done': 'half-done',
  'nothing-done': 'needs-person',
  stale: 'refused',
  'needs-person': 'needs-person',
  'not-checked': 'unknown',
};

/** How a run ends whose plans ended so. */
export const outcomeOf = (verdicts: readonly PlanReport['verdict'][]): RecordedOutcome =>
  begun(firstOf(verdicts.map((verdict) => BY_PLAN[verdict])));

const begun = (outcome: RunOutcome): RecordedOutcome =>
  outcome === 'planned' || outcome === 'nothing-to-do' ? 'healed' : outcome;

/** The second diagnosis decides how a fix ends, and what became of the plans may make it worse. */
export function fixOutcome(
  after: Diagnosis,
  plans: readonly PlanReport[],
  blocked: readonly Blocked[],
): RecordedOutcome {
  const planned = outcomeOf(plans.map(({ verdict }) => verdict));
  return begun(firstOf([checkOutcome(after), planned, ...blocked.map(blockedOutcome)]));
}

/** Where nothing was applied, because nobody said yes: a person is needed. */
export const unapprovedOutcome = (diagnosis: Diagnosis, blocked: readonly Blocked[]): RunOutcome =>
  diagnosis.findings.length === 0 ? checkOutcome(diagnosis) : firstOf(['needs-person', ...blocked.map(blockedOutcome)]);

/** Of a dry run: `planned` where there are repairs to make; a person is needed where none can be made without somebody else. */
export function dryRunOutcome(diagnosis: Diagnosis, plans: number, blocked: readonly Blocked[]): RunOutcome {
  if (diagnosis.findings.length === 0) return checkOutcome(diagnosis);
  if (plans === 0) return firstOf(blocked.map(blockedOutcome));
  return blocked.some((each) => each.refused) ? 'refused' : 'planned';
}

/** Refused for this server, or somebody else is needed, or nothing here can help. */
function blockedOutcome({ refused, who }: Blocked): RunOutcome {
  if (refused) return 'refused';
  return who === undefined ? 'faults-remain' : 'needs-person';
}
