// Who says yes: a policy given on the command line, or a person, plan by plan.

import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Choices, Plan, Risk } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import type { Person } from '../person/person.ts';
import { type BlockedFinding, planFor } from './make-plans.ts';

/** What was decided. `gone`: the person left at a question; then nothing at all is applied. */
export interface Decisions {
  readonly approved: readonly Plan[];
  readonly declined: readonly Plan[];
  readonly blocked: readonly BlockedFinding[];
  readonly gone: boolean;
}

const RISKS: readonly Risk[] = ['safe', 'disruptive', 'manual'];

/** --yes: every plan up to that risk; `manual` is never applied without a person. */
export function approveByPolicy(plans: readonly Plan[], blocked: readonly BlockedFinding[], most: Risk): Decisions {
  const allowed = (plan: Plan) => plan.risk !== 'manual' && RISKS.indexOf(plan.risk) <= RISKS.indexOf(most);
  return { approved: plans.filter(allowed), declined: plans.filter((plan) => !allowed(plan)), blocked, gone: false };
}

/** What asking needs: the person, how to show a plan before the question, and what plans are made from. */
export interface Asking {
  readonly person: Person;
  readonly evidence: Evidence;
  readonly playbooks: readonly Playbook[];
  readonly choices: Choices;
  /** Plans made before, which are not to be made anew; findings that none of them covers are passed over. */
  readonly saved?: readonly Plan[];
  readonly show: (plan: Plan) => void;
  readonly showBlocked: (blocked: BlockedFinding) => void;
}

/** Asks for every finding: which way out, then the plan is shown, then yes or no. */
export async function askForEach(findings: readonly Finding[], asking: Asking): Promise<Decisions> {
  const approved: Plan[] = [];
  const declined: Plan[] = [];
  const blocked: BlockedFinding[] = [];
  const gone: Decisions = { approved: [], declined: [], blocked: [], gone: true };
  for (const finding of findings) {
    if ([...approved, ...declined].some((plan) => plan.covers.includes(finding.id))) continue;
    const saved = asking.saved?.find((each) => each.covers.includes(finding.id));
    if (asking.saved !== undefined && saved === undefined) continue;
    const plan = saved ?? (await choosePlan(finding, asking));
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
    asking.show(plan);
    const answer = await asking.person.approve(`Apply this repair?`);
    if (!answer.given) return gone;
    (answer.value ? approved : declined).push(plan);
  }
  return { approved, declined, blocked, gone: false };
}

/** The way out that the person chose, or the certificate where several fit. */
async function choosePlan(finding: Finding, asking: Asking): Promise<ReturnType<typeof planFor> | 'gone'> {
  const { person, evidence, playbooks, choices } = asking;
  const playbook = playbooks.find((each) => each.id === finding.playbook);
  const ways = choices.pfx === undefined ? (playbook?.ways?.(finding, evidence) ?? []) : [];
  let chosen = choices;
  if (ways.length > 1) {
    const way = await person.choose(
      `${finding.says} Which way out?`,
      ways.map(({ way, title }) => ({ value: way, title })),
    );
    if (!way.given) return 'gone';
    if (way.value !== 'default') chosen = { ...choices, way: way.value };
  }
  const plan = planFor(finding, evidence, playbooks, chosen);
  if (!('blocked' in plan) || plan.choices === undefined) return plan;
  const certificate = await person.choose(`${finding.says} Which certificate?`, plan.choices);
  if (!certificate.given) return 'gone';
  const certificates = new Map([...chosen.certificates, [finding.id, certificate.value]]);
  return planFor(finding, evidence, playbooks, { ...chosen, certificates });
}
