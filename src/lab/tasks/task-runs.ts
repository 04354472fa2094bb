// What the lab's Task Scheduler remembers of its tasks: kept in C:\\tasks.json, gone with the task.

import type { LabServer } from '../server.ts';

/** The last run of a task: when it began in lab time (ISO 8601), and its result, unsigned. */
export interface TaskRun {
  readonly lastRun: string;
  readonly lastResult: number;
}

const FILE = 'C:\\tasks.json';

/** ERROR_FILE_NOT_FOUND as the HRESULT that a task whose program is gone ends with. */
export const PROGRAM_NOT_FOUND = 0x80070002;

/** SCHED_S_TASK_RUNNING. */
export const TASK_RUNNING = 0x41301;

/** SCHED_S_TASK_HAS_NOT_RUN. */
export const TASK_HAS_NOT_RUN = 0x41303;

/** SCHED_S_TASK_TERMINATED. */
export const TASK_TERMINATED = 0x41306;

/** The last run of a task; undefined: it has not run yet. */
export const taskRun = (server: LabServer, name: string): TaskRun | undefined => readRuns(server)[name.toLowerCase()];

/** Notes that a task began to run, or how it ended. */
export function noteTaskRun(server: LabServer, name: string, run: TaskRun): void {
  writeRuns(server, { ...readRuns(server), [name.toLowerCase()]: run });
}

/** Forgets a task; one that never ran is fine. */
export function forgetTaskRuns(server: LabServer, name: string): void {
  const { [name.toLowerCase()]: forgotten, ...rest } = readRuns(server);
  if (forgotten !== undefined) writeRuns(server, rest);
}

type Runs = Readonly<Record<string, TaskRun>>;

const readRuns = (server: LabServer): Runs => JSON.parse(server.disk.text(FILE) ?? '{}') as Runs;

function writeRuns(server: LabServer, runs: Runs): void {
  if (Object.keys(runs).length === 0) server.disk.remove(FILE);
  else server.disk.write(FILE, Buffer.from(`${JSON.stringify(runs, null, 2)}\n`));
}
