// Endpoints whose turn to be greeted did not come within the time that a look has: neither healthy nor faulty, but not checked.

import { GREETING_SECONDS } from '../formats/http-sys/visitors.ts';
import { once } from '../model/once.ts';
import type { Evidence, Greeted } from '../model/server/evidence.ts';

/** Whether some of these visitors were to be greeted, and time ran out before. */
export const isUnreached = (greeted: readonly Greeted[]): boolean =>
  greeted.some(({ got }) => !got.known && got.unasked === true);

/** The keys (see endpointKey) of the endpoints that were not greeted, or not by all of their visitors. */
export const unreachedEndpoints = once(
  ({ handshakes }: Pick<Evidence, 'handshakes'>): ReadonlySet<string> =>
    new Set([...handshakes].filter(([, greeted]) => isUnreached(greeted)).map(([key]) => key)),
);

/** How far the greetings came. */
export interface GreetingsCut {
  readonly endpoints: number;
  readonly greeted: number;
  readonly seconds: number;
}

/** Undefined where every endpoint had its turn. */
export function greetingsCut(evidence: Pick<Evidence, 'handshakes'>): GreetingsCut | undefined {
  const [endpoints, left] = [evidence.handshakes.size, unreachedEndpoints(evidence).size];
  return left === 0 ? undefined : { endpoints, greeted: endpoints - left, seconds: GREETING_SECONDS };
}

/** `412 of 500 endpoints were greeted in 30 s; the rest is not checked`. */
export const cutInWords = ({ endpoints, greeted, seconds }: GreetingsCut): string =>
  `${greeted} of ${endpoints} ${endpoints === 1 ? 'endpoint was' : 'endpoints were'} greeted in ${seconds} s; the rest is not checked`;
