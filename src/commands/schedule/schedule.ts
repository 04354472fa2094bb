// schedule install | remove | reset: the scheduled task that repairs after every reboot, with nobody there.

import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { unsafeGround } from '../../ground/safe-ground.ts';
import { ownProgram } from '../../machine/programs/own-program.ts';
import type { Risk } from '../../model/repair/plan.ts';
import { firstOf, type RunOutcome } from '../../model/run/run-outcome.ts';
import { ledgerFile } from '../../model/server/places.ts';
import { AGAIN, UserError } from '../../model/user-error.ts';
import type { Stopping } from '../../person/stopping.ts';
import { installTask, removeTask, type TaskStatus } from '../../unattended/schedule/schedule.ts';
import { OWNER_PREFIX, ownerTask, SELF_HEAL, selfHealTask } from '../../unattended/schedule/scheduled-tasks.ts';
import { changeOrRefuse, orHalfDone } from '../change/unfinished.ts';
import { lookAt } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { openMachine, type TargetOptions } from '../target.ts';
import { OWNED, ownersOf } from './owner-task.ts';
import { namesOn, outcomeOf, tasksText } from './status.ts';

/** The flags of schedule install. */
export interface InstallOptions extends TargetOptions {
  readonly yes?: Risk;
  readonly owner?: boolean;
}

/** Registers the task, and with --owner one for each owner of a stranded key; ends as schedule status would. */
export async function installSchedule(
  options: InstallOptions,
  streams: Streams,
  stopping: Stopping,
): Promise<RunOutcome> {
  const { machine, reader } = await openMachine(options);
  const program = ownProgram(machine);
  // SYSTEM runs what lies there, so nobody else may write there, not even the caller without elevation.
  const unsafe = await unsafeGround(machine, program.folders);
  if (unsafe !== undefined) throw new UserError(`${unsafe}; nothing was changed`, AGAIN, 'refused');
  const diagnosis = options.owner ? diagnose(await lookAt(reader, streams), playbooks) : undefined;
  const owners = diagnosis === undefined ? [] : ownersOf(diagnosis.found);
  const wanted = [
    { name: SELF_HEAL, task: selfHealTask(program, options.yes ?? 'safe') },
    ...owners.map((sid) => ({ name: `${OWNER_PREFIX}${sid}`, task: ownerTask(program, sid, OWNED) })),
  ];
  const { result: statuses, left } = await changeOrRefuse(machine, streams, stopping, async () => {
    const done: TaskStatus[] = [];
    for (const task of wanted) done.push(await installTask(task, machine));
    return done;
  });
  streams.out(tasksText(statuses));
  const outcome = orHalfDone(outcomeOf(statuses), left);
  if (diagnosis === undefined || owners.length > 0) return outcome;
  if (diagnosis.verdict !== 'unknown') {
    streams.out("No key is stranded with a known owner: no owner's task is needed.\n");
    return outcome;
  }
  streams.err('Whether a key is stranded could not be read in full, and none was found: see check.\n');
  return firstOf([outcome, 'unknown']);
}

/** Removes every task of ours; there may be none. */
export async function removeSchedule(
  options: TargetOptions,
  streams: Streams,
  stopping: Stopping,
): Promise<RunOutcome> {
  const { machine } = await openMachine(options);
  const names = await namesOn(machine);
  if (names.length === 0) {
    streams.out('There is no task of ours.\n');
    return 'nothing-to-do';
  }
  const { result: staying, left } = await changeOrRefuse(machine, streams, stopping, async () => {
    const reasons: string[] = [];
    for (const name of names) reasons.push((await removeTask(name, machine)) ?? '');
    return reasons.filter((why) => why !== '');
  });
  if (staying.length > 0)
    throw new UserError(staying.join('; '), 'Remove what stays in Task Scheduler', 'faults-remain');
  streams.out(`Removed: ${names.join(', ')}.\n`);
  return orHalfDone('nothing-to-do', left);
}

/** Removes the memory of unattended runs, a damaged one too: attempts, failures, and what waits for its proof. */
export async function resetSchedule(options: TargetOptions, streams: Streams, stopping: Stopping): Promise<RunOutcome> {
  const { machine } = await openMachine(options);
  const file = ledgerFile(machine);
  const { result: removed, left } = await changeOrRefuse(machine, streams, stopping, () => machine.remove(file));
  if (removed.result !== 'ok') throw new UserError(`${file} cannot be removed: ${removed.detail}`, AGAIN, 'refused');
  streams.out('Forgotten: what unattended runs had tried and given up. The next one begins anew.\n');
  return orHalfDone('nothing-to-do', left);
}
