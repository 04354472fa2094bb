// Silence among many connections at once may be our own doing: a visitor comes alone. So it is asked once more, few at a time.

import type { Machine } from '../machine/machine.ts';
import type { Greeting, Handshake } from '../model/server/evidence.ts';
import type { Known } from '../model/server/known.ts';
import type { Door } from './doors.ts';
import { greetDoor } from './greet.ts';

/** So many connections at once crowd no server: whoever is silent among them is silent to a visitor. */
export const FEW = 16;

/** A server that takes longer for a certificate has too much to do: half of what a greeting may take. */
const SLOW_MS = 2_500;

/** One in so many certificates may be slow without our being the reason. */
const ONE_IN = 10;

interface Asked {
  readonly got: Known<Handshake>;
  readonly began: number;
  readonly ended: number;
  readonly again?: true;
}

/** A door, and what its addresses gave so far. */
export interface Knocked {
  readonly door: Door;
  readonly asked: Map<Greeting, Asked>;
}

type Ask = (greeting: Greeting) => Promise<Known<Handshake>>;

/**
 * Greetings at many doors at once, in three passes: `first`; `again` for who was silent; `last` says what is kept of them.
 * What answers the second time is taken, and who is silent twice is silent. For whom no time was left the others speak: where
 * one that had been silent showed a certificate the second time, or more than one in ten of the certificates that came while
 * this one was waited for (of all, where none came) were slow, we were too many for the server, and nobody knows what a visitor gets (`notAsked`).
 * Otherwise the server had time for him, and the silence is his own.
 */
export function knocking(ask: Ask, now: Machine['now'], notAsked: (greeting: Greeting) => Known<Handshake>) {
  const certificates: Asked[] = [];
  let weWereTooMany = false;

  const first = ({ door, asked }: Knocked) =>
    greetDoor(door, async (greeting) => {
      const began = now().getTime();
      const got = await ask(greeting);
      const seen = { got, began, ended: now().getTime() };
      asked.set(greeting, seen);
      if (isCertificate(got)) certificates.push(seen);
      return got;
    });

  const again = ({ door, asked }: Knocked) =>
    greetDoor(door, async (greeting) => {
      const before = asked.get(greeting);
      if (before === undefined) return notAsked(greeting);
      if (!isSilent(before.got)) return before.got;
      const got = await ask(greeting);
      if (!got.known && got.unasked) return before.got;
      asked.set(greeting, { ...before, got, again: true });
      if (isCertificate(got)) weWereTooMany = true;
      return got;
    });

  const last = ({ door, asked }: Knocked, isCrowd: boolean) =>
    greetDoor(door, async (greeting) => {
      const before = asked.get(greeting);
      if (before === undefined) return notAsked(greeting);
      const isOpen = isCrowd && isSilent(before.got) && before.again !== true && isOurs(before);
      return isOpen ? notAsked(greeting) : withoutSilence(before.got);
    });

  const isOurs = ({ began, ended }: Asked): boolean => {
    const meanwhile = certificates.filter((other) => other.ended > began && other.ended <= ended);
    const speak = meanwhile.length > 0 ? meanwhile : certificates;
    const slow = speak.filter((other) => other.ended - other.began > SLOW_MS);
    return weWereTooMany || slow.length * ONE_IN > speak.length;
  };
  return { first, again, last };
}

const isCertificate = (got: Known<Handshake>): boolean => got.known && got.value.outcome === 'certificate';

const isSilent = (got: Known<Handshake>): boolean =>
  got.known && got.value.outcome !== 'certificate' && got.value.silent === true;

/** Whether somebody at this door was silent, and may not be to one who comes alone. */
export const hasSilence = ({ asked }: Knocked): boolean => [...asked.values()].some(({ got }) => isSilent(got));

/** The mark is for us alone: what is kept has it not. */
function withoutSilence(got: Known<Handshake>): Known<Handshake> {
  if (!got.known || got.value.outcome === 'certificate' || !got.value.silent) return got;
  const { outcome, detail } = got.value;
  return { ...got, value: { outcome, detail } };
}
