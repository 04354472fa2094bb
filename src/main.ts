// argv to exit code: the only place that sets it, and the only place where an error is caught for good.

import { CommanderError } from 'commander';
import { commandLine } from './cli.ts';
import type { Streams } from './commands/streams.ts';
import { UserError } from './user-error.ts';
import { VERSION } from './version.ts';

const USAGE = 2;
const INTERNAL = 70;

async function main(): Promise<number> {
  const streams = processStreams();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const result = { exitCode: 0 };
  try {
    await commandLine(streams, result, stop.signal).parseAsync(process.argv);
    return result.exitCode;
  } catch (error) {
    return exitCodeOf(error, streams);
  }
}

function exitCodeOf(error: unknown, streams: Streams): number {
  // Help and version end the parse as errors with exit code 0; everything else commander refuses is wrong usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof UserError) {
    streams.err(`error: ${error.message}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  streams.err(`internal error: this is a bug of iis-ssl-heal ${VERSION}. Please report these lines:\n${stack}\n`);
  return INTERNAL;
}

function processStreams(): Streams {
  const { stdin, stdout, stderr, env } = process;
  return { out: (text) => void stdout.write(text), err: (text) => void stderr.write(text), stdin, stdout, stderr, env };
}

main().then((code) => {
  process.exitCode = code;
});
