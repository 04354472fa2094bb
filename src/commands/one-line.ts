// --line: engines of others take what stands on stderr for a failure of the script, whatever its exit code.

import type { RunOutcome } from '../model/run/run-outcome.ts';
import { UserError } from '../model/user-error.ts';
import { oneLine } from '../report/terminal/line.ts';
import type { Streams } from './streams.ts';

/** Works with a stderr that nobody hears. What refuses is told on the line; wrong usage and bugs are told as ever. */
export async function inOneLine(streams: Streams, work: (quiet: Streams) => Promise<RunOutcome>): Promise<RunOutcome> {
  try {
    return await work({ ...streams, err: () => {}, stderr: {} });
  } catch (error) {
    if (!(error instanceof UserError) || error.outcome === undefined || error.outcome === 'usage') throw error;
    streams.out(oneLine(error.outcome, [error.message]));
    return error.outcome;
  }
}
