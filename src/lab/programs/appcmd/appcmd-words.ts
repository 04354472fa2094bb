// What appcmd's verbs are given and what they make of it.

import type { ProgramResult } from '../../program.ts';

/** What a verb makes of the configuration: an answer, and the new text where something changed. */
export interface Outcome {
  readonly answer: ProgramResult;
  readonly text?: string;
}

/** The arguments behind verb and object: the bare word that names an object, and the rest without leading `/` or `-`. */
export interface Words {
  readonly identifier: string | undefined;
  readonly options: readonly string[];
}
