// What the journal of a run is made of.

import type { Plan } from '../repair/plan.ts';
import type { Identity } from '../server/evidence.ts';
import type { StepOutcome, Verdict } from './outcome.ts';
import type { RecordedOutcome } from './run-outcome.ts';

/** One entry. Actions stand in it as data and as the line that was shown; secrets stand in it by name only. */
export type JournalEntry =
  | {
      readonly kind: 'run';
      readonly formatVersion: 1 | 2;
      readonly id: string;
      readonly startedAt: string;
      readonly identity: Identity;
      readonly version: string;
    }
  | { readonly kind: 'plan'; readonly plan: number; readonly content: Plan }
  | {
      readonly kind: 'begin';
      readonly plan: number;
      readonly step: number;
      readonly shown: string;
      readonly undo: string;
    }
  | {
      readonly kind: 'end';
      readonly plan: number;
      readonly step: number;
      readonly outcome: StepOutcome;
      readonly detail?: string;
    }
  | { readonly kind: 'undo-begin'; readonly plan: number; readonly step: number; readonly shown: string }
  | {
      readonly kind: 'undo-end';
      readonly plan: number;
      readonly step: number;
      readonly outcome: 'undone' | 'undo-failed';
      readonly detail?: string;
    }
  | { readonly kind: 'plan-end'; readonly plan: number; readonly verdict: Verdict }
  | { readonly kind: 'closed'; readonly at: string; readonly outcome: RecordedOutcome };
