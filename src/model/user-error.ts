// An error that a person made or can mend: one clear sentence and the exit code. Everything else thrown is a bug.

/** Caught once, in main.ts; the message goes to stderr. */
export class UserError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
