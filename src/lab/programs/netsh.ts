// netsh.exe: http show|add|update|delete sslcert. Its exit code is 0 or 1, and its messages go to stdout.

import { addRecord, type HttpError, removeRecord, replaceRecord } from '../http/http-api.ts';
import { type LabRecord, readRecord, readRecords } from '../http/http-sys.ts';
import { type Caller, type LabProgram, type ProgramResult, printed } from '../program.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { INVALID_SYNTAX, MISSING_PARAMETERS, usageLines } from './netsh/help.ts';
import { ipListen } from './netsh/iplisten.ts';
import { BUILD, endpointOptionsOf, optionsOf, taggedArguments } from './netsh/options.ts';
import { endpointFrom, recordFrom } from './netsh/record-of.ts';
import { recordLines, SHOW_HEADING } from './netsh/show.ts';

const SYSTEM_TEXT: Readonly<Record<Exclude<HttpError, 0> | 5, string>> = {
  2: 'The system cannot find the file specified.',
  5: 'Access is denied.',
  183: 'Cannot create a file when that file already exists.',
  1312: 'A specified logon session does not exist. It may already have been terminated.',
};

const PARAMETER_INCORRECT = printed(['', 'The parameter is incorrect.', ''], 1);

/** netsh.exe, as far as SSL records go. */
export const netsh: LabProgram = (args, server, caller) => {
  const [context = '', verb = '', object = '', ...rest] = args.map((arg) => arg.trim());
  if (isWord(context, 'http') && isWord(object, 'iplisten') && (verb === 'add' || verb === 'delete'))
    return ipListen(verb, rest, server, caller);
  if (!isWord(context, 'http') || !isWord(object, 'sslcert', 'sslc')) return notFound(args);
  if (isWord(verb, 'show', 'sh')) return show(rest, server);
  if (isWord(verb, 'delete', 'del')) return remove(rest, server, caller);
  if (isWord(verb, 'add')) return change('add', rest, server, caller);
  if (isWord(verb, 'update') && knowsUpdate(server)) return change('update', rest, server, caller);
  return notFound(args);
};

function knowsUpdate({ facts }: LabServer): boolean {
  return facts.osBuild >= BUILD.s2022 === (answerOf(facts, 'update-sslcert') === 'by-build');
}

// netsh takes every word in short, down to the point where two commands would fit.
function isWord(given: string, word: string, shortest = word): boolean {
  const lower = given.toLowerCase();
  return word.startsWith(lower) && lower.startsWith(shortest);
}

const notFound = (args: readonly string[]): ProgramResult =>
  printed([`The following command was not found: ${args.join(' ')}.`], 1);

function show(args: readonly string[], server: LabServer): ProgramResult {
  const build = server.facts.osBuild;
  const tagged = taggedArguments(args, endpointOptionsOf(build));
  if (!tagged.ok) return printed([...invalidTag(tagged.tag), ...INVALID_SYNTAX], 1);
  const place = endpointFrom(tagged.values);
  if (place === 'incorrect') return PARAMETER_INCORRECT;
  const records = readRecords(server).filter(
    ({ table, endpoint }) =>
      place === 'missing' || (table === place.table && endpoint.toLowerCase() === place.endpoint.toLowerCase()),
  );
  if (records.length === 0) return printed([...SHOW_HEADING, SYSTEM_TEXT[2], ''], 1);
  return printed([...SHOW_HEADING, ...records.flatMap((record) => recordLines(record, server)), '']);
}

function remove(args: readonly string[], server: LabServer, caller: Caller): ProgramResult {
  const tagged = taggedArguments(args, endpointOptionsOf(server.facts.osBuild));
  if (!tagged.ok) return printed([...invalidTag(tagged.tag), ...INVALID_SYNTAX], 1);
  const place = endpointFrom(tagged.values);
  if (place === 'missing') return printed([...MISSING_PARAMETERS, ...INVALID_SYNTAX], 1);
  if (place === 'incorrect') return PARAMETER_INCORRECT;
  const error = caller.elevated ? removeRecord(server, place.table, place.endpoint) : 5;
  return outcome('deletion', 'deleted', error);
}

function change(verb: 'add' | 'update', args: readonly string[], server: LabServer, caller: Caller): ProgramResult {
  const build = server.facts.osBuild;
  const help = answerOf(server.facts, 'netsh-help');
  const usage = usageLines(verb, build, help === 'bracketed');
  if (args.length === 1 && /^(\?|\/\?|-\?|help)$/i.test(args[0] ?? ''))
    return help === 'nothing' ? notFound(['http', verb, 'sslcert', ...args]) : printed(usage);
  const options = optionsOf(build);
  const tagged = taggedArguments(args, options);
  // Seen on Server 2019: an option that this build does not know ends in exit code 0, with nothing done.
  if (!tagged.ok) return printed([...invalidTag(tagged.tag), ...INVALID_SYNTAX, ...usage], build < BUILD.s2022 ? 0 : 1);
  const asked = recordFrom(tagged.values, options, verb === 'update' ? keptBy(tagged.values, server) : undefined);
  if (!asked.ok && asked.why === 'missing') return printed([...MISSING_PARAMETERS, ...INVALID_SYNTAX, ...usage], 1);
  if (!asked.ok) return PARAMETER_INCORRECT;
  if (!caller.elevated) return outcome(verb, 'added', 5);
  if (verb === 'update') return outcome('update', 'updated', replaceRecord(server, caller, asked.record));
  return outcome('add', 'added', addRecord(server, caller, asked.record));
}

/** The record whose settings an update keeps where it is not given them. */
function keptBy(values: ReadonlyMap<string, string>, server: LabServer): LabRecord | undefined {
  if (answerOf(server.facts, 'update-left-out') === 'set-back') return undefined;
  const place = endpointFrom(values);
  return typeof place === 'string' ? undefined : readRecord(server, place.table, place.endpoint);
}

const invalidTag = (tag: string): readonly string[] => ['', `${tag} is not a valid argument for this command.`];

function outcome(noun: string, done: string, error: HttpError | 5): ProgramResult {
  if (error === 0) return printed(['', `SSL Certificate successfully ${done}`, '']);
  return printed(['', `SSL Certificate ${noun} failed, Error: ${error}`, SYSTEM_TEXT[error], ''], 1);
}
