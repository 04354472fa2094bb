// eventcreate.exe: one event of one's own, in the Application or System log.

import { type LabProgram, type ProgramResult, printed } from '../../program.ts';
import { logOwnEvent } from '../../services/events.ts';
import { complained } from '../complaint.ts';

/** Level and keyword by type; SUCCESS is level 0 in the old API's words. */
const LEVELS: Readonly<Record<string, number>> = { ERROR: 2, WARNING: 3, INFORMATION: 4, SUCCESS: 4 };

/**
 * `eventcreate /T ERROR|WARNING|INFORMATION|SUCCESS /ID 1..1000 /D TEXT [/L APPLICATION|SYSTEM] [/SO SOURCE]`. Exit code 0
 * or 1; errors go to stderr. Ids above 1000 are refused: the program's message table ends there.
 */
export const eventcreate: LabProgram = (args, server, caller) => {
  const options = parseOptions(args);
  if (typeof options === 'string') return failed(`Invalid argument/option - '${options}'.`);
  const type = options.get('/t')?.toUpperCase() ?? '';
  const level = LEVELS[type];
  const id = Number(options.get('/id') ?? Number.NaN);
  const text = options.get('/d');
  const log = (options.get('/l') ?? 'Application').toLowerCase();
  if (level === undefined) return failed(`Invalid syntax. '${type}' value is not allowed for '/t' option.`);
  if (text === undefined) return failed("Invalid syntax. Mandatory option '/d' is missing.");
  if (!Number.isInteger(id) || id < 1 || id > 1000) {
    return failed("Invalid value specified for '/id' option. The value must be in the range of 1 to 1000.");
  }
  if (log !== 'application' && log !== 'system')
    return failed(`Invalid syntax. '${log}' value is not allowed for '/l' option.`);
  if (!caller.elevated) return complained(['ERROR: Access is denied.'], 1);
  const name = log === 'system' ? 'System' : 'Application';
  const source = options.get('/so') ?? 'EventCreate';
  logOwnEvent(server, { log: name, source, id, level, user: caller.sid, text });
  const where = `'${name}' log with '${source}' as the source`;
  return printed(['', `SUCCESS: An event of type '${type}' was created in the ${where}.`]);
};

const failed = (message: string): ProgramResult =>
  complained([`ERROR: ${message}`, 'Type "EVENTCREATE /?" for usage.'], 1);

/** The options by lower-case name; the first word that is none. */
function parseOptions(args: readonly string[]): ReadonlyMap<string, string> | string {
  const options = new Map<string, string>();
  for (let index = 0; index < args.length; index += 2) {
    const name = args[index]?.toLowerCase() ?? '';
    const value = args[index + 1];
    if (!['/t', '/id', '/d', '/l', '/so'].includes(name) || value === undefined) return args[index] ?? '';
    options.set(name, value);
  }
  return options;
}
