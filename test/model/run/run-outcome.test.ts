// The one table of outcomes: what follows from each word.

import { describe, expect, it } from 'vitest';
import {
  exitCodeOf,
  firstOf,
  OUTCOME_WORDS,
  RUN_OUTCOMES,
  UNATTENDED_OUTCOMES,
} from '../../../src/model/run/run-outcome.ts';
import { eventType } from '../../../src/unattended/rules/outcomes.ts';

describe('the order of outcomes', () => {
  it('is that of their exit codes, 6, 5, 7, 3, 1, 4, 0: of any several, the first of these', () => {
    const order = [6, 5, 7, 3, 1, 4, 0];
    for (const [index, outcome] of OUTCOME_WORDS.entries()) {
      expect(firstOf(OUTCOME_WORDS.slice(index))).toBe(outcome);
      expect(firstOf(OUTCOME_WORDS.slice(index).toReversed())).toBe(outcome);
    }
    expect(firstOf([])).toBe('nothing-to-do');
    expect([...new Set(OUTCOME_WORDS.map(exitCodeOf))]).toEqual(order);
  });
});

describe('the exit code', () => {
  it('is 2 for wrong usage, and 0 where there was nothing to judge', () => {
    expect([exitCodeOf('usage'), exitCodeOf(undefined)]).toEqual([2, 0]);
  });
});

describe('each outcome', () => {
  it('has its exit code, its sentence, and the event that an unattended run tells of it', () => {
    const rows = OUTCOME_WORDS.map((outcome) => {
      const { exitCode, sentence, unattended } = RUN_OUTCOMES[outcome];
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      const { event } = UNATTENDED_OUTCOMES[unattended];
      return [outcome, exitCode, event, event && eventType(event)];
    });
    expect(rows).toEqual([
      ['half-done', 6, 310, 'ERROR'],
      ['rolled-back', 5, 300, 'ERROR'],
      ['refused', 7, 340, 'ERROR'],
      ['needs-person', 3, 200, 'WARNING'],
      ['faults-remain', 1, 360, 'ERROR'],
      ['planned', 1, 360, 'ERROR'],
      ['unknown', 4, 220, 'WARNING'],
      ['healed', 0, undefined, undefined],
      ['nothing-to-do', 0, undefined, undefined],
    ]);
  });
});
