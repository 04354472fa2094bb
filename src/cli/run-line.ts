// A command line to its exit code: the only place where an error is caught for good.

import type { CommanderError } from 'commander';
import type { Streams } from '../commands/streams.ts';
import { exitCodeOf } from '../model/run/run-outcome.ts';
import { UserError } from '../model/user-error.ts';
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
    await commandLine(streams, result, stopping, await idsForHelp(words)).parseAsync(words, { from: 'user' });
    return exitCodeOf(result.outcome);
  } catch (error) {
    return exitCodeOfError(error, streams);
  }
}

function exitCodeOfError(error: unknown, streams: Streams): number {
  // Help and version end the parse as errors with exit code 0; everything else commander refuses is wrong usage.
  if (isCommanderError(error)) return exitCodeOf(error.exitCode === 0 ? undefined : 'usage');
  if (error instanceof UserError) {
    streams.err(`error: ${error.message}\n`);
    return exitCodeOf(error.outcome);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  streams.err(
    `internal error: this is a bug of iis-ssl-heal ${VERSION}. Keep these lines and the folder ProgramData\\iis-ssl-heal of the server:\n${stack}\n`,
  );
  return INTERNAL;
}

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
