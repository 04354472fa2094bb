// In which order repairs are asked for: what is down first, but never before what has to be repaired before it. Pure.

import { leavesOther } from '../../chain/memory/fingerprint.ts';
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
}

/** One for each finding that no earlier plan covers. `saved`: plans made before; what none of them covers is passed over. */
export function waitingFor(
  found: readonly Found[],
  how: Planning,
  saved: readonly Plan[] | undefined,
): readonly Waiting[] {
  const broken = new Set(found.flatMap(({ finding }) => (isDown(finding) ? finding.id : [])));
  const covered = new Set<string>();
  const all: Waiting[] = [];
  for (const [place, each] of found.entries()) {
    const { id } = each.finding;
    const before = saved?.find(({ covers }) => covers.includes(id));
    if (covered.has(id) || (saved !== undefined && before === undefined)) continue;
    const plan = before ?? planFor(each, how);
    const covers = 'blocked' in plan ? [id] : plan.covers;
    for (const one of covers) covered.add(one);
    all.push({ found: each, plan, place, down: covers.some((one) => broken.has(one)) });
  }
  return all;
}

/** The first that is down, else the first; and before it whatever has to be repaired before it. Undefined where none is left. */
export function nextOf(waiting: readonly Waiting[]): Waiting | undefined {
  const before = (each: Waiting): Waiting => {
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
