// Who runs this process, and whether elevated, as far as whoami can tell.

import { readWhoami } from '../../formats/console/whoami.ts';
import type { Command, RunResult } from '../../model/repair/command.ts';
import { fail, type Result } from '../../model/result.ts';
import type { Identity } from '../../model/server/evidence.ts';
import { type Known, known, type Source, unknown } from '../../model/server/known.ts';
import { showCommand } from '../../windows-commands/shown-command.ts';
import { userAndGroups, userAndPrivileges } from '../../windows-commands/whoami.ts';

/** Groups may have to be asked of a domain that is not there, privileges never: they are asked for where whoami fails. */
export async function whoRuns(
  run: (command: Command) => Promise<RunResult>,
  systemRoot: string,
): Promise<Known<Identity>> {
  const asked = userAndGroups();
  const first = await ask(run, asked);
  const source = (command: Command): Source => ({ kind: 'command', shown: showCommand(command, systemRoot) });
  if (first.ok) return known(first.value, source(asked));
  const instead = userAndPrivileges();
  const second = await ask(run, instead);
  return second.ok ? known(second.value, source(instead)) : unknown(first.error, source(asked));
}

async function ask(run: (command: Command) => Promise<RunResult>, command: Command): Promise<Result<Identity>> {
  const ran = await run(command);
  if (!ran.started) return fail(`whoami could not be asked: ${ran.detail}`);
  if (ran.exitCode !== 0) return fail(`whoami ended with exit code ${ran.exitCode}`);
  const identity = readWhoami(ran.stdout);
  return identity.ok ? identity : fail(`whoami printed ${identity.error}`);
}
