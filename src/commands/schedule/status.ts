// schedule status: what is registered against what should be, and what this server could not heal with nobody there.

import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { TaskHistory } from '../../formats/tasks/task-history.ts';
import type { Machine } from '../../machine/machine.ts';
import { ownProgram } from '../../machine/programs/own-program.ts';
import type { Readiness } from '../../model/run/readiness.ts';
import { firstOf, type RunOutcome } from '../../model/run/run-outcome.ts';
import { UserError } from '../../model/user-error.ts';
import { printable, verbatim } from '../../report/terminal/layout.ts';
import { historyText } from '../../report/terminal/task-text.ts';
import { readSettings, settingsFaults } from '../../unattended/memory.ts';
import { registeredNames, type TaskStatus, taskHistory, taskStatus } from '../../unattended/schedule/schedule.ts';
import { OWNER_PREFIX, ownerTask, riskOf, SELF_HEAL, selfHealTask } from '../../unattended/schedule/scheduled-tasks.ts';
import { readinessHere } from '../look/readiness-here.ts';
import { lookAt } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { openMachine, type TargetOptions } from '../target.ts';
import { OWNED } from './owner-task.ts';

/**
 * Compares what is registered with what should be: 0 right, 1 wrong or missing, 4 not to be read. What is told of the server
 * itself beside it, what it could not heal with nobody there, decides nothing of that, but for unsafe ground.
 */
export async function scheduleStatus(
  options: TargetOptions & { readonly json?: boolean },
  streams: Streams,
): Promise<RunOutcome> {
  const { machine, reader } = await openMachine(options);
  const program = ownProgram(machine);
  const statuses = [await taskStatus(machine, SELF_HEAL, (registered) => selfHealTask(program, riskOf(registered)))];
  for (const name of (await namesOn(machine)).filter((each) => each.toLowerCase() !== SELF_HEAL)) {
    statuses.push(await taskStatus(machine, name, () => ownerTask(program, name.slice(OWNER_PREFIX.length), OWNED)));
  }
  const tasks: (TaskStatus & TaskHistory)[] = [];
  for (const status of statuses) {
    const history = status.state === 'missing' ? {} : await taskHistory(machine, status.name);
    tasks.push({ ...status, ...history });
  }
  const read = await readSettings(machine);
  const settings = await settingsFaults(read, machine);
  const unattended = await readinessHere(diagnose(await lookAt(reader, streams), playbooks), machine, [], read);
  const document = { schema: 1, tasks, settings, unattended };
  streams.out(options.json ? `${JSON.stringify(document, null, 2)}\n` : statusText(tasks, settings, unattended));
  const isUnsafe = unattended.reasons.some(({ code }) => code === 'folder-not-trusted');
  return firstOf([outcomeOf(statuses), ...(settings.length > 0 || isUnsafe ? ['faults-remain' as const] : [])]);
}

function statusText(
  tasks: readonly (TaskStatus & TaskHistory)[],
  settings: readonly string[],
  { ready, reasons }: Readiness,
): string {
  // Of the task its own line says it already.
  const more = reasons.filter(({ code }) => code !== 'task-missing' && code !== 'task-wrong').map(({ why }) => why);
  const clauses = [...new Set([...settings, ...more]), READY[`${ready}`]];
  return `${tasksText(tasks)}${clauses.map((clause) => `${printable(`unattended repairs: ${clause}`)}\n`).join('')}`;
}

const READY: Readonly<Record<`${Readiness['ready']}`, string>> = {
  true: 'ready',
  false: 'not ready',
  null: 'not known to be ready',
};

/** The names of our tasks; an error that ends with 4 where they cannot be read. */
export async function namesOn(machine: Machine): Promise<readonly string[]> {
  const names = await registeredNames(machine);
  if (!names.known) throw new UserError(names.why, 'Run this elevated', 'unknown');
  return names.value;
}

const OUTCOMES: Readonly<Record<TaskStatus['state'], RunOutcome>> = {
  right: 'nothing-to-do',
  wrong: 'faults-remain',
  missing: 'faults-remain',
  unreadable: 'unknown',
};

/** How a command ends that has these tasks. */
export const outcomeOf = (statuses: readonly TaskStatus[]): RunOutcome =>
  firstOf(statuses.map(({ state }) => OUTCOMES[state]));

const WORDS: Readonly<Record<TaskStatus['state'], string>> = {
  right: 'registered as it should be',
  wrong: 'not as it should be: iis-ssl-heal schedule install mends it',
  missing: 'not registered: iis-ssl-heal schedule install',
  unreadable: 'cannot be read',
};

/** Each task with what is wrong with it and when it ran. */
export const tasksText = (tasks: readonly (TaskStatus & TaskHistory)[]): string => tasks.map(taskText).join('');

const taskText = (task: TaskStatus & TaskHistory): string =>
  `${printable(task.name)}: ${WORDS[task.state]}\n${task.faults.map((fault) => `${verbatim(fault, 2)}\n`).join('')}${historyText(task)}`;
