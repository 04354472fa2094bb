// The one table of exit codes. When several apply, the first of ORDER wins.

import type { Diagnosis } from '../model/diagnosis.ts';
import type { Blocked } from '../model/plan.ts';
import type { PlanReport } from '../model/run-report.ts';

/** What each code means; they are an interface that scripts build on. */
export const EXIT = {
  healthy: 0,
  faults: 1,
  usage: 2,
  person: 3,
  notChecked: 4,
  rolledBack: 5,
  halfDone: 6,
  refused: 7,
  internal: 70,
} as const;

/** One of the codes above. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const ORDER: readonly ExitCode[] = [70, 6, 5, 7, 3, 1, 4, 0];

/** The code that wins among several. */
export const firstOf = (codes: readonly ExitCode[]): ExitCode =>
  ORDER.find((code) => codes.includes(code)) ?? EXIT.healthy;

/** A check never ends in 3, 5 or 6. */
export function checkExitCode({ verdict }: Diagnosis): ExitCode {
  if (verdict === 'faulty') return EXIT.faults;
  return verdict === 'unknown' ? EXIT.notChecked : EXIT.healthy;
}

const BY_VERDICT: Readonly<Record<PlanReport['verdict'], ExitCode>> = {
  healed: EXIT.healthy,
  'still-broken': EXIT.faults,
  'rolled-back': EXIT.rolledBack,
  'half-done': EXIT.halfDone,
  'nothing-done': EXIT.person,
  stale: EXIT.refused,
  'needs-person': EXIT.person,
};

/** The code of a run whose plans ended so. */
export const exitCodeOf = (verdicts: readonly PlanReport['verdict'][]): ExitCode =>
  firstOf(verdicts.map((verdict) => BY_VERDICT[verdict]));

/** The code of a fix: the second diagnosis decides, and what became of the plans may make it worse. */
export function fixExitCode(after: Diagnosis, plans: readonly PlanReport[], blocked: readonly Blocked[]): ExitCode {
  return firstOf([checkExitCode(after), ...plans.map((plan) => BY_VERDICT[plan.verdict]), ...blocked.map(blockedCode)]);
}

/** The code where nothing was applied, because nobody said yes: a person is needed. */
export const unapprovedExitCode = (diagnosis: Diagnosis, blocked: readonly Blocked[]): ExitCode =>
  diagnosis.findings.length === 0 ? checkExitCode(diagnosis) : firstOf([EXIT.person, ...blocked.map(blockedCode)]);

/** The code of a dry run: 1 where there are repairs to make, 3 where none can be made without somebody else. */
export function dryRunExitCode(diagnosis: Diagnosis, plans: number, blocked: readonly Blocked[]): ExitCode {
  if (diagnosis.findings.length === 0) return checkExitCode(diagnosis);
  const refused = blocked.some((each) => each.refused);
  if (plans > 0) return refused ? EXIT.refused : EXIT.faults;
  return firstOf(blocked.map(blockedCode));
}

/** Refused for this server, or somebody else is needed, or nothing here can help. */
function blockedCode({ refused, who }: Blocked): ExitCode {
  if (refused) return EXIT.refused;
  return who === undefined ? EXIT.faults : EXIT.person;
}
