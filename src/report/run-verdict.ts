// What became of a whole run, as one word: the same in the words for people and in the JSON.

import type { RunReport } from '../model/run-report.ts';

/** `planned`: plans were shown and nothing was applied. */
export type RunVerdict =
  | 'healed'
  | 'nothing-to-do'
  | 'planned'
  | 'needs-person'
  | 'faults-remain'
  | 'rolled-back'
  | 'half-done'
  | 'refused'
  | 'unknown';

/** The exit code says it nearly all; whether anything was tried says the rest. */
export function runVerdict({ exitCode, plans, runId }: RunReport): RunVerdict {
  switch (exitCode) {
    case 0:
      return plans.length === 0 ? 'nothing-to-do' : 'healed';
    case 1:
      return plans.length > 0 && runId === undefined ? 'planned' : 'faults-remain';
    case 3:
      return 'needs-person';
    case 5:
      return 'rolled-back';
    case 6:
      return 'half-done';
    case 7:
      return 'refused';
    default:
      return 'unknown';
  }
}
