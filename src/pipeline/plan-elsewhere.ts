// Plans that somebody carries to the server later: made for the session that they will need there. Pure.

import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, Identity } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { known, unknown } from '../model/known.ts';
import type { Choices, Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import { makePlans, type Repairs } from './make-plans.ts';

/** Repairs, and whose elevated session they take; undefined where any administrator's will do. */
export interface PlansElsewhere extends Repairs {
  readonly session: Identity | undefined;
}

/** Any administrator: nobody whose key it could be. */
const ADMINISTRATOR: Identity = { sid: 'S-1-5-32-544', name: 'an administrator', elevated: true };

/**
 * Plans as if their session were there already. A stranded key opens for its owner only; where there are several
 * owners, the one who collected comes first, and the keys of the others stay blocked.
 */
export function plansElsewhere(
  { findings, evidence }: Diagnosis,
  playbooks: readonly Playbook[],
  choices: Choices,
): PlansElsewhere {
  const owner = ownerOf(findings, evidence);
  const session = known(owner ?? ADMINISTRATOR, evidence.identity.source);
  const repairs = makePlans(findings, { ...evidence, identity: session }, playbooks, choices);
  const needsOwner = repairs.plans.some((plan) => plan.finding.playbook === 'stranded-key');
  return { ...repairs, session: needsOwner ? owner : undefined };
}

function ownerOf(findings: readonly Finding[], { identity }: Evidence): Identity | undefined {
  const owners = findings.flatMap(({ facts }) => {
    const fact = (name: string) => facts.find((each) => each.name === name)?.value ?? '';
    return fact('ownerSid') === '' ? [] : [{ sid: fact('ownerSid'), name: fact('ownerName'), elevated: true }];
  });
  const collector = owners.find(({ sid }) => identity.known && identity.value.sid === sid);
  return collector ?? owners[0];
}

/** Whether an update of a record took effect is seen by a TLS client alone: who has none deletes and adds. */
export function withoutTlsClient(diagnosis: Diagnosis): Diagnosis {
  const { evidence } = diagnosis;
  const netshUpdateOptions = unknown<never>('there will be no TLS client', evidence.netshUpdateOptions.source);
  return { ...diagnosis, evidence: { ...evidence, netshUpdateOptions } };
}

/** Without the plans that `whyNot` has something against, and without those that wait for one of them. */
export function without(plans: PlansElsewhere, whyNot: (plan: Plan) => string | undefined): PlansElsewhere {
  const reasons = plans.plans.flatMap((plan) => {
    const why = whyNot(plan);
    return why === undefined ? [] : [{ plan, why }];
  });
  const ids = reasons.flatMap(({ plan }) => plan.covers);
  const waiting = plans.plans
    .filter((plan) => plan.after.some((id) => ids.includes(id)))
    .map((plan) => ({ plan, why: `${plan.after.join(', ')} has to be repaired first` }));
  const out = [...reasons, ...waiting];
  return {
    ...plans,
    plans: plans.plans.filter((plan) => !out.some((each) => each.plan === plan)),
    blocked: [
      ...plans.blocked,
      ...out.map(({ plan, why }) => ({ finding: plan.finding, blocked: { blocked: true as const, why } })),
    ],
  };
}
