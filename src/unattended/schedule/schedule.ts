// Our scheduled tasks on a server: registered, judged, removed. What counts is the task that is read back.

import { randomUUID } from 'node:crypto';
import { readTaskHistory, type TaskHistory } from '../../formats/tasks/task-history.ts';
import { readTaskXml, type TaskDefinition, writeTaskXml } from '../../formats/tasks/task-xml.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Command } from '../../model/repair/command.ts';
import type { Places } from '../../model/server/evidence.ts';
import { type Known, known, unknown } from '../../model/server/known.ts';
import { workFolder } from '../../model/server/places.ts';
import { createTask, deleteTask, queryTaskRow, queryTaskXml } from '../../windows-commands/schtasks.ts';
import { withSids } from './named-users.ts';
import { OWNER_PREFIX, SELF_HEAL, taskFaults } from './scheduled-tasks.ts';

/** `faults` are clauses about "it", the task: what is wrong, or why it could not be read. */
export interface TaskStatus {
  readonly name: string;
  readonly state: 'right' | 'wrong' | 'missing' | 'unreadable';
  readonly faults: readonly string[];
}

/** A task as it should be under this name. */
export interface WantedTask {
  readonly name: string;
  readonly task: TaskDefinition;
}

/** Where the Task Scheduler keeps each task as a file with the task's name. */
const tasksFolder = (places: Places): string => `${places.systemRoot}\\System32\\Tasks`;

/** The names of our tasks that the server has, the owners' among them. */
export async function registeredNames(machine: Machine): Promise<Known<readonly string[]>> {
  const path = tasksFolder(machine);
  const source = { kind: 'file', path } as const;
  const list = await machine.list(path);
  if (list.result === 'absent') return known([], source);
  if (list.result !== 'ok') return unknown(`${path} cannot be read: ${list.detail}`, source);
  const isOurs = (name: string) => name.toLowerCase() === SELF_HEAL || name.toLowerCase().startsWith(OWNER_PREFIX);
  return known(list.files.filter(isOurs), source);
}

/** What is registered under `name`, against what `wantedFor` says it should be. */
export async function taskStatus(
  machine: Machine,
  name: string,
  wantedFor: (registered: TaskDefinition) => TaskDefinition,
): Promise<TaskStatus> {
  const asked = await machine.run(queryTaskXml(name));
  if (!asked.started) return { name, state: 'unreadable', faults: [`schtasks could not be asked: ${asked.detail}`] };
  return registeredStatus(machine, name, wantedFor, asked.exitCode);
}

/**
 * The same by the task's own file alone, where schtasks was not asked. The XML that it prints has lost what the console's code
 * page has not; the file is exact. Its exit code is the same 1 for "there is none" and "you may not", in words that are
 * translated: the file tells the two apart.
 */
export async function registeredStatus(
  machine: Machine,
  name: string,
  wantedFor: (registered: TaskDefinition) => TaskDefinition,
  exitCode?: number,
): Promise<TaskStatus> {
  const state = (what: TaskStatus['state'], ...faults: readonly string[]): TaskStatus => ({
    name,
    state: what,
    faults,
  });
  const path = `${tasksFolder(machine)}\\${name}`;
  const file = await machine.read(path);
  if (file.result === 'absent')
    return exitCode === 0 ? state('unreadable', `its file ${path} is gone`) : state('missing');
  if (file.result !== 'ok') return state('unreadable', `its file ${path} cannot be read: ${file.detail}`);
  if (exitCode !== undefined && exitCode !== 0)
    return state('unreadable', `its file is there, and schtasks ends with exit code ${exitCode}`);
  const read = readTaskXml(file.bytes);
  if (!read.ok) return state('unreadable', `its file ${path} cannot be understood: ${read.error}`);
  const wanted = wantedFor(read.value);
  const { task, unknown: account } = await withSids(read.value, wanted.principal.userId, machine);
  const faults = [...taskFaults(task, wanted), ...(await goneProgram(machine, task, wanted))];
  if (faults.length > 0) return state('wrong', ...faults);
  if (account === undefined) return state('right');
  return state('unreadable', `it runs as ${account}, and whose account that is could not be verified`);
}

/** Another program than ours is named with whether it is there; ours is running, or lies on another computer (a lab). */
async function goneProgram(
  machine: Machine,
  registered: TaskDefinition,
  wanted: TaskDefinition,
): Promise<readonly string[]> {
  const ours = wanted.actions[0]?.command.toLowerCase();
  const commands = new Map(registered.actions.map(({ command }) => [command.toLowerCase(), command]));
  const gone: string[] = [];
  for (const [key, command] of commands) {
    if (key === ours || !/^[a-z]:\\[^%]*$/.test(key)) continue;
    const cut = command.lastIndexOf('\\');
    const list = await machine.list(command.slice(0, cut));
    if (list.result !== 'ok' && list.result !== 'absent') continue;
    const there = list.result === 'ok' && list.files.some((file) => file.toLowerCase() === key.slice(cut + 1));
    if (!there) gone.push(`the program ${command} does not exist`);
  }
  return gone;
}

/** Registers a task, and says what is there afterwards. One that is right already is left alone. */
export async function installTask({ name, task }: WantedTask, machine: Machine): Promise<TaskStatus> {
  const before = await taskStatus(machine, name, () => task);
  if (before.state === 'right') return before;
  const folder = workFolder(machine);
  const file = `${folder}\\task-${randomUUID()}.xml`;
  const failed = (why: string): TaskStatus => ({ ...before, faults: [why, ...before.faults] });
  const made = await machine.makeFolder(folder);
  if (made.result !== 'ok') return failed(`${folder} could not be made: ${made.detail}`);
  try {
    const written = await machine.write(file, writeTaskXml(task), { exclusive: true });
    if (written.result !== 'ok') return failed(`${file} could not be written: ${written.detail}`);
    // Made anew, so that no rights are left on it that somebody gave to himself under this name.
    if (before.state !== 'missing') await machine.run(deleteTask(name));
    const why = await complaint(machine, createTask(name, file));
    const after = await taskStatus(machine, name, () => task);
    return after.state === 'right' || why === undefined ? after : { ...after, faults: [why, ...after.faults] };
  } finally {
    await machine.remove(file);
  }
}

/** Removes a task; why it is still there, or undefined where it is gone. */
export async function removeTask(name: string, machine: Machine): Promise<string | undefined> {
  const why = await complaint(machine, deleteTask(name));
  const names = await registeredNames(machine);
  if (!names.known) return names.why;
  return names.value.includes(name)
    ? `${name} is still there: ${why ?? 'schtasks said that it was removed'}`
    : undefined;
}

async function complaint(machine: Machine, command: Command): Promise<string | undefined> {
  const ran = await machine.run(command);
  if (!ran.started) return `schtasks could not be run: ${ran.detail}`;
  return ran.exitCode === 0 ? undefined : `schtasks ended with exit code ${ran.exitCode}`;
}

/** The history of a registered task; empty where schtasks does not answer in a shape that we know. */
export async function taskHistory(machine: Machine, name: string): Promise<TaskHistory> {
  const asked = await machine.run(queryTaskRow(name));
  return asked.started ? readTaskHistory(asked.stdout, name) : {};
}
