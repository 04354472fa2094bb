// The lab's Task Scheduler at work: due tasks run one after the other, and what came of each is remembered.

import { commandLineWords } from '../command-line.ts';
import type { Disk } from '../disk/disk.ts';
import { openLab } from '../open.ts';
import type { LabServer } from '../server.ts';
import { eventsAfter, type LabLog, newestRecord } from '../services/events.ts';
import { type DueTask, dueTasks } from './scheduler.ts';
import { findTask } from './task-files.ts';
import { noteTaskRun, PROGRAM_NOT_FOUND, TASK_RUNNING, TASK_TERMINATED } from './task-runs.ts';

/** What running tasks needs of its surroundings. */
export interface TaskHost {
  readonly disk: Disk;
  /** Starts the program that the lab's tasks name, waits for it, gives its exit code; the limit is in milliseconds. */
  readonly start: (args: readonly string[], limit: number | undefined) => Promise<number | 'too late'>;
  /** One line for each task that ran. */
  readonly tell: (line: string) => void;
  /** True: start no further task. */
  readonly stopped: () => boolean;
}

/** The one program of ours that the lab's server has; every other is not there. */
const OUR_PROGRAM = 'c:\\program files\\iis-ssl-heal\\iis-ssl-heal.exe';

/** Runs them in this order. Lab time goes on to each task's start; the lab's files are the task's own while it runs. */
export async function runTasks(due: readonly DueTask[], why: string, host: TaskHost): Promise<void> {
  const since = Date.parse(openLab(host.disk).facts.clock);
  for (const task of due) {
    if (host.stopped()) return;
    const server = openLab(host.disk);
    const { facts } = server;
    const lastRun = new Date(Math.max(Date.parse(facts.clock), since + task.delay)).toISOString();
    facts.clock = lastRun;
    noteTaskRun(server, task.name, { lastRun, lastResult: TASK_RUNNING });
    server.save();
    const lastResult = await runActions(task, host);
    // A task may have removed itself.
    const after = openLab(host.disk);
    if (findTask(after.disk, task.name) !== undefined) noteTaskRun(after, task.name, { lastRun, lastResult });
    host.tell(`Task ${task.name} ran ${why}: ${resultText(lastResult)}`);
  }
}

/** The result of a task is that of its last action; each action is started, however the one before has ended. */
async function runActions({ actions, caller, timeLimit }: DueTask, host: TaskHost): Promise<number> {
  let result = 0;
  for (const action of actions) {
    if (action.command.replace(/^"(.*)"$/, '$1').toLowerCase() !== OUR_PROGRAM) {
      result = PROGRAM_NOT_FOUND;
      continue;
    }
    const ended = await host.start([...commandLineWords(action.arguments), '--as', caller], timeLimit);
    if (ended === 'too late') return TASK_TERMINATED;
    result = ended >>> 0;
  }
  return result;
}

const resultText = (result: number): string =>
  result < 256 ? `exit code ${result}` : `result 0x${result.toString(16).toUpperCase().padStart(8, '0')}`;

const LOGS: readonly LabLog[] = ['System', 'Security', 'Application'];

/** How far each log has come. */
export type LogMarks = Readonly<Record<LabLog, number>>;

/** Where the logs are now: what is logged later is `since` this. */
export const markLogs = (server: LabServer): LogMarks => ({
  System: newestRecord(server, 'System'),
  Security: newestRecord(server, 'Security'),
  Application: newestRecord(server, 'Application'),
});

/** The tasks that events logged since then start: each once, as long as it runs (IgnoreNew), and none of `running`. */
export function dueByEvents(server: LabServer, since: LogMarks, running: readonly DueTask[]): readonly DueTask[] {
  const due = new Map<string, DueTask>();
  const seen = new Set<string>();
  for (const event of LOGS.flatMap((log) => eventsAfter(server, log, since[log]))) {
    const kind = `${event.log} ${event.provider} ${event.id}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    for (const task of dueTasks(server, { kind: 'event', event })) {
      if (!due.has(task.name) && !running.some(({ name }) => name === task.name)) due.set(task.name, task);
    }
  }
  return [...due.values()];
}
