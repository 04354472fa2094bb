// What a whole `fix` or `undo` did, for the words and the document at its end.

import type { Diagnosis } from '../repair/diagnosis.ts';
import type { Finding } from '../repair/finding.ts';
import type { Blocked, Plan, Step } from '../repair/plan.ts';
import type { StepOutcome, Verdict } from './outcome.ts';
import type { RunOutcome } from './run-outcome.ts';

/** One step and what became of it. */
export interface StepReport {
  readonly step: Step;
  readonly outcome: StepOutcome;
  /** One clause without a full stop: why it failed, or what was found instead. */
  readonly detail?: string;
}

/** One plan and what became of it. Where it was only shown, every step is `declined` and the verdict `nothing-done`. */
export interface PlanReport {
  readonly plan: Plan;
  readonly steps: readonly StepReport[];
  readonly verdict: Verdict;
  /** One clause without a full stop. */
  readonly detail?: string;
  /** Somebody stopped the run while this was under way, or before it had begun. */
  readonly stopped?: true;
  /** What a person can do about a step that failed for a reason only a person can get over. */
  readonly blocked?: Blocked;
}

/** A finding for which no plan could be made here and now. */
export interface BlockedFinding {
  readonly finding: Finding;
  readonly blocked: Blocked;
}

/** All plans in the order in which they work, and what is blocked. */
export interface Repairs {
  readonly plans: readonly Plan[];
  readonly blocked: readonly BlockedFinding[];
}

/** A plan of which nothing was done: it was only shown, or not said yes to. */
export const notApplied = (plan: Plan): PlanReport => ({
  plan,
  steps: plan.steps.map((step) => ({ step, outcome: 'declined' })),
  verdict: 'nothing-done',
});

/** One whole run. */
export interface RunReport {
  /** Set as soon as a journal was begun: there is something to undo or to look up. */
  readonly runId?: string;
  readonly plans: readonly PlanReport[];
  readonly blocked: readonly BlockedFinding[];
  /** The second diagnosis; absent where nothing was tried. */
  readonly after?: Diagnosis;
  readonly outcome: RunOutcome;
}

/** Steps are named by their index in `plan.steps`. What was taken back afterwards is told by the run report, not here. */
export type ApplyEvent =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'step-begin'; readonly index: number }
  | { readonly kind: 'step-end'; readonly index: number; readonly outcome: StepOutcome; readonly detail?: string }
  | { readonly kind: 'plan-end' }
  /** All plans have ended: the server is looked at again. */
  | { readonly kind: 'look' }
  /** How many endpoints that look has greeted, and of how many. */
  | { readonly kind: 'greeted'; readonly done: number; readonly of: number };
