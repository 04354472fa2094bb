// The port to a person. Nothing else asks.

import type { Result } from '../model/result.ts';

/** An answer to choose from. */
export interface Choice<T> {
  readonly value: T;
  readonly title: string;
}

/** What a question gave; `gone`: Ctrl-C, a closed terminal, or nobody there. */
export type Answer<T> = Result<T, 'gone'>;

/** A person at a terminal, nobody at all, or a script in a test. */
export interface Person {
  approve(question: string): Promise<Answer<boolean>>;
  /** Enter alone takes `atOnce`; where that is not given the first choice, the recommended one. */
  choose<T>(question: string, choices: readonly Choice<T>[], atOnce?: T): Promise<Answer<T>>;
  /** A secret that is never echoed, stored or passed on a command line. */
  secret(question: string): Promise<Answer<string>>;
}

/** A prompt without a terminal ends the process silently or waits for ever, so nobody is asked then. */
export const canAsk = (streams: {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean };
}): boolean => streams.stdin.isTTY === true && streams.stdout.isTTY === true;
