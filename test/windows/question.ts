// A question to a server: how it answers one switch of what is not known of Windows.

import type { UNKNOWNS, UnknownName } from '../../src/lab/unknowns.ts';
import type { Bench } from './bench.ts';

/** No answer can be had on this server; why, as a clause without a full stop. Nothing is guessed. */
export interface Unanswered {
  readonly why: string;
}

/** An experiment of its own for one switch: it makes what it needs on its bench, looks, and says what it saw. */
export interface Question {
  readonly switch: UnknownName;
  ask(bench: Bench): Promise<string | Unanswered>;
}

/** A question whose answers are those of its switch. */
export const question = <Name extends UnknownName>(
  name: Name,
  ask: (bench: Bench) => Promise<(typeof UNKNOWNS)[Name]['answers'][number] | Unanswered>,
): Question => ({ switch: name, ask });
