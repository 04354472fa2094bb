// What became of a task of ours, asked of the Task Scheduler: told to people, and decided on never.

import { readTaskHistory, type TaskHistory } from '../../formats/tasks/task-history.ts';
import type { Machine } from '../../machine/machine.ts';
import { queryTaskRow } from '../../windows-commands/schtasks.ts';

/** The history of a registered task; empty where schtasks does not answer in a shape that we know. */
export async function taskHistory(machine: Machine, name: string): Promise<TaskHistory> {
  const asked = await machine.run(queryTaskRow(name));
  return asked.started ? readTaskHistory(asked.stdout, name) : {};
}
