// Diagnoses and runs made by hand, for every kind of report.

import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import type { Plan } from '../../src/model/repair/plan.ts';
import { planningHere } from '../../src/model/repair/planning.ts';
import type { StepOutcome, Verdict } from '../../src/model/run/outcome.ts';
import type { PlanReport, Repairs } from '../../src/model/run/run-report.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import type { Style } from '../../src/report/terminal/style.ts';
import {
  config,
  evidence,
  FRONT_KEY,
  handshake,
  have,
  lack,
  met,
  metadataKey,
  SHOP,
  SHOP_KEY,
  serves,
  stranded,
} from './evidence-folder.ts';

export const WIDE: Style = { color: false, width: 120, unicode: true };
export const USUAL: Style = { color: false, width: 80, unicode: true };
export const NARROW: Style = { color: false, width: 40, unicode: false };

export const diagnosisOf = (from: Evidence): Diagnosis => diagnose(from, playbooks);

export const repairsOf = ({ found, evidence }: Diagnosis): Repairs => makePlans(found, planningHere(evidence));

export const HEALTHY = diagnosisOf(evidence());

/** FRONT was dragged, and the server was rebooted. */
export const STRANDED = diagnosisOf(
  stranded({
    handshakes: met([
      [FRONT_KEY, handshake({ outcome: 'no-tls', detail: 'connection reset' })],
      [SHOP_KEY, serves(SHOP.thumbprint)],
    ]),
  }),
);

/** The same, seen by somebody who is not the owner of the key. */
export const STRANDED_FOR_SYSTEM = diagnosisOf({
  ...STRANDED.evidence,
  identity: have({ sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true }),
});

/** The entry of the article. */
export const STALE = diagnosisOf(
  evidence({ config: config([metadataKey('LM/W3SVC/1', [[5506, '442jqCFFZ77jBhZ7QYHKXuK9drc=']])]) }),
);

/** The records could not be read. */
export const UNREAD = diagnosisOf(evidence({ records: lack('access denied') }));

/** A plan that went as told. */
export const reportOf = (
  plan: Plan,
  verdict: Verdict,
  outcomes: readonly StepOutcome[],
  detail?: string,
): PlanReport => ({
  plan,
  steps: plan.steps.map((step, index) => ({
    step,
    outcome: outcomes[index] ?? 'not-reached',
    ...(outcomes[index] === 'failed' && detail !== undefined && { detail }),
  })),
  verdict,
  ...(detail !== undefined && { detail }),
});

/** A plan whose steps were all done. */
export const doneReport = (plan: Plan): PlanReport =>
  reportOf(
    plan,
    'healed',
    plan.steps.map(() => 'done'),
  );
