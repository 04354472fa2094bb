// What became of steps, plans and runs.

/** What became of one step. */
export type StepOutcome = 'done' | 'already-so' | 'declined' | 'failed' | 'undone' | 'undo-failed' | 'not-reached';

/** What became of one finding, as the second diagnosis saw it. */
export type Verdict =
  | 'healed'
  | 'still-broken'
  | 'rolled-back'
  | 'half-done'
  | 'nothing-done'
  | 'stale'
  | 'needs-person';
