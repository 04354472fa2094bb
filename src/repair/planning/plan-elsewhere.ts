// Plans that somebody carries to the server later: made for the session that they will need there. Pure.

import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Plan } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Found } from '../../model/repair/playbook.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import type { Evidence, Identity } from '../../model/server/evidence.ts';
import { known } from '../../model/server/known.ts';
import { makePlans } from './make-plans.ts';

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
  { found, evidence }: Pick<Diagnosis, 'found' | 'evidence'>,
  how: Omit<Planning, 'session'>,
): PlansElsewhere {
  const owner = ownerOf(found, evidence);
  const repairs = makePlans(found, { ...how, session: known(owner ?? ADMINISTRATOR, evidence.identity.source) });
  const planned = new Set(repairs.plans.map(({ finding }) => finding.id));
  const needsOwner = found.some((each) => each.owner !== undefined && planned.has(each.finding.id));
  return { ...repairs, session: needsOwner ? owner : undefined };
}

function ownerOf(found: readonly Found[], { identity }: Evidence): Identity | undefined {
  const owners = found.flatMap(({ owner }) => owner ?? []);
  const collector = owners.find(({ sid }) => identity.known && identity.value.sid === sid);
  return collector ?? owners[0];
}

/** Without the plans that `whyNot` has something against, and without those that wait for one of them. */
export function without(plans: PlansElsewhere, whyNot: (plan: Plan) => string | undefined): PlansElsewhere {
  const reasons = plans.plans.flatMap((plan) => {
    const why = whyNot(plan);
    return why === undefined ? [] : [{ plan, why }];
  });
  const ids = new Set(reasons.flatMap(({ plan }) => plan.covers));
  const waiting = plans.plans
    .filter((plan) => plan.after.some((id) => ids.has(id)))
    .map((plan) => ({ plan, why: `${plan.after.join(', ')} has to be repaired first` }));
  const out = [...reasons, ...waiting];
  const left = new Set(out.map(({ plan }) => plan));
  return {
    ...plans,
    plans: plans.plans.filter((plan) => !left.has(plan)),
    blocked: [
      ...plans.blocked,
      ...out.map(({ plan, why }) => ({ finding: plan.finding, blocked: { blocked: true as const, why } })),
    ],
  };
}
