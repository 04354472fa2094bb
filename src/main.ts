// argv to exit code: the only place that sets it, and the only place where an error is caught for good.

import type { CommanderError } from 'commander';
import type { Parsed } from './cli/cli.ts';
import { type Streams, streamsOf } from './commands/streams.ts';
import { exitCodeOf } from './model/run/run-outcome.ts';
import { UserError } from './model/user-error.ts';
import { VERSION, versionLine } from './model/version.ts';

const INTERNAL = 70;

async function main(): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessNobodyReads);
  const streams = streamsOf(process);
  // Monitoring asks for the version often: it is told before anything else is loaded.
  if (process.argv.length === 3 && process.argv[2] === '--version') {
    streams.out(`${versionLine()}\n`);
    return 0;
  }
  const { commandLine, idsForHelp } = await import('./cli/cli.ts');
  const { listenForStop } = await import('./person/stopping.ts');
  const result: Parsed = { command: '' };
  const stopping = listenForStop(() => {
    streams.err('Stopped: nothing was changed.\n');
    // A check never ends in 3: it could not check.
    process.exit(exitCodeOf(result.command === 'check' ? 'unknown' : 'needs-person'));
  });
  try {
    const ids = await idsForHelp(process.argv.slice(2));
    await commandLine(streams, result, stopping, ids).parseAsync(process.argv);
    return exitCodeOf(result.outcome);
  } catch (error) {
    return exitCodeOfError(error, streams);
  }
}

/** `| head` and a closed pager: what is under way ends in order all the same, a repair above all. */
function unlessNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function exitCodeOfError(error: unknown, streams: Streams): number {
  // Help and version end the parse as errors with exit code 0; everything else commander refuses is wrong usage.
  if (isCommanderError(error)) return exitCodeOf(error.exitCode === 0 ? undefined : 'usage');
  if (error instanceof UserError) {
    streams.err(`error: ${error.message}\n`);
    return exitCodeOf(error.outcome);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  streams.err(`internal error: this is a bug of iis-ssl-heal ${VERSION}. Please report these lines:\n${stack}\n`);
  return INTERNAL;
}

const isCommanderError = (error: unknown): error is CommanderError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');

main().then((code) => {
  process.exitCode = code;
});
