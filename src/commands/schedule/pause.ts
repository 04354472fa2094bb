// schedule pause | resume: unattended repairs rest for a while. The task runs on, looks, and says that they rest.

import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { pauseFile } from '../../model/server/places.ts';
import { AGAIN, UserError } from '../../model/user-error.ts';
import { durationOf, pauseText } from '../../own-files/pause-file.ts';
import type { Stopping } from '../../person/stopping.ts';
import { replaceOwnFile } from '../../repair/change/own-file.ts';
import { looksLikePause } from '../../unattended/pause.ts';
import { changeOrRefuse, orHalfDone } from '../change/unfinished.ts';
import type { Streams } from '../streams.ts';
import { openMachine, type TargetOptions } from '../target.ts';

/** The flags of schedule pause. */
export interface PauseOptions extends TargetOptions {
  /** `30m`, `4h`, `2d`; without it until schedule resume. */
  readonly for?: string;
}

/** Pauses, or changes how long a pause lasts. */
export async function pauseSchedule(options: PauseOptions, streams: Streams, stopping: Stopping): Promise<RunOutcome> {
  const duration = options.for === undefined ? undefined : durationOf(options.for);
  if (options.for !== undefined && duration === undefined)
    throw new UserError(`--for ${options.for} is no time`, 'Say 30m, 4h or 2d, a year at most');
  const { machine } = await openMachine(options);
  const until = duration === undefined ? undefined : new Date(machine.now().getTime() + duration).toISOString();
  const text = Buffer.from(pauseText(until === undefined ? {} : { until }));
  const { result, left } = await changeOrRefuse(machine, streams, stopping, () =>
    replaceOwnFile(machine, pauseFile(machine), text),
  );
  if (result.result !== 'ok') throw new UserError(result.detail, AGAIN, 'refused');
  const end = until === undefined ? 'until iis-ssl-heal schedule resume' : `until ${until.slice(0, 16)}Z`;
  streams.out(`Paused: nothing is repaired unattended ${end}.\n`);
  return orHalfDone('nothing-to-do', left);
}

/** Ends a pause; there may be none. */
export async function resumeSchedule(
  options: TargetOptions,
  streams: Streams,
  stopping: Stopping,
): Promise<RunOutcome> {
  const { machine } = await openMachine(options);
  const file = pauseFile(machine);
  const { result, left } = await changeOrRefuse(machine, streams, stopping, async () => {
    const wasThere = (await machine.read(file)).result !== 'absent';
    return { wasThere, removed: await machine.remove(file) };
  });
  if (result.removed.result !== 'ok')
    throw new UserError(`${file} cannot be removed: ${result.removed.detail}`, AGAIN, 'refused');
  streams.out(result.wasThere ? 'Unattended repairs go on.\n' : 'Nothing was paused.\n');
  for (const note of await looksLikePause(machine)) streams.err(`Note: ${note}.\n`);
  return orHalfDone('nothing-to-do', left);
}
