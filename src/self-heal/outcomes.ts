// The number that each end of an unattended run has in the Application event log, and when it is told. Pure.

import type { UnattendedOutcome } from '../model/unattended.ts';

/** The entry that an end makes in the Application log, as eventcreate takes it: ids from 1 to 1000. */
export interface OutcomeEvent {
  readonly id: number;
  readonly type: 'INFORMATION' | 'WARNING' | 'ERROR';
}

/** Ids never change once released: monitoring builds on them. Docs: self-heal.md. An end without one is not told. */
export const OUTCOME_EVENTS: Readonly<Record<UnattendedOutcome, OutcomeEvent | undefined>> = {
  healthy: undefined,
  repaired: undefined,
  healed: { id: 100, type: 'INFORMATION' },
  'healthy-again': { id: 110, type: 'INFORMATION' },
  'needs-person': { id: 200, type: 'WARNING' },
  'held-back': { id: 210, type: 'WARNING' },
  'not-checked': { id: 220, type: 'WARNING' },
  'rolled-back': { id: 300, type: 'ERROR' },
  'half-done': { id: 310, type: 'ERROR' },
  'broken-again': { id: 320, type: 'ERROR' },
  'gave-up': { id: 330, type: 'ERROR' },
  refused: { id: 340, type: 'ERROR' },
  'settings-broken': { id: 350, type: 'ERROR' },
  'faults-remain': { id: 360, type: 'ERROR' },
};

/** The entry that was made last: its id, its text, and when. */
export interface ToldEvent {
  readonly id: number;
  readonly text: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Whether an end is worth an entry: it says something new, or is a success, or was told more than a day ago. A clock that
 * was set back must not silence it, so that an entry from the future counts as old.
 */
export function worthTelling(
  outcome: UnattendedOutcome,
  text: string,
  last: ToldEvent | undefined,
  now: Date,
): boolean {
  const event = OUTCOME_EVENTS[outcome];
  if (event === undefined) return false;
  if (outcome === 'healed' || last === undefined || last.id !== event.id || last.text !== text) return true;
  const age = now.getTime() - Date.parse(last.time);
  return age < 0 || age >= DAY_MS;
}

/** True where the last entry told of trouble: then the first healthy look is told too. */
export const toldTrouble = (last: ToldEvent | undefined): boolean => last !== undefined && last.id >= 200;
