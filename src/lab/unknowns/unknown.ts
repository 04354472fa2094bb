// A point that is not established of Windows, as a switch of the lab.

/** The first answer is the lab's default. */
export interface Unknown {
  readonly answers: readonly [string, string, ...string[]];
  /** Why it is not known. */
  readonly why: string;
  /** What of the lab's behaviour it decides. */
  readonly decides: string;
  /** What another answer broke, or would break in a program that counts on the first; or why it cannot. */
  readonly otherwise: string;
  /** The test that has each answer, from the project's folder. */
  readonly tried: string;
}
