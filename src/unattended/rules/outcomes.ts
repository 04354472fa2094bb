// The number that each end of an unattended run has in the Application event log, and when it is told. Pure.

import type { UnattendedOutcome } from '../../model/unattended.ts';

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

/** An entry that was made before. */
export interface ToldEvent {
  readonly text: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Entries with one id within a day: two faults that come and go in turn must not fill the log. */
export const MOST_EVENTS_A_DAY = 24;

/**
 * Whether an end is worth an entry, after those with its id (newest first): it is a success, says something else than the
 * last one, or that was told more than a day ago. One from the future counts as old: the clock was set back.
 */
export function worthTelling(outcome: UnattendedOutcome, text: string, told: readonly ToldEvent[], now: Date): boolean {
  if (OUTCOME_EVENTS[outcome] === undefined) return false;
  const today = told.filter(({ time }) => {
    const age = now.getTime() - Date.parse(time);
    return age >= 0 && age < DAY_MS;
  });
  if (today.length >= MOST_EVENTS_A_DAY) return false;
  const [last] = today;
  return outcome === 'healed' || last === undefined || comparable(last.text) !== comparable(text);
}

/** The log is read through the console's code page: letters beyond ASCII come back as others, or as a question mark. */
const comparable = (text: string): string => text.replace(/[^ -~]|[?]/g, '');
