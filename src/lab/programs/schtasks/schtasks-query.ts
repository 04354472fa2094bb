// schtasks /Query: the tasks as XML, as a table, as a list, as comma-separated values; with /V all that is known of them.

import { decodeText } from '../../disk/text-file.ts';
import { type ProgramResult, printed } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { milliseconds } from '../../tasks/duration.ts';
import { findTask, isEnabled, type LabTask, readTask, TASKS, taskNames, textBelow } from '../../tasks/task-files.ts';
import { TASK_HAS_NOT_RUN, TASK_RUNNING, taskRun } from '../../tasks/task-runs.ts';
import { nextTime } from '../../tasks/trigger-times.ts';
import { childrenOf, type XmlElement } from '../../tasks/xml-elements.ts';
import { complained } from '../complaint.ts';
import { onConsole } from '../reg/reg-values.ts';
import { inOem, wordsOf } from './schtasks-words.ts';

/** Exit code 1 for a task that is not there. */
export function queryTasks(
  name: string | undefined,
  options: ReadonlyMap<string, string>,
  server: LabServer,
): ProgramResult {
  const { disk } = server;
  const words = wordsOf(server);
  const task = name === undefined ? undefined : findTask(disk, name);
  if (name !== undefined && task === undefined) return complained([inOem(server, words.fileMissing)], 1);
  const tasks = task === undefined ? taskNames(disk) : [task];
  if (options.has('/xml')) {
    const texts = tasks.map((each) => decodeText(disk.read(`${TASKS}\\${each}`) ?? Buffer.alloc(0)));
    return printed(texts.flatMap((text) => onConsole(text).split(/\r?\n/)));
  }
  const format = (options.get('/fo') ?? 'table').toLowerCase();
  const verbose = options.has('/v') && format !== 'table';
  const titles = verbose ? words.titles : words.titles.slice(1, 4);
  const rows = tasks.flatMap((each) => (verbose ? verboseRows(server, each) : [shortRow(server, each)]));
  return printed(laid(format, titles, rows, options.has('/nh'), words.folder).map((line) => inOem(server, line)));
}

function laid(
  format: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  bare: boolean,
  folder: string,
): readonly string[] {
  if (format === 'csv') {
    // The quotes of a field are not doubled (not established; the harder case for who reads it).
    return (bare ? rows : [titles, ...rows]).map((row) => row.map((field) => `"${field}"`).join(','));
  }
  if (format === 'list') {
    const width = Math.max(...titles.map((title) => title.length)) + 2;
    return rows.flatMap((row) => ['', ...row.map((field, at) => `${`${titles[at]}:`.padEnd(width)}${field}`)]);
  }
  const columns = (row: readonly string[]) => `${row[0]?.padEnd(40)} ${row[1]?.padEnd(22)} ${row[2]?.padEnd(15)}`;
  const ruler = `${'='.repeat(40)} ${'='.repeat(22)} ${'='.repeat(15)}`;
  return ['', folder, columns(titles), ruler, ...rows.map(columns)];
}

const shortRow = (server: LabServer, name: string): readonly string[] => [
  `\\${name}`,
  nextRun(server, readTask(server.disk, name)?.triggers ?? []),
  statusOf(server, name),
];

/** The earliest of these triggers' next times: only a time trigger's is known beforehand. */
function nextRun(server: LabServer, triggers: readonly XmlElement[]): string {
  const words = wordsOf(server);
  const now = Date.parse(server.facts.clock);
  const timed = triggers.filter((trigger) => trigger.name === 'TimeTrigger' && isEnabled(trigger));
  const times = timed.flatMap((trigger) => nextTime(trigger, now) ?? []);
  return times.length === 0 ? words.none : words.date(new Date(Math.min(...times)));
}

function statusOf(server: LabServer, name: string): string {
  const words = wordsOf(server);
  if (readTask(server.disk, name)?.enabled === false) return words.off;
  return taskRun(server, name)?.lastResult === TASK_RUNNING ? words.running : words.ready;
}

/**
 * A row for each trigger: the command reference has the columns, printed examples have their values. Whether every row has
 * the task's next run or its own trigger's is not established: the second is the harder case for who reads the first row.
 */
function verboseRows(server: LabServer, name: string): readonly (readonly string[])[] {
  const { disk, facts } = server;
  const task = readTask(disk, name);
  if (task === undefined) return [];
  const words = wordsOf(server);
  const { none, off } = words;
  const run = taskRun(server, name);
  // 30 November 1999 stands for never.
  const lastRun = words.date(new Date(run?.lastRun ?? '1999-11-30T00:00:00Z'));
  const [action] = task.actions;
  const middle = [
    statusOf(server, name),
    'Interactive/Background',
    lastRun,
    String((run?.lastResult ?? TASK_HAS_NOT_RUN) | 0),
    task.author || none,
    action === undefined ? none : `${action.command} ${action.arguments}`,
    action?.workingDirectory || none,
    task.description || none,
    task.enabled ? words.on : off,
    off,
    '',
    runAs(server, task),
    off,
    hours(milliseconds(task.timeLimit) ?? 0),
    'Scheduling data is not available in this format.',
  ];
  const triggers = task.triggers.length === 0 ? [undefined] : task.triggers;
  return triggers.map((trigger) => {
    const [repetition] = trigger ? childrenOf(trigger, 'Repetition') : [];
    const every = milliseconds(textBelow(repetition, 'Interval'));
    const head = [facts.computer, `\\${name}`, nextRun(server, trigger ? [trigger] : [])];
    const schedule = [scheduleType(trigger) ?? none, none, none, none, none, none];
    const repeat = every === undefined ? [none, none, none, none] : [hoursAndMinutes(every), 'None', off, off];
    return [...head, ...middle, ...schedule, ...repeat];
  });
}

function runAs({ facts }: LabServer, { userId }: LabTask): string {
  if (userId.toUpperCase() === 'S-1-5-18') return 'SYSTEM';
  return [facts.owner, facts.otherAdmin].find(({ sid }) => sid === userId)?.name ?? userId;
}

const TYPES: Readonly<Record<string, string>> = {
  BootTrigger: 'At system start up',
  LogonTrigger: 'At logon time',
  EventTrigger: 'When an event occurs',
  TimeTrigger: 'One Time Only, Hourly ',
};

const scheduleType = (trigger: XmlElement | undefined): string | undefined => trigger && TYPES[trigger.name];

/** As a transcript has it. */
function hoursAndMinutes(span: number): string {
  const minutes = Math.floor(span / 60_000);
  return `${Math.floor(minutes / 60)} Hour(s), ${minutes % 60} Minute(s)`;
}

function hours(span: number): string {
  const seconds = Math.floor(span / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
