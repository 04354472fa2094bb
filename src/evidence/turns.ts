// Greetings in turns: a server may have hundreds of endpoints, all of them dead, and nobody waits for that at night.

import { greetingName } from '../formats/http-sys/endpoint.ts';
import type { Machine } from '../machine/machine.ts';
import { unknown } from '../model/server/known.ts';

/** Connections at once: few enough for one processor to answer them all in time. */
export const AT_ONCE = 256;

/** Begun later than this after the first, a greeting is left out, and said to be. With the 5 s of the last one it is 22 s. */
export const BEGUN_WITHIN_MS = 17_000;

/** The machine's handshake, in the order in which it is asked for. Each look at the server has its own time. */
export function inTurns({ handshake, now }: Pick<Machine, 'handshake' | 'now'>): Machine['handshake'] {
  const waiting: (() => void)[] = [];
  let open = 0;
  let latest: number | undefined;
  return async (greeting) => {
    if (open === AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    else open += 1;
    latest ??= now().getTime() + BEGUN_WITHIN_MS;
    try {
      if (now().getTime() <= latest) return await handshake(greeting);
      return unknown('too many others did not answer in time', { kind: 'handshake', endpoint: greetingName(greeting) });
    } finally {
      const next = waiting.shift();
      if (next === undefined) open -= 1;
      else next();
      if (open === 0) latest = undefined;
    }
  };
}
