// schedule reset: unattended runs try again what they had given up.

import { ledgerFile } from '../model/places.ts';
import { changeServer } from '../pipeline/change.ts';
import { EXIT } from '../pipeline/exit-code.ts';
import type { Stopping } from '../stopping.ts';
import { UserError } from '../user-error.ts';
import type { Streams } from './streams.ts';
import { openMachine, type TargetOptions } from './target.ts';
import { callerOf, sayRecovered } from './unfinished.ts';

/** Removes the memory of unattended runs, a damaged one too: attempts, failures, and what waits for its proof. */
export async function resetSchedule(options: TargetOptions, streams: Streams, stopping: Stopping): Promise<number> {
  const { machine } = await openMachine(options);
  const caller = callerOf(await machine.identity());
  const file = ledgerFile(machine);
  const changed = await stopping.inOrder(() =>
    changeServer(
      machine,
      caller,
      (recovered) => sayRecovered(recovered, streams),
      () => machine.remove(file),
    ),
  );
  if (!changed.begun) throw new UserError(`${changed.why}; nothing was changed`, changed.exitCode);
  if (changed.result.result !== 'ok')
    throw new UserError(`${file} cannot be removed: ${changed.result.detail}`, EXIT.refused);
  streams.out('Forgotten: what unattended runs had tried and given up. The next one begins anew.\n');
  return EXIT.healthy;
}
