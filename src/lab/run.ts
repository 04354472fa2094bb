// Starting any of a lab's programs.

import type { Caller } from './program.ts';
import { labPrograms } from './programs/index.ts';
import { type LabRun, runFrom } from './run-from.ts';
import type { LabServer } from './server.ts';

export type { LabRun };

/** Runs a program by its bare name (`certutil`) as the caller. The server is changed in memory: `save` is the caller's. */
export const runProgram = (server: LabServer, name: string, args: readonly string[], caller: Caller): LabRun =>
  runFrom(labPrograms, server, name, args, caller);
