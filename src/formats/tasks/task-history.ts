// When a task last ran and how it ended, from `schtasks /Query /TN NAME /FO CSV /V /NH`.

import { consoleText } from '../console/console-text.ts';
import { readCsv } from './csv.ts';

/**
 * What the Task Scheduler remembers of a task. The times are Windows' own text, in the server's language: they are shown,
 * and nothing is decided by them. `lastResult` is signed, 32 bits: our exit code, or a status of the Task Scheduler.
 */
export interface TaskHistory {
  readonly lastResult?: number;
  readonly lastRun?: string;
  readonly nextRun?: string;
}

/** SCHED_S_TASK_HAS_NOT_RUN. */
export const HAS_NOT_RUN = 0x41303;

/** SCHED_S_TASK_RUNNING. */
export const IS_RUNNING = 0x41301;

/** SCHED_S_TASK_TERMINATED: by its time limit, or by a person. */
export const WAS_ENDED = 0x41306;

/** Columns by place, because their titles are translated. */
const NAME = 1;
const NEXT_RUN = 2;
const LAST_RUN = 5;
const LAST_RESULT = 6;

/**
 * The history of the task `name`; what is not there in the expected shape is left out. The columns are those of the
 * command's reference and of printed examples, not of a recorded Windows Server: so a row counts only where its second
 * column is the task's name and the seventh a whole number. There is one row for each trigger, and the first is taken;
 * the next run is the first that has a digit, since a boot or an event may stand there without a time.
 */
export function readTaskHistory(bytes: Uint8Array, name: string): TaskHistory {
  const path = `\\${name.toLowerCase()}`;
  const rows = readCsv(consoleText(bytes)).flatMap((row) => {
    const result = resultFrom(row[LAST_RESULT]);
    if (row[NAME]?.toLowerCase() !== path || result === undefined) return [];
    return [{ result, lastRun: row[LAST_RUN]?.trim() ?? '', nextRun: row[NEXT_RUN]?.trim() ?? '' }];
  });
  const [first] = rows;
  if (first === undefined) return {};
  // A task that never ran has the first day that its clock knows in this column, in the words of the server's language.
  const lastRun = first.result === HAS_NOT_RUN ? '' : first.lastRun;
  const { nextRun } = rows.find((row) => /\p{Nd}/u.test(row.nextRun)) ?? first;
  return { lastResult: first.result, ...(lastRun && { lastRun }), ...(nextRun && { nextRun }) };
}

/** Decimal, signed or not, or hexadecimal as the Task Scheduler's own window shows it. */
function resultFrom(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:-?\d{1,10}|0x[\da-f]{1,8})$/i.test(text)) return undefined;
  const number = Number(text);
  return number >= -(2 ** 31) && number < 2 ** 32 ? number | 0 : undefined;
}
