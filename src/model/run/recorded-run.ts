// What the journal of an earlier run tells.

import type { Plan } from '../repair/plan.ts';
import type { StepOutcome, Verdict } from './outcome.ts';
import type { RecordedOutcome } from './run-outcome.ts';

/** A run as its journal tells it. */
export interface RecordedRun {
  readonly id: string;
  /** '' where the entry that says so cannot be read. */
  readonly startedAt: string;
  /** False when the run, or an undo of it later, ended without closing its journal: it was cut off. */
  readonly closed: boolean;
  readonly outcome?: RecordedOutcome;
  /** When its journal was closed: ISO 8601 in UTC. */
  readonly endedAt?: string;
  readonly plans: readonly RecordedPlan[];
  /** The number of the next entry: where the journal goes on. */
  readonly entries: number;
  /** The last file, where a crash has cut it off. */
  readonly torn?: string;
  /** The file that cannot be read, and why: what this run did is not known whole. */
  readonly damage?: string;
}

/** One plan of a run with what became of each of its steps; undefined: not begun; `begun`: cut off in the middle. */
export interface RecordedPlan {
  /** Its number in the run: plans that were not begun have one too, and no entry. */
  readonly number: number;
  readonly plan: Plan;
  /** Undefined where the run was cut off before the plan was done or taken back whole. */
  readonly verdict: Verdict | undefined;
  readonly steps: readonly (StepOutcome | 'begun' | undefined)[];
}
