// Greetings in turns: a server may have hundreds of endpoints, all of them dead, and nobody waits for that at night.

import { greetingName } from '../formats/http-sys/endpoint.ts';
import { GREETING_SECONDS } from '../formats/http-sys/visitors.ts';
import type { Machine } from '../machine/machine.ts';
import { groupBy } from '../model/once.ts';
import type { Greeted, Greeting } from '../model/server/evidence.ts';
import { unasked } from '../model/server/known.ts';
import type { Door } from './doors.ts';
import { greetDoor, type Visited } from './greet.ts';

/** Connections at once: few enough for one processor to answer them all in time. */
export const AT_ONCE = 256;

/** The longest that a greeting takes: none is begun later than this before the end. */
const LONGEST_SECONDS = 5;
export const BEGUN_WITHIN_MS = (GREETING_SECONDS - LONGEST_SECONDS) * 1000;

const TOO_LATE = `the ${GREETING_SECONDS} s for all greetings were over before its turn`;

/** What a look is about, and what it tells while it greets. */
export interface Greetings {
  /** Endpoints (see endpointKey) that are greeted before all others: nothing that others do may hide them. */
  readonly first?: ReadonlySet<string>;
  /** How many endpoints have had their turn, and of how many. */
  readonly greeted?: (endpoints: number, of: number) => void;
}

/** Greets the endpoints in fair order, within the time for all of them; whoever it leaves out was not asked. */
export async function greetInTurns(
  visited: ReadonlyMap<string, Visited>,
  { handshake, now }: Pick<Machine, 'handshake' | 'now'>,
  { first = new Set(), greeted = () => {} }: Greetings = {},
): Promise<ReadonlyMap<string, readonly Greeted[]>> {
  const latest = now().getTime() + BEGUN_WITHIN_MS;
  const inTime = async (greeting: Greeting) =>
    now().getTime() <= latest
      ? handshake(greeting)
      : unasked<never>({ kind: 'handshake', endpoint: greetingName(greeting) }, TOO_LATE);
  const met = new Map([...visited].map(([key, { doors }]) => [key, { left: doors.length, at: doors.map(nobody) }]));
  const turns = inFairOrder(visited, first).values();
  let done = 0;
  const work = async () => {
    for (const { key, index, door } of turns) {
      const got = await greetDoor(door, inTime);
      const endpoint = met.get(key);
      if (endpoint === undefined) continue;
      endpoint.at[index] = got;
      endpoint.left -= 1;
      if (endpoint.left === 0) greeted(++done, met.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return new Map([...met].map(([key, { at }]) => [key, at.flat()]));
}

const nobody = (): readonly Greeted[] => [];

interface Turn {
  readonly key: string;
  /** Which of the endpoint's doors. */
  readonly index: number;
  readonly door: Door;
}

/** What the look is about; then each site once before the second endpoint of one, and each endpoint before its second door. */
function inFairOrder(visited: ReadonlyMap<string, Visited>, first: ReadonlySet<string>): readonly Turn[] {
  const all = [...visited].map(([key, { site, doors }]) => ({
    site,
    key,
    turns: doors.map((door, index) => ({ key, index, door })),
  }));
  const fair = (some: typeof all) =>
    inRounds([...groupBy(some, ({ site }) => site).values()].map((own) => inRounds(own.map(({ turns }) => turns))));
  return [...fair(all.filter(({ key }) => first.has(key))), ...fair(all.filter(({ key }) => !first.has(key)))];
}

/** The first of each list, then the second of each. */
const inRounds = <T>(lists: readonly (readonly T[])[]): readonly T[] =>
  lists
    .flatMap((list) => list.map((item, round) => ({ item, round })))
    .sort((a, b) => a.round - b.round)
    .map(({ item }) => item);
