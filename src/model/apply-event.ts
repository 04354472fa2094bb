// What the executor tells while it works. Who listens draws it, and decides nothing.

import type { StepOutcome } from './outcome.ts';
import type { Plan } from './plan.ts';

/** Steps are named by their index in `plan.steps`. What was taken back afterwards is told by the run report, not here. */
export type ApplyEvent =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'step-begin'; readonly index: number }
  | { readonly kind: 'step-end'; readonly index: number; readonly outcome: StepOutcome; readonly detail?: string }
  | { readonly kind: 'plan-end' };
