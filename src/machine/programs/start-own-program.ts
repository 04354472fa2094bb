// Starts this very program again, as the Task Scheduler of a lab does.

import { execa } from 'execa';
import { entryFile } from './own-program.ts';

/** The end of a process that a signal ended: STATUS_CONTROL_C_EXIT. */
const ENDED_BY_SIGNAL = 0xc000013a;

/**
 * Runs us with these arguments to the end; the exit code, or `too late` where the limit in milliseconds ended it. Nobody
 * answers questions, and all that it prints goes to our stderr. `stop` is passed on, so that it can end in order.
 */
export async function startOwnProgram(
  args: readonly string[],
  limit: number | undefined,
  stop: AbortSignal,
): Promise<number | 'too late'> {
  const entry = entryFile();
  const ended = await execa(process.execPath, [...(entry === undefined ? [] : [entry]), ...args], {
    reject: false,
    stdin: 'ignore',
    stdout: 2,
    stderr: 2,
    windowsHide: true,
    cancelSignal: stop,
    forceKillAfterDelay: false,
    ...(limit !== undefined && { timeout: limit }),
  });
  return ended.timedOut ? 'too late' : (ended.exitCode ?? ENDED_BY_SIGNAL);
}
