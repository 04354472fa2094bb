// A command line to its exit code: the only place where an error is caught for good.

import type { CommanderError } from 'commander';
import type { Streams } from '../commands/streams.ts';
import { exitCodeOf } from '../model/run/run-outcome.ts';
import { UserError, wrong } from '../model/user-error.ts';
import { VERSION } from '../model/version.ts';
import type { Stopping } from '../person/stopping.ts';
import { commandLine, idsForHelp, type Parsed } from './cli.ts';

const INTERNAL = 70;

/** Runs the words behind the program's name. `result` tells, while it runs, which command it is. */
export async function runLine(
  words: readonly string[],
  streams: Streams,
  stopping: Stopping,
  result: Parsed = { command: '' },
): Promise<number> {
  try {
    const line = commandLine(streams, result, stopping, await idsForHelp(words));
    await line.parseAsync(helpAtEnd(words), { from: 'user' });
    return exitCodeOf(result.outcome);
  } catch (error) {
    return exitCodeOfError(error, streams);
  }
}

/** Commander's own `help` knows the first word of a command alone. */
const helpAtEnd = (words: readonly string[]): readonly string[] =>
  words[0] === 'help' && words.length > 2 ? [...words.slice(1), '--help'] : words;

function exitCodeOfError(error: unknown, streams: Streams): number {
  // Help and version end the parse as errors with exit code 0; everything else commander refuses is wrong usage.
  if (isCommanderError(error)) return exitCodeOf(error.exitCode === 0 ? undefined : 'usage');
  if (error instanceof UserError) {
    streams.err(`${error.line}\n`);
    return exitCodeOf(error.outcome);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const what = `internal error, a bug of iis-ssl-heal ${VERSION}:\n${stack}`;
  streams.err(`error: ${wrong(what, 'Keep these lines, and the folder ProgramData\\iis-ssl-heal of the server')}\n`);
  return INTERNAL;
}

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
