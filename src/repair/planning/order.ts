// In which order repairs are asked for: what is down first, but never before what has to be repaired before it. Pure.

import { expected, leavesOther, statesLeft } from '../../chain/memory/fingerprint.ts';
import { isDown } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Found } from '../../model/repair/playbook.ts';
import { planFor } from './make-plans.ts';

/** A finding that a person may be asked about. */
export interface Waiting {
  readonly found: Found;
  /** What would be asked for, as long as nothing is chosen. */
  readonly plan: Plan | Blocked;
  /** In the order of repair, which is the order in which approved plans work. */
  readonly place: number;
  readonly down: boolean;
  /** It shares nothing with any other: no finding, no order, no state that one of the two leaves. */
  readonly alone: boolean;
}

/** One for each finding that no earlier plan covers. `saved`: plans made before; what none of them covers is passed over. */
export function waitingFor(
  found: readonly Found[],
  how: Planning,
  saved: readonly Plan[] | undefined,
): readonly Waiting[] {
  const broken = new Set(found.flatMap(({ finding }) => (isDown(finding) ? finding.id : [])));
  const byId = saved && plansById(saved);
  const covered = new Set<string>();
  const all: Omit<Waiting, 'alone'>[] = [];
  for (const [place, each] of found.entries()) {
    const { id } = each.finding;
    const before = byId?.get(id);
    if (covered.has(id) || (byId !== undefined && before === undefined)) continue;
    const plan = before ?? planFor(each, how);
    const covers = 'blocked' in plan ? [id] : plan.covers;
    for (const one of covers) covered.add(one);
    all.push({ found: each, plan, place, down: covers.some((one) => broken.has(one)) });
  }
  const isAlone = loneliness(all);
  return all.map((each) => ({ ...each, alone: isAlone(each) }));
}

/** The first plan that covers each finding. */
function plansById(plans: readonly Plan[]): ReadonlyMap<string, Plan> {
  const byId = new Map<string, Plan>();
  for (const plan of plans) for (const id of plan.covers) if (!byId.has(id)) byId.set(id, plan);
  return byId;
}

/** Among these: whether nothing that one is about, rests on or leaves is any other's. */
function loneliness(all: readonly Omit<Waiting, 'alone'>[]): (each: Omit<Waiting, 'alone'>) => boolean {
  const [about, left, rested] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const parts = ({ found, plan }: Omit<Waiting, 'alone'>) => ({
    ids: new Set([found.finding.id, ...('blocked' in plan ? [] : plan.covers)]),
    leaves: new Set('blocked' in plan ? [] : statesLeft(plan.steps).keys()),
    rests: new Set('blocked' in plan ? [] : expected(plan.before).map(([key]) => key)),
  });
  for (const { ids, leaves, rests } of all.map(parts)) {
    for (const id of ids) count(about, id);
    for (const key of leaves) count(left, key);
    for (const key of rests) count(rested, key);
  }
  const others = (counts: ReadonlyMap<string, number>, key: string, own: boolean) =>
    (counts.get(key) ?? 0) - (own ? 1 : 0) > 0;
  return (each) => {
    const { ids, leaves, rests } = parts(each);
    return (
      ('blocked' in each.plan || each.plan.after.length === 0) &&
      ![...ids].some((id) => others(about, id, true)) &&
      ![...leaves].some((key) => others(left, key, true) || others(rested, key, rests.has(key))) &&
      ![...rests].some((key) => others(left, key, leaves.has(key)))
    );
  };
}

const count = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** The first that is down, else the first; and before it whatever has to be repaired before it. Undefined where none is left. */
export function nextOf(waiting: readonly Waiting[]): Waiting | undefined {
  const before = (each: Waiting): Waiting => {
    if (each.alone) return each;
    const first = waiting.find((other) => other.place < each.place && comesFirst(other, each));
    return first === undefined ? each : before(first);
  };
  const wanted = waiting.find(({ down }) => down) ?? waiting[0];
  return wanted && before(wanted);
}

/** `earlier` is what `later` waits for, or both change one thing: then the order of repair says which is first. */
function comesFirst(earlier: Waiting, { plan: later }: Waiting): boolean {
  if ('blocked' in later) return false;
  const ids = 'blocked' in earlier.plan ? [earlier.found.finding.id] : earlier.plan.covers;
  if (later.after.some((id) => ids.includes(id))) return true;
  return !('blocked' in earlier.plan) && leavesOther(earlier.plan.steps, later.before);
}
