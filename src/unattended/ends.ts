// How an unattended run ends, and with which exit code. Pure.

import { checkExitCode, dryRunExitCode, EXIT, unapprovedExitCode } from '../diagnosis/exit-code.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Parsed } from '../model/parsed.ts';
import type { BlockedFinding, RunReport } from '../model/run-report.ts';
import type { Held, UnattendedEnd, UnattendedOutcome } from '../model/unattended.ts';

const BY_CODE: ReadonlyMap<number, UnattendedOutcome> = new Map([
  [EXIT.healthy, 'repaired'],
  [EXIT.person, 'needs-person'],
  [EXIT.notChecked, 'not-checked'],
  [EXIT.rolledBack, 'rolled-back'],
  [EXIT.halfDone, 'half-done'],
  [EXIT.refused, 'refused'],
]);

/** Of a run that tried. Held back repairs end in 3 as well: only where nothing but a person is left it says so. */
export function repairOutcome({ exitCode, blocked }: RunReport): UnattendedOutcome {
  const outcome = BY_CODE.get(exitCode) ?? 'faults-remain';
  return outcome === 'needs-person' && blocked.length === 0 ? 'held-back' : outcome;
}

/** Of a look that found nothing to repair. */
export const quietEnd = (diagnosis: Diagnosis) => ({
  outcome: diagnosis.verdict === 'healthy' ? ('healthy' as const) : notHealthy(diagnosis),
  exitCode: checkExitCode(diagnosis),
});

/** With --only, a chain can be broken in a way that was not asked for. */
const notHealthy = ({ verdict }: Diagnosis): UnattendedOutcome =>
  verdict === 'unknown' ? 'not-checked' : 'faults-remain';

/** Where nothing may be repaired, or nothing can be. */
export function heldEnd(diagnosis: Diagnosis, held: readonly Held[], blocked: readonly BlockedFinding[]) {
  const reasons = blocked.map((each) => each.blocked);
  if (held.length > 0) {
    const gaveUp = held.some(({ reason }) => reason === 'given-up');
    const outcome: UnattendedOutcome = gaveUp ? 'gave-up' : 'held-back';
    return { outcome, exitCode: unapprovedExitCode(diagnosis, reasons) };
  }
  const exitCode = dryRunExitCode(diagnosis, 0, reasons);
  return { outcome: BY_CODE.get(exitCode) ?? ('faults-remain' as const), exitCode };
}

/** Nothing is repaired by limits that nobody can be sure of. */
export function settingsBroken(diagnosis: Diagnosis, ...files: readonly Parsed<unknown>[]): UnattendedEnd {
  const detail = files.flatMap((file) => (file.ok ? [] : [file.error])).join('; ');
  const exitCode = diagnosis.findings.length === 0 ? checkExitCode(diagnosis) : EXIT.person;
  return { by: 'fix', outcome: 'settings-broken', exitCode, diagnosis, held: [], blocked: [], detail };
}
