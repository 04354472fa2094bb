// iisreset.exe: stops and starts the IIS services, IISADMIN among them.

import type { LabProgram, ProgramResult } from '../program.ts';
import { startService, stopWithDependents } from '../services/service-control.ts';

/** In the order in which they can be stopped; what depends on them, such as SMTPSVC, is stopped with them. */
const IIS_SERVICES = ['W3SVC', 'WAS', 'IISADMIN'];

const STOPPED = ['Attempting stop...', 'Internet services successfully stopped'];

/**
 * `iisreset [/restart | /stop | /start] [/noforce] [/timeout:n]`. Lines end in CR CR LF, which a log shows as blank lines
 * between them. The exit code without elevation is not documented; 5 is the Win32 error.
 */
export const iisreset: LabProgram = (args, server, caller) => {
  const words = args.map((argument) => argument.toLowerCase().replace(/^-/, '/'));
  const verbs = words.filter((word) => !/^\/(noforce|timeout:\d+)$/.test(word));
  const verb = verbs[0] ?? '/restart';
  if (verbs.length > 1 || !['/restart', '/stop', '/start'].includes(verb)) {
    return said(['Invalid command line parameter(s), iisreset /? for help.'], 87);
  }
  if (!caller.elevated) return said(DENIED, 5);
  const stopped = verb === '/start' ? [] : IIS_SERVICES.flatMap((name) => stopWithDependents(server, name));
  if (verb === '/stop') return said(STOPPED);
  const others = stopped.map(({ name }) => name).filter((name) => !IIS_SERVICES.includes(name.toUpperCase()));
  for (const name of [...IIS_SERVICES, ...others].toReversed()) startService(server, name);
  if (verb === '/start') return said(['Attempting start...', 'Internet services successfully started']);
  return said([...STOPPED, 'Attempting start...', 'Internet services successfully restarted']);
};

const DENIED = [
  'Access denied, you must be an administrator of the remote computer to use this',
  'command. Either have your account added to the administrator local group of',
  'the remote computer or to the domain administrator global group.',
];

function said(lines: readonly string[], exitCode = 0): ProgramResult {
  const text = `\r\n${lines.map((line) => `${line}\r\r\n`).join('')}`;
  return { exitCode, stdout: Buffer.from(text, 'latin1'), stderr: Buffer.alloc(0) };
}
