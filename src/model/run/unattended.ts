// How an unattended run ends, and the line that it leaves in the log.

import type { Diagnosis } from '../repair/diagnosis.ts';
import type { Plan } from '../repair/plan.ts';
import type { RunOutcome, UnattendedOutcome } from './run-outcome.ts';
import type { BlockedFinding, RunReport } from './run-report.ts';

/** Why a repair that could be made is not. */
export type HoldReason =
  | 'risk'
  | 'not-switched-on'
  | 'pause-file'
  | 'playbook-off'
  | 'window'
  | 'given-up'
  | 'pause'
  | 'per-day'
  | 'not-greeted'
  | 'waits';

/** A repair that is held back. `until`: ISO 8601 in UTC, where it is known when it may go on. */
export interface Held {
  readonly plan: Plan;
  readonly reason: HoldReason;
  readonly until?: string;
}

/** How a run ended. */
export interface UnattendedEnd {
  readonly by: 'fix' | 'verify';
  readonly outcome: UnattendedOutcome;
  /** How the run itself ended: its exit code is the program's. */
  readonly run: RunOutcome;
  /** The latest look. */
  readonly diagnosis: Diagnosis;
  readonly held: readonly Held[];
  readonly blocked: readonly BlockedFinding[];
  /** What was tried. */
  readonly report?: RunReport;
  /** Findings whose repair was proved, or is broken again. */
  readonly proved?: { readonly runId: string; readonly findings: readonly string[] };
  /** Why nothing could be tried, as one clause. */
  readonly detail?: string;
}

/** What unattended runs have left, for metrics; what there is not, or could not be read, is absent. Times: ISO 8601 in UTC. */
export interface Remembered {
  /** When a run last healed everything that it found. */
  readonly lastHeal?: string | undefined;
  /** How the last unattended run ended, and when. */
  readonly last?: { readonly at: string; readonly outcome: UnattendedOutcome } | undefined;
  /** Faults that were given up. */
  readonly givenUp?: number;
}

/** One line. `fix`: it looked and repaired; `verify`: a fresh process that looked after a repair. */
export interface TrailLine {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly by: 'fix' | 'verify';
  readonly outcome: UnattendedOutcome;
  readonly exitCode: number;
  /** The journal of what was done; absent where nothing was tried. */
  readonly run?: string;
  /** Ids of what was found. */
  readonly findings: readonly string[];
  /** One or more sentences for a person. */
  readonly message: string;
  /** What a person should know beside: a file that looks as if it paused repairs. Absent where there is nothing. */
  readonly warnings?: readonly string[];
  /** The id of the entry in the Application log; absent where none was due, null where it could not be made. */
  readonly event?: number | null;
}
