// An error that a person made or can mend: one clear sentence and how the command ends. Everything else thrown is a bug.

import type { CommandEnd } from './run/run-outcome.ts';

/** Caught once, in main.ts; the message goes to stderr. `usage`: the command line is wrong, or what it names. */
export class UserError extends Error {
  readonly outcome: CommandEnd;
  constructor(message: string, outcome: CommandEnd = 'usage') {
    super(message);
    this.outcome = outcome;
  }
}
