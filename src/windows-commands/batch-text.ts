// Text in a batch file, as cmd.exe of every Windows since Server 2008 reads it.

import { type Command, programPath } from '../model/repair/command.ts';

/**
 * One argument or path, always in double quotes: between them cmd takes `& | < > ( ) ^` as they are. A percent sign is
 * doubled, since quotes do not keep cmd from expanding it. `variables` are put in afterwards, so that `%` around them
 * stays: each stands in the text under a name in angle brackets, which no path can hold.
 */
export function batchQuoted(text: string, variables: BatchVariables = new Map()): string {
  if (/["\r\n]/.test(text)) throw new Error(`a batch file cannot quote this: ${text}`);
  let line = text.replaceAll('%', '%%');
  for (const [name, value] of variables) line = line.replaceAll(name, value);
  // A backslash before the closing quote would quote it, for every program with a C runtime.
  return `"${line.replace(/\\+$/, (end) => end + end)}"`;
}

/** What a name in angle brackets becomes: `<SystemRoot>` to `%SystemRoot%`. */
export type BatchVariables = ReadonlyMap<string, string>;

/**
 * The line that starts a command: the full path of its program, then every argument, each quoted. A secret must have a
 * variable under its name in angle brackets, which gets its value when the script runs.
 */
export function batchCommand(
  command: Command,
  systemRoot: string,
  outputFile: string,
  variables: BatchVariables,
): string {
  const words = [
    programPath(command.program, systemRoot),
    ...command.args.map((argument) => written(argument, outputFile, variables)),
  ];
  return words.map((word) => batchQuoted(word, variables)).join(' ');
}

function written(argument: Command['args'][number], outputFile: string, variables: BatchVariables): string {
  if (typeof argument === 'string') return argument;
  if ('outputFile' in argument) return outputFile;
  if (variables.has(`<${argument.secret}>`)) return `<${argument.secret}>`;
  throw new Error(`a batch file must not hold the secret ${argument.secret}`);
}
