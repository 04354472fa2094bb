// schedule reset: unattended runs try again what they had given up.

import { ledgerFile } from '../model/places.ts';
import type { RunOutcome } from '../model/run-outcome.ts';
import { UserError } from '../model/user-error.ts';
import type { Stopping } from '../person/stopping.ts';
import type { Streams } from './streams.ts';
import { openMachine, type TargetOptions } from './target.ts';
import { changeOrRefuse, orHalfDone } from './unfinished.ts';

/** Removes the memory of unattended runs, a damaged one too: attempts, failures, and what waits for its proof. */
export async function resetSchedule(options: TargetOptions, streams: Streams, stopping: Stopping): Promise<RunOutcome> {
  const { machine } = await openMachine(options);
  const file = ledgerFile(machine);
  const { result: removed, left } = await changeOrRefuse(machine, streams, stopping, () => machine.remove(file));
  if (removed.result !== 'ok') throw new UserError(`${file} cannot be removed: ${removed.detail}`, 'refused');
  streams.out('Forgotten: what unattended runs had tried and given up. The next one begins anew.\n');
  return orHalfDone('nothing-to-do', left);
}
