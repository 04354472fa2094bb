// schtasks.exe: tasks from XML, as files below C:\Windows\System32\Tasks.

import type { Disk } from '../disk.ts';
import { type LabProgram, type ProgramResult, printed } from '../program.ts';
import type { LabServer } from '../server.ts';
import { decodeText, utf16WithMark } from '../text-file.ts';
import { complained } from './complaint.ts';
import { onConsole } from './reg-values.ts';
import { taskXmlFault } from './task-xml.ts';

const TASKS = 'C:\\Windows\\System32\\Tasks';

/**
 * `schtasks /Create /TN NAME /XML FILE [/F]`, `/Query [/TN NAME] [/XML | /FO CSV|LIST|TABLE] [/NH]`, `/Delete /TN NAME
 * [/F]`, `/Run /TN NAME`. Exit code 0 or 1; errors go to stderr. /Run says that it tried, and runs nothing in the lab.
 */
export const schtasks: LabProgram = (args, server, caller) => {
  const [verb = '', ...rest] = args;
  const options = parseOptions(rest);
  const lower = verb.toLowerCase();
  if (options === undefined) return invalid(rest.find((word) => word.startsWith('/')) ?? '');
  const name = options.get('/tn')?.replace(/^\\/, '');
  if (lower === '/query') return query(name, options, server.disk);
  if (name === undefined) return invalid(verb);
  if (lower === '/create') return create(name, options, server, caller.elevated);
  const task = findTask(server.disk, name);
  if (lower === '/delete') {
    if (!task) return complained([`ERROR: The specified task name "${name}" does not exist in the system.`], 1);
    if (!caller.elevated) return denied();
    const question = `WARNING: Are you sure you want to remove the task "${name}" (Y/N)? `;
    if (!options.has('/f')) return complained([], 1, [question]);
    server.disk.remove(`${TASKS}\\${task}`);
    return printed([`SUCCESS: The scheduled task "${name}" was successfully deleted.`]);
  }
  if (lower !== '/run') return invalid(verb);
  if (!task) return missing();
  return caller.elevated ? printed([`SUCCESS: Attempted to run the scheduled task "${name}".`]) : denied();
};

const denied = (): ProgramResult => complained(['ERROR: Access is denied.'], 1);
const missing = (): ProgramResult => complained(['ERROR: The system cannot find the file specified.'], 1);
const invalid = (word: string): ProgramResult =>
  complained([`ERROR: Invalid argument/option - '${word}'.`, 'Type "SCHTASKS /?" for usage.'], 1);

/** `/XML` takes a file with /Create and nothing with /Query (or the word ONE). */
function parseOptions(args: readonly string[]): ReadonlyMap<string, string> | undefined {
  const options = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const name = args[index]?.toLowerCase() ?? '';
    const next = args[index + 1];
    const takesNext = ['/tn', '/fo', '/ru'].includes(name) || (name === '/xml' && next?.startsWith('/') === false);
    if (takesNext) {
      if (next === undefined) return undefined;
      options.set(name, next);
      index++;
    } else if (['/f', '/xml', '/nh', '/v', '/i', '/hresult'].includes(name)) options.set(name, '');
    else return undefined;
  }
  return options;
}

function create(
  name: string,
  options: ReadonlyMap<string, string>,
  server: LabServer,
  elevated: boolean,
): ProgramResult {
  const file = options.get('/xml');
  const bytes = file ? server.disk.read(file) : undefined;
  if (!bytes) return missing();
  const fault = taskXmlFault(bytes);
  if (fault) return complained(fault, 1);
  if (!elevated) return denied();
  const old = findTask(server.disk, name);
  if (old !== undefined && !options.has('/f')) {
    const question = `WARNING: The task name "${name}" already exists. Do you want to replace it (Y/N)? `;
    return complained([], 1, [question]);
  }
  const path = `${TASKS}\\${old ?? name}`;
  server.disk.makeFolder(path.slice(0, path.lastIndexOf('\\')));
  server.disk.write(path, utf16WithMark(decodeText(bytes)));
  return printed([`SUCCESS: The scheduled task "${name}" has successfully been created.`]);
}

function query(name: string | undefined, options: ReadonlyMap<string, string>, disk: Disk): ProgramResult {
  const task = name === undefined ? undefined : findTask(disk, name);
  if (name !== undefined && task === undefined) return missing();
  const tasks = task === undefined ? allTasks(disk) : [task];
  if (options.has('/xml')) {
    const texts = tasks.map((each) => decodeText(disk.read(`${TASKS}\\${each}`) ?? Buffer.alloc(0)));
    return printed(texts.flatMap((text) => onConsole(text).split(/\r?\n/)));
  }
  const rows = tasks.map((each) => [`\\${each}`, 'N/A', 'Ready']);
  const titles = ['TaskName', 'Next Run Time', 'Status'];
  const format = (options.get('/fo') ?? 'table').toLowerCase();
  if (format === 'csv') {
    const all = options.has('/nh') ? rows : [titles, ...rows];
    return printed(all.map((row) => row.map((field) => `"${field}"`).join(',')));
  }
  if (format === 'list') {
    return printed(
      rows.flatMap((row) => ['', ...row.map((field, index) => `${`${titles[index]}:`.padEnd(15)}${field}`)]),
    );
  }
  const columns = (row: readonly string[]) => `${row[0]?.padEnd(40)} ${row[1]?.padEnd(22)} ${row[2]?.padEnd(15)}`;
  const ruler = `${'='.repeat(40)} ${'='.repeat(22)} ${'='.repeat(15)}`;
  return printed(['', 'Folder: \\', columns(titles), ruler, ...rows.map(columns)]);
}

/** Names with their folders, `Folder\Task`, sorted. */
function allTasks(disk: Disk, folder = ''): readonly string[] {
  const { files = [], folders = [] } = disk.list(`${TASKS}${folder && `\\${folder}`}`) ?? {};
  const inside = (name: string) => (folder === '' ? name : `${folder}\\${name}`);
  return [...files.map(inside), ...folders.flatMap((name) => allTasks(disk, inside(name)))];
}

const findTask = (disk: Disk, name: string): string | undefined =>
  allTasks(disk).find((task) => task.toLowerCase() === name.toLowerCase());
