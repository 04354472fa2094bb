// How the lines of the repair scripts are written: programs by full path, arguments quoted, words of people made harmless.

import type { Command } from '../../model/repair/command.ts';
import { TRANSFER_PASSWORD } from '../../steps/keys/transfer.ts';
import { type BatchVariables, batchCommand, batchQuoted } from '../../windows-commands/batch-text.ts';

/** Lines of a script, without their line breaks. */
export type Lines = readonly string[];

/** The folder of files that the two scripts keep between them; made for one plan. */
export const STATE = '<State>';

/** What a program printed last, to be searched. */
export const OUT = '<Out>';

const SYSTEM_ROOT = '<SystemRoot>';

const VARIABLES: BatchVariables = new Map([
  [SYSTEM_ROOT, '%SystemRoot%'],
  [STATE, '%STATE%'],
  [OUT, '%OUT%'],
  [`<${TRANSFER_PASSWORD.secret}>`, '%PASSWORD%'],
]);

/** One path or argument in quotes. */
export const quoted = (text: string): string => batchQuoted(text, VARIABLES);

/** A folder as `if exist` asks for one. No program reads it, so the last backslash stands alone. */
export const folderInQuotes = (path: string): string => `${quoted(path).slice(0, -1)}\\"`;

/** The line that starts a command of a plan. */
export const commandLine = (command: Command): string => batchCommand(command, SYSTEM_ROOT, OUT, VARIABLES);

/** Programs of Windows that only scripts use. fltmc tells who is elevated, on Server Core too. */
export type Tool = 'cmd' | 'fc' | 'findstr' | 'fltmc' | 'ping' | 'reg' | 'sc' | 'whoami';

/** Such a program, by full path. */
export const tool = (name: Tool): string => quoted(`${SYSTEM_ROOT}\\System32\\${name}.exe`);

/** Sets a variable to a text of ours, or to a name of the server's. Nothing reads it outside quotes. */
export function setTo(variable: string, text: string): string {
  if (/["\r\n]/.test(text)) throw new Error(`a batch file cannot set this: ${text}`);
  let value = text.replaceAll('%', '%%');
  for (const [name, written] of VARIABLES) value = value.replaceAll(name, written);
  return `set "${variable}=${value}"`;
}

/** Leaves the script by way of a label where the last program did not end with 0. It must follow the program at once. */
export const unlessZero = (label: string): string => `if not "%ERRORLEVEL%"=="0" goto :${label}`;

/** Says a line to whoever runs the script. */
export const say = (text: string): string =>
  `echo ${ascii(text)
    .replaceAll('%', '%%')
    .replace(/[&|<>^"]/g, '^$&')}`;

/** A line for whoever reads the script. What could mean something to cmd becomes `_`. */
export const remark = (text: string): string => `rem ${plain(text)}`;

/** Words that may stand in a variable and be printed bare. */
export const plain = (text: string): string => ascii(text).replace(/[&|<>^"%!]/g, '_');

const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

/** A text as findstr's regular expressions take it literally. */
export const literally = (text: string): string => text.replace(/[\\.*[\]^$]/g, '\\$&');
