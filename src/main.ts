// The process: its arguments and streams to its exit code, which is set here alone.

import type { Parsed } from './cli/cli.ts';
import { streamsOf } from './commands/streams.ts';
import { exitCodeOf } from './model/run/run-outcome.ts';

async function main(): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessNobodyReads);
  const streams = streamsOf(process);
  const { runLine } = await import('./cli/run-line.ts');
  const { listenForStop } = await import('./person/stopping.ts');
  const { clearScreenLine } = await import('./commands/screen.ts');
  const result: Parsed = { command: '' };
  const stopping = listenForStop(() => {
    clearScreenLine();
    streams.err('Stopped: nothing was changed.\n');
    // A check never ends in 3: it could not check.
    process.exit(exitCodeOf(result.command === 'check' ? 'unknown' : 'needs-person'));
  });
  return runLine(process.argv.slice(2), streams, stopping, result);
}

/** `| head` and a closed pager: what is under way ends in order all the same, a repair above all. */
function unlessNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

main().then((code) => {
  process.exitCode = code;
});
