// schtasks: scheduled tasks. Its words are translated, and so are its /FO LIST labels: nothing here is read by them.

import type { Command } from '../model/repair/command.ts';

/** Registers a task from an XML file (UTF-16LE with its mark); one with that name is replaced without a question. */
export function createTask(name: string, file: string): Command {
  return { program: 'schtasks', args: ['/Create', '/TN', name, '/XML', file, '/F'] };
}

/** Prints a task's XML in the console's code page; exit code 1 where there is none, and for every other failure. */
export function queryTaskXml(name: string): Command {
  return { program: 'schtasks', args: ['/Query', '/TN', name, '/XML'] };
}

/** Prints a row of 28 columns for each trigger of a task; its words and times are those of the server's language. */
export function queryTaskRow(name: string): Command {
  return { program: 'schtasks', args: ['/Query', '/TN', name, '/FO', 'CSV', '/V', '/NH'] };
}

/** Removes a task without a question; without /F it would wait for an answer. */
export function deleteTask(name: string): Command {
  return { program: 'schtasks', args: ['/Delete', '/TN', name, '/F'] };
}
