// A command as the line that a person reads, pastes and finds again in the journal.

import { type Argument, type Command, programPath } from '../model/repair/command.ts';

/** How the file that a program writes its result to is shown; a real run has a fresh file of its own there. */
const SHOWN_OUTPUT_FILE = '%TEMP%\\iis-ssl-heal.tmp';

/**
 * The command line of `command`, with the full path of its program. Secrets are shown as `********`.
 * A C runtime splits the line into exactly the arguments that are started.
 */
export function showCommand(command: Command, systemRoot: string): string {
  const words = [programPath(command.program, systemRoot), ...command.args.map(shownArgument)];
  return words.map(quoteArgument).join(' ');
}

function shownArgument(argument: Argument): string {
  if (typeof argument === 'string') return argument;
  return 'secret' in argument ? '********' : SHOWN_OUTPUT_FILE;
}

/**
 * One argument as libuv, and so Node, puts it on a Windows command line: bare where it can be, else in double quotes,
 * with `"` as `\"` and with the backslashes before a quote doubled (the rule of CommandLineToArgvW).
 * Arguments with `& | < > ^` are quoted too, which libuv does not: a person pastes this line into cmd.exe.
 */
function quoteArgument(argument: string): string {
  if (argument !== '' && !/[ \t"&|<>^]/.test(argument)) return argument;
  const escaped = argument.replace(/(\\*)("|$)/g, (_all, backslashes: string, quote: string) => {
    return backslashes + backslashes + (quote === '' ? '' : '\\"');
  });
  return `"${escaped}"`;
}
