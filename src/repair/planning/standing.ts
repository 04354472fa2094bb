// Plans that stand beside each other, and whether a further one can: looked up by what each covers, rests on and leaves,
// for who has a thousand sites is asked a thousand times. Pure.

import { expected, statesLeft } from '../../chain/memory/fingerprint.ts';
import type { Plan } from '../../model/repair/plan.ts';

/** A plan, and its place in the order of repair. */
export interface Placed {
  readonly place: number;
  readonly plan: Plan;
}

/** Plans that become more. */
export interface Standing {
  add(placed: Placed): void;
  /** Whether one of them mends this finding. */
  covers(id: string): boolean;
  /** Whether the earlier one of this and another leaves a state that the later one is not made for. */
  clashes(placed: Placed): boolean;
}

/** None at first, or these. */
export function standing(plans: readonly Placed[] = []): Standing {
  const covered = new Set<string>();
  const leaving = placesByState((one, other) => one < other);
  const expecting = placesByState((one, other) => one > other);
  const all: Standing = {
    add({ place, plan }) {
      for (const id of plan.covers) covered.add(id);
      for (const [key, state] of statesLeft(plan.steps)) leaving.add(key, state, place);
      for (const [key, state] of expected(plan.before)) expecting.add(key, state, place);
    },
    covers: (id) => covered.has(id),
    clashes({ place, plan }) {
      const rests = expected(plan.before).some(([key, state]) => leaving.others(key, state).some((at) => at < place));
      return (
        rests ||
        [...statesLeft(plan.steps)].some(([key, state]) => expecting.others(key, state).some((at) => at > place))
      );
    },
  };
  for (const plan of plans) all.add(plan);
  return all;
}

/** Of each state of a subject the one place that `isFurther` than the others. */
function placesByState(isFurther: (place: number, than: number) => boolean) {
  const places = new Map<string, Map<string | undefined, number>>();
  return {
    add(key: string, state: string | undefined, place: number): void {
      const states = places.get(key) ?? new Map<string | undefined, number>();
      const known = states.get(state);
      if (known === undefined || isFurther(place, known)) states.set(state, place);
      places.set(key, states);
    },
    /** The places of the other states. */
    others: (key: string, state: string | undefined): readonly number[] =>
      [...(places.get(key) ?? [])].flatMap(([other, place]) => (other === state ? [] : [place])),
  };
}
