// Starting an emulated program of those given, and the failures that a lab was told to act out.

import type { Caller, LabProgram, ProgramResult } from './program.ts';
import type { LabServer, ToldFailure } from './server.ts';

/** What came of a start: the program's end, no such program, or no end at all. */
export type LabRun = ProgramResult | 'missing' | 'hangs';

/** Runs a program by its bare name (`certutil`) as the caller. The server is changed in memory: `save` is the caller's. */
export function runFrom(
  programs: ReadonlyMap<string, LabProgram>,
  server: LabServer,
  name: string,
  args: readonly string[],
  caller: Caller,
): LabRun {
  const told = toldFailure(server, name, args);
  if (told) return actOut(told);
  const program = programs.get(name.toLowerCase());
  return program ? program(args, server, caller) : 'missing';
}

/** Counts this call down in every failure that fits it, and takes out the one whose turn it is. */
function toldFailure(server: LabServer, name: string, args: readonly string[]): ToldFailure | undefined {
  const { told } = server.facts;
  const fitting = told.filter(
    ({ program, argument }) =>
      program.toLowerCase() === name.toLowerCase() && (argument === '' || args.some((arg) => arg.includes(argument))),
  );
  for (const failure of fitting) failure.nth -= 1;
  const due = fitting.find(({ nth }) => nth <= 0);
  if (due) told.splice(told.indexOf(due), 1);
  return due;
}

function actOut(told: ToldFailure): LabRun {
  if (told.act === 'missing') return 'missing';
  if (told.act === 'hang') return 'hangs';
  const exitCode = told.act === 'fail' ? (told.exitCode ?? 1) : 0;
  return { exitCode, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
}
