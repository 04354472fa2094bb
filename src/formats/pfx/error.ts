// Why a PFX could not be opened.

/**
 * `not-a-pfx`: junk, another format, cut off or damaged. `unsupported`: sound, but made in a way that we do not read.
 * The others say what is missing or wrong.
 */
export type PfxProblem =
  | 'not-a-pfx'
  | 'wrong-password'
  | 'no-key'
  | 'no-certificate-for-key'
  | 'several-keys'
  | 'unsupported';

/** Travels inside the reader only; openPfx turns it into its result. The message is one clause about the file. */
export class PfxError extends Error {
  readonly problem: PfxProblem;
  constructor(problem: PfxProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
