// What stands around the unattended runs of a server: their task, their settings, and the ground that they trust. Only looked at.

import { judgeOwnFolder } from '../../ground/own-folder.ts';
import { unsafeGround } from '../../ground/safe-ground.ts';
import type { Machine, OwnProgram } from '../../machine/machine.ts';
import type { Risk } from '../../model/repair/plan.ts';
import { fail, type Result } from '../../model/result.ts';
import type { Ledger } from '../../model/run/ledger.ts';
import type { Policy } from '../../model/run/policy.ts';
import { lockOwner } from '../../repair/change/lock.ts';
import { damageWords, unfinishedRuns } from '../../repair/journal/unfinished-runs.ts';
import { readLedger, readPolicy, type Settings } from '../memory.ts';
import { pauseHere } from '../pause.ts';
import { registeredStatus, type TaskStatus } from '../schedule/schedule.ts';
import { riskOf, SELF_HEAL, selfHealTask } from '../schedule/scheduled-tasks.ts';

/** Everything that decides beside what is wrong with the server. A clause says why; undefined where nothing is to be said. */
export interface OwnState {
  readonly task: TaskStatus;
  /** That the task may take. */
  readonly maxRisk: Risk;
  /** Why the data folder is not trusted; nothing in it was read then. */
  readonly untrusted: string | undefined;
  readonly policy: Result<Policy>;
  readonly ledger: Result<Ledger>;
  readonly paused: string | undefined;
  readonly damaged: string | undefined;
  /** The first thing that makes the folder of the program unsafe; null where the program lies on another computer than the server. */
  readonly program: string | undefined | null;
  readonly now: Date;
}

/**
 * Starts no program where the data folder is known already, but icacls for the folders of the program: schtasks is not asked,
 * since the task's own file says what it does. In a folder that is not trusted nothing is read. `settings`: where they were read already.
 */
export async function ownState(machine: Machine, program: OwnProgram, settings?: Settings): Promise<OwnState> {
  let maxRisk: Risk = 'safe';
  const task = await registeredStatus(machine, SELF_HEAL, (registered) => {
    maxRisk = riskOf(registered);
    return selfHealTask(program, maxRisk);
  });
  const policy = settings?.policy ?? (await readPolicy(machine));
  // Only where something is wrong the folder is judged once more, to tell a wrong file from a folder that nobody may trust.
  const own = policy.ok ? undefined : await judgeOwnFolder(machine);
  const untrusted = own !== undefined && 'why' in own ? own.why : undefined;
  return {
    task,
    maxRisk,
    untrusted,
    policy,
    ledger: untrusted === undefined ? (settings?.ledger ?? (await readLedger(machine))) : fail(untrusted),
    paused: untrusted === undefined ? await pauseHere(machine) : undefined,
    damaged: untrusted === undefined ? await damagedRun(machine) : undefined,
    program: program.folders.length === 0 ? null : await unsafeGround(machine, program.folders),
    now: machine.now(),
  };
}

/** The first run whose journal cannot be read. While another run is at work it may be writing it. */
async function damagedRun(machine: Machine): Promise<string | undefined> {
  const damaged = (await unfinishedRuns(machine)).find(({ damage }) => damage !== undefined);
  return damaged === undefined || (await lockOwner(machine)) !== undefined ? undefined : damageWords(damaged, machine);
}
