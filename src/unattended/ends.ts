// How an unattended run ends. Pure.

import { checkOutcome, dryRunOutcome, unapprovedOutcome } from '../diagnosis/outcome.ts';
import type { Diagnosis } from '../model/repair/diagnosis.ts';
import type { Result } from '../model/result.ts';
import { RUN_OUTCOMES, type RunOutcome, type UnattendedOutcome } from '../model/run/run-outcome.ts';
import type { BlockedFinding, RunReport } from '../model/run/run-report.ts';
import type { Held, UnattendedEnd } from '../model/run/unattended.ts';

interface Ended {
  readonly run: RunOutcome;
  readonly outcome: UnattendedOutcome;
}

const toldAs = (run: RunOutcome): Ended => ({ run, outcome: RUN_OUTCOMES[run].unattended });

/** Of a run that tried. Held back repairs need a person as well: only where nothing but a person is left it says so. */
export const repairEnd = ({ outcome, blocked }: RunReport): Ended =>
  outcome === 'needs-person' && blocked.length === 0 ? { run: outcome, outcome: 'held-back' } : toldAs(outcome);

/** Of a look that found nothing to repair. With --only, a chain can be broken in a way that was not asked for. */
export const quietEnd = (diagnosis: Diagnosis): Ended => toldAs(checkOutcome(diagnosis));

/** Where nothing may be repaired, or nothing can be. */
export function heldEnd(diagnosis: Diagnosis, held: readonly Held[], blocked: readonly BlockedFinding[]): Ended {
  const reasons = blocked.map((each) => each.blocked);
  if (held.length === 0) return toldAs(dryRunOutcome(diagnosis, 0, reasons));
  const gaveUp = held.some(({ reason }) => reason === 'given-up');
  return { run: unapprovedOutcome(diagnosis, reasons), outcome: gaveUp ? 'gave-up' : 'held-back' };
}

/** Nothing is repaired by limits that nobody can be sure of. */
export function settingsBroken(diagnosis: Diagnosis, ...files: readonly Result<unknown>[]): UnattendedEnd {
  const detail = files.flatMap((file) => (file.ok ? [] : [file.error])).join('; ');
  const run = unapprovedOutcome(diagnosis, []);
  return { by: 'fix', outcome: 'settings-broken', run, diagnosis, held: [], blocked: [], detail };
}
