// Who says yes: --yes on the command line, or a person, plan by plan.

import type { Finding } from '../../model/repair/finding.ts';
import type { Blocked, Plan, Risk } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Found } from '../../model/repair/playbook.ts';
import type { BlockedFinding, Repairs } from '../../model/run/run-report.ts';
import type { Choice, Person } from '../../person/person.ts';
import { afterAnother, planFor, rivalOf } from './make-plans.ts';
import { nextOf, type Waiting, waitingFor } from './order.ts';
import { type Placed, type Standing, standing } from './standing.ts';

/** What was decided. `gone`: the person left at a question, or said stop; then nothing at all is applied. */
export interface Decisions {
  /** In the order of repair, whatever was asked first. */
  readonly approved: readonly Plan[];
  readonly declined: readonly Plan[];
  readonly blocked: readonly BlockedFinding[];
  readonly gone: boolean;
}

const RISKS: readonly Risk[] = ['safe', 'disruptive', 'manual'];

const isUpTo = (maxRisk: Risk, { risk }: Plan): boolean =>
  risk !== 'manual' && RISKS.indexOf(risk) <= RISKS.indexOf(maxRisk);

/** --yes: every plan up to that risk; `manual` is never applied without a person. */
export function approveUpTo(maxRisk: Risk, { plans, blocked }: Repairs): Decisions {
  const allowed = (plan: Plan) => isUpTo(maxRisk, plan);
  return { approved: plans.filter(allowed), declined: plans.filter((plan) => !allowed(plan)), blocked, gone: false };
}

/** What a question is about. Without a plan a choice is asked for first. `byAll`: it is not asked, `all` was said before. */
export interface About {
  readonly finding: Finding;
  readonly plan?: Plan;
  readonly number: number;
  readonly of: number;
  readonly byAll?: boolean;
}

/** What asking needs: the person, how to tell what is asked about, and what plans are made from. */
export interface Asking {
  readonly person: Person;
  readonly how: Planning;
  /** Plans made before, which are not to be made anew; findings that none of them covers are passed over. */
  readonly saved?: readonly Plan[];
  /** In few lines, for they stand above the question on one screen. */
  readonly tell: (about: About) => void;
  /** The whole plan with its commands. */
  readonly show: (plan: Plan) => void;
  /** Of a finding whose way out was chosen, and cannot be gone. What else is blocked is told at the end. */
  readonly showBlocked: (blocked: BlockedFinding) => void;
}

/** Asks one question a repair, what is down first; before it which way out, where there are several. */
export async function askForEach(found: readonly Found[], asking: Asking): Promise<Decisions> {
  const approved: Placed[] = [];
  const declined: Plan[] = [];
  const blocked: BlockedFinding[] = [];
  let waiting = waitingFor(found, asking.how, asking.saved);
  const [agreed, refused] = [standing(), standing()];
  const following = questions(waiting, asking);
  let upTo: Risk | undefined;
  let number = 1;
  for (let next = nextOf(waiting); next !== undefined; next = nextOf(waiting)) {
    const { place } = next;
    const { finding } = next.found;
    waiting = waiting.filter((each) => each.place !== place);
    following.end(next);
    if (agreed.covers(finding.id) || refused.covers(finding.id)) continue;
    const about = { finding, number, of: number + following.after(next, approved) };
    const made = await choosePlan(next, about, asking);
    if (made === 'gone') return GONE;
    const hindered =
      'blocked' in made.plan ? undefined : hindrance({ place, plan: made.plan }, agreed, approved, declined);
    const plan = hindered ?? made.plan;
    if ('blocked' in plan) {
      blocked.push({ finding, blocked: plan });
      if (made.asked) asking.showBlocked({ finding, blocked: plan });
      continue;
    }
    const byAll = !made.asked && upTo !== undefined && isUpTo(upTo, plan);
    if (byAll) asking.tell({ ...about, plan, byAll });
    const answer = byAll ? 'yes' : await askFor({ ...about, plan }, asking);
    if (answer === 'stop') return GONE;
    if (answer === 'all') upTo = plan.risk === 'safe' ? 'safe' : 'disruptive';
    (answer === 'no' ? refused : agreed).add({ place, plan });
    if (answer === 'no') declined.push(plan);
    else approved.push({ place, plan });
    if (plan !== next.plan) following.otherPlan();
    number += 1;
  }
  return { approved: inOrder(approved), declined, blocked, gone: false };
}

const GONE: Decisions = { approved: [], declined: [], blocked: [], gone: true };

const inOrder = (approved: readonly Placed[]): readonly Plan[] =>
  approved.toSorted((one, other) => one.place - other.place).map(({ plan }) => plan);

/** How many questions will follow, if all are answered with yes. */
function questions(all: readonly Waiting[], asking: Asking) {
  const ended = new Set<Waiting>();
  // Who stands alone is asked about, whatever is said of the others: only these may be asked about or not.
  let rest = all.filter((each) => !each.alone);
  let ofAlone = all.filter((each) => each.alone && isAsked(each, asking)).length;
  let isForeseen = true;
  return {
    end(now: Waiting): void {
      ended.add(now);
      if (!isForeseen || !now.alone) rest = rest.filter((each) => each !== now);
      else if (isAsked(now, asking)) ofAlone -= 1;
    },
    /** Another plan than was waiting may touch any of them. */
    otherPlan(): void {
      isForeseen = false;
      ofAlone = 0;
      rest = all.filter((each) => !ended.has(each));
    },
    after(now: Waiting, approved: readonly Placed[]): number {
      if (rest.length === 0) return ofAlone;
      const stands = standing([...approved, ...placedOf(now)]);
      const asked = rest.filter((each) => {
        if (stands.covers(each.found.finding.id)) return false;
        const [made] = placedOf(each);
        if (made === undefined) return mayChoose(each, asking);
        if (stands.clashes(made)) return false;
        stands.add(made);
        return true;
      });
      return ofAlone + asked.length;
    },
  };
}

const isAsked = (waiting: Waiting, asking: Asking): boolean =>
  !('blocked' in waiting.plan) || mayChoose(waiting, asking);

const placedOf = ({ place, plan }: Waiting): readonly Placed[] => ('blocked' in plan ? [] : [{ place, plan }]);

const mayChoose = (waiting: Waiting, asking: Asking): boolean =>
  ('blocked' in waiting.plan && waiting.plan.choices !== undefined) || waysOf(waiting, asking).length > 1;

/** The one that works first leaves another state than the other one is made for. */
function clash(one: Placed, other: Placed): boolean {
  const [first, second] = one.place < other.place ? [one, other] : [other, one];
  return rivalOf(second.plan, [first.plan]) !== undefined;
}

/** What has to be repaired before, and was not said yes to; or what was, and changes the same thing. */
function hindrance(
  next: Placed,
  agreed: Standing,
  approved: readonly Placed[],
  declined: readonly Plan[],
): Blocked | undefined {
  const first = next.plan.after.find((id) => !agreed.covers(id));
  const no = declined.find((plan) => first !== undefined && plan.covers.includes(first));
  const why = no ? `you said no to what has to come first: "${no.title}"` : `${first} has to be repaired first`;
  if (first !== undefined) return { blocked: true, why, who: 'you' };
  const rival = agreed.clashes(next) ? approved.find((each) => clash(next, each)) : undefined;
  return rival && afterAnother(rival.plan);
}

type Said = 'yes' | 'no' | 'all' | 'stop';

/** Enter alone says no. */
async function askFor(about: About & { readonly plan: Plan }, asking: Asking): Promise<Said> {
  const { plan, number, of } = about;
  const all = { value: 'all', title: plan.risk === 'safe' ? ALL_SAFE : ALL } as const;
  const answers: readonly Choice<Said | 'show'>[] = [
    { value: 'yes', title: 'Yes' },
    { value: 'no', title: 'No, leave it as it is' },
    { value: 'show', title: 'Show the commands' },
    ...(of > number ? [all] : []),
    { value: 'stop', title: 'Stop: change nothing at all' },
  ];
  for (;;) {
    asking.tell(about);
    const answer = await asking.person.choose('Apply this repair?', answers, 'no');
    if (!answer.ok) return 'stop';
    if (answer.value !== 'show') return answer.value;
    asking.show(plan);
  }
}

/** As --yes and --yes=disruptive: what disturbs others is never said yes to by who has not read so. */
const ALL_SAFE = 'All: this and every other that is safe';
const ALL = 'All: this and every other, disruptive ones too';

const waysOf = ({ found }: Waiting, { how, saved }: Asking) =>
  saved === undefined && how.choices.pfx === undefined ? found.ways(how) : [];

/** The way out that the person chose, or the certificate where several fit. `asked`: there was something to choose. */
async function choosePlan(
  waiting: Waiting,
  about: About,
  asking: Asking,
): Promise<{ readonly plan: Plan | Blocked; readonly asked: boolean } | 'gone'> {
  const { person, how } = asking;
  const { found, plan: usual } = waiting;
  const ways = waysOf(waiting, asking);
  let choices = how.choices;
  if (ways.length > 1) {
    asking.tell(about);
    const way = await person.choose(
      'Which way out?',
      ways.map(({ way, title }) => ({ value: way, title })),
    );
    if (!way.ok) return 'gone';
    if (way.value !== 'default') choices = { ...choices, way: way.value };
  }
  const plan = choices === how.choices ? usual : planFor(found, { ...how, choices });
  if (!('blocked' in plan) || plan.choices === undefined) return { plan, asked: ways.length > 1 };
  asking.tell(about);
  const certificate = await person.choose('Which certificate?', plan.choices);
  if (!certificate.ok) return 'gone';
  const certificates = new Map([...choices.certificates, [found.finding.id, certificate.value]]);
  return { plan: planFor(found, { ...how, choices: { ...choices, certificates } }), asked: true };
}
