// An error that a person made or can mend: what is wrong, what to do, and how the command ends. Everything else thrown is a bug.

import type { CommandEnd } from './run/run-outcome.ts';

/** What to do where the reason itself names what stands in the way, or how to mend it. */
export const AGAIN = 'See to that, then try again';

/**
 * Caught once, in main.ts; the message goes to stderr. `what`: what is wrong, without a full stop. `toDo`: a sentence for
 * whoever reads it, and the last thing that is said. `usage`: the command line is wrong, or what it names.
 */
export class UserError extends Error {
  readonly outcome: CommandEnd;
  constructor(what: string, toDo: string, outcome: CommandEnd = 'usage') {
    super(wrong(what, toDo));
    this.outcome = outcome;
  }

  /** The line on stderr. */
  get line(): string {
    return `error: ${this.message}`;
  }
}

/** What is wrong, and behind it what to do about it; on a line of its own where what is wrong took several. */
export const wrong = (what: string, toDo: string): string =>
  `${what.replace(/[.\s]+$/, '')}${what.includes('\n') ? '\n' : '. '}${toDo}.`;
