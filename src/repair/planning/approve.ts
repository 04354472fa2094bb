// Who says yes: --yes on the command line, or a person, plan by plan.

import type { Blocked, Plan, Risk } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Found } from '../../model/repair/playbook.ts';
import type { BlockedFinding, Repairs } from '../../model/run/run-report.ts';
import type { Person } from '../../person/person.ts';
import { afterAnother, planFor, rivalOf } from './make-plans.ts';

/** What was decided. `gone`: the person left at a question; then nothing at all is applied. */
export interface Decisions {
  readonly approved: readonly Plan[];
  readonly declined: readonly Plan[];
  readonly blocked: readonly BlockedFinding[];
  readonly gone: boolean;
}

const RISKS: readonly Risk[] = ['safe', 'disruptive', 'manual'];

/** --yes: every plan up to that risk; `manual` is never applied without a person. */
export function approveUpTo(maxRisk: Risk, { plans, blocked }: Repairs): Decisions {
  const allowed = (plan: Plan) => plan.risk !== 'manual' && RISKS.indexOf(plan.risk) <= RISKS.indexOf(maxRisk);
  return { approved: plans.filter(allowed), declined: plans.filter((plan) => !allowed(plan)), blocked, gone: false };
}

/** What asking needs: the person, how to show a plan before the question, and what plans are made from. */
export interface Asking {
  readonly person: Person;
  readonly how: Planning;
  /** Plans made before, which are not to be made anew; findings that none of them covers are passed over. */
  readonly saved?: readonly Plan[];
  readonly show: (plan: Plan) => void;
  readonly showBlocked: (blocked: BlockedFinding) => void;
}

/** Asks for every finding: which way out, then the plan is shown, then yes or no. */
export async function askForEach(found: readonly Found[], asking: Asking): Promise<Decisions> {
  const approved: Plan[] = [];
  const declined: Plan[] = [];
  const blocked: BlockedFinding[] = [];
  const gone: Decisions = { approved: [], declined: [], blocked: [], gone: true };
  for (const each of found) {
    const { finding } = each;
    if ([...approved, ...declined].some((plan) => plan.covers.includes(finding.id))) continue;
    const saved = asking.saved?.find((plan) => plan.covers.includes(finding.id));
    if (asking.saved !== undefined && saved === undefined) continue;
    const plan = saved ?? (await choosePlan(each, asking));
    if (plan === 'gone') return gone;
    if ('blocked' in plan) {
      const entry = { finding, blocked: plan };
      asking.showBlocked(entry);
      blocked.push(entry);
      continue;
    }
    const first = plan.after.find((id) => !approved.some((other) => other.covers.includes(id)));
    if (first !== undefined) {
      blocked.push({ finding, blocked: { blocked: true, why: `${first} has to be repaired first`, who: 'you' } });
      continue;
    }
    const rival = rivalOf(plan, approved);
    if (rival !== undefined) {
      blocked.push({ finding, blocked: afterAnother(rival) });
      asking.showBlocked({ finding, blocked: afterAnother(rival) });
      continue;
    }
    asking.show(plan);
    const answer = await asking.person.approve(`Apply this repair?`);
    if (!answer.ok) return gone;
    (answer.value ? approved : declined).push(plan);
  }
  return { approved, declined, blocked, gone: false };
}

/** The way out that the person chose, or the certificate where several fit. */
async function choosePlan(found: Found, { person, how }: Asking): Promise<Plan | Blocked | 'gone'> {
  const { finding } = found;
  const ways = how.choices.pfx === undefined ? found.ways(how) : [];
  let choices = how.choices;
  if (ways.length > 1) {
    const way = await person.choose(
      `${finding.message} Which way out?`,
      ways.map(({ way, title }) => ({ value: way, title })),
    );
    if (!way.ok) return 'gone';
    if (way.value !== 'default') choices = { ...choices, way: way.value };
  }
  const plan = planFor(found, { ...how, choices });
  if (!('blocked' in plan) || plan.choices === undefined) return plan;
  const certificate = await person.choose(`${finding.message} Which certificate?`, plan.choices);
  if (!certificate.ok) return 'gone';
  const certificates = new Map([...choices.certificates, [finding.id, certificate.value]]);
  return planFor(found, { ...how, choices: { ...choices, certificates } });
}
