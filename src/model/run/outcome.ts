// What became of steps and plans.

/** The words, for the schemas. */
export const STEP_OUTCOMES = [
  'done',
  'already-so',
  'declined',
  'failed',
  'undone',
  'undo-failed',
  'not-reached',
] as const;

/** What became of one step. */
export type StepOutcome = (typeof STEP_OUTCOMES)[number];

/** The words, for the schemas. */
export const VERDICTS = [
  'healed',
  'still-broken',
  'rolled-back',
  'half-done',
  'nothing-done',
  'stale',
  'needs-person',
  'not-checked',
] as const;

/** What became of one finding, as the second diagnosis saw it. `not-checked`: all was done, and it had no time to greet the visitors. */
export type Verdict = (typeof VERDICTS)[number];
