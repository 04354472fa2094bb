// Greetings in turns: a server may have hundreds of endpoints, all of them dead, and nobody waits for that at night.

import { greetingName } from '../formats/http-sys/endpoint.ts';
import { GREETING_SECONDS } from '../formats/http-sys/visitors.ts';
import type { Machine } from '../machine/machine.ts';
import { groupBy } from '../model/once.ts';
import type { Greeted, Greeting } from '../model/server/evidence.ts';
import { unasked } from '../model/server/known.ts';
import { FEW, hasSilence, type Knocked, knocking } from './again.ts';
import type { Visited } from './greet.ts';

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
  const tooLate = (greeting: Greeting) =>
    unasked<never>({ kind: 'handshake', endpoint: greetingName(greeting) }, TOO_LATE);
  const inTime = async (greeting: Greeting) => (now().getTime() <= latest ? handshake(greeting) : tooLate(greeting));
  const { first: knock, again, last } = knocking(inTime, now, tooLate);
  const turns = inFairOrder(visited, first);
  const left = new Map([...visited].map(([key, { doors }]) => [key, doors.length]));
  let done = 0;
  await eachOf(turns, AT_ONCE, async ({ key, knocked }) => {
    await knock(knocked);
    const doors = (left.get(key) ?? 0) - 1;
    left.set(key, doors);
    if (doors === 0) greeted(++done, left.size);
  });
  const isCrowd = turns.length > FEW;
  const silent = turns.filter(({ knocked }) => isCrowd && hasSilence(knocked));
  await eachOf(silent, FEW, async ({ knocked }) => void (await again(knocked)));
  const met = new Map([...visited].map(([key, { doors }]) => [key, doors.map(nobody)]));
  for (const { key, index, knocked } of turns) (met.get(key) ?? [])[index] = await last(knocked, isCrowd);
  return new Map([...met].map(([key, at]) => [key, at.flat()]));
}

/** So many at once, in their order. */
async function eachOf<T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values();
  const some = async () => {
    for (const one of waiting) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, some));
}

const nobody = (): readonly Greeted[] => [];

interface Turn {
  readonly key: string;
  /** Which of the endpoint's doors. */
  readonly index: number;
  readonly knocked: Knocked;
}

/** What the look is about; then each site once before the second endpoint of one, and each endpoint before its second door. */
function inFairOrder(visited: ReadonlyMap<string, Visited>, first: ReadonlySet<string>): readonly Turn[] {
  const all = [...visited].map(([key, { site, doors }]) => ({
    site,
    key,
    turns: doors.map((door, index) => ({ key, index, knocked: { door, asked: new Map() } })),
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
