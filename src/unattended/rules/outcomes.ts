// The entries that ends of unattended runs make in the Application event log, and when they are told. Pure.

import { UNATTENDED_OUTCOMES, type UnattendedOutcome } from '../../model/run/run-outcome.ts';

/** Everything below this id tells that all is well. */
export const FIRST_TROUBLE = 200;
const FIRST_ERROR = 300;

/** The type of an entry, as eventcreate takes it: the hundreds of its id say it. */
export function eventType(id: number): 'INFORMATION' | 'WARNING' | 'ERROR' {
  if (id < FIRST_TROUBLE) return 'INFORMATION';
  return id < FIRST_ERROR ? 'WARNING' : 'ERROR';
}

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
  if (UNATTENDED_OUTCOMES[outcome].event === undefined) return false;
  const today = told.filter(({ time }) => {
    const age = now.getTime() - Date.parse(time);
    return age >= 0 && age < DAY_MS;
  });
  if (today.length >= MOST_EVENTS_A_DAY) return false;
  const [last] = today;
  return outcome === 'healed' || last === undefined || comparable(last.text) !== comparable(text);
}

/**
 * The log is read through the console's code page: letters beyond ASCII come back as others, or as a question mark. How many
 * endpoints were greeted in time is another number at each look.
 */
const comparable = (text: string): string =>
  text.replace(/[^ -~]|[?]/g, '').replace(/\d+(?= of \d+ endpoints? (?:was|were) greeted)/, '');
