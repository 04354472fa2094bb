// schtasks.exe: tasks from XML, as files below C:\Windows\System32\Tasks.

import { decodeText, utf16WithMark } from '../../disk/text-file.ts';
import { type LabProgram, printed } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { findTask, TASKS } from '../../tasks/task-files.ts';
import { forgetTaskRuns } from '../../tasks/task-runs.ts';
import { answerOf } from '../../unknowns.ts';
import { complained } from '../complaint.ts';
import { queryTasks } from './schtasks-query.ts';
import { inOem, wordsOf } from './schtasks-words.ts';
import { taskXmlFault } from './task-xml.ts';

/**
 * `schtasks /Create /TN NAME /XML FILE [/F]`, `/Query [/TN NAME] [/XML | /FO CSV|LIST|TABLE] [/V] [/NH]`, `/Delete /TN NAME
 * [/F]`, `/Run /TN NAME`. Exit code 0 or 1; errors go to stderr. /Run says that it tried, and runs nothing in the lab.
 */
export const schtasks: LabProgram = (args, server, caller) => {
  const [verb = '', ...rest] = args;
  const words = wordsOf(server);
  const say = (line: string) => printed([inOem(server, line)]);
  const refuse = (...lines: readonly string[]) =>
    complained(
      lines.map((line) => inOem(server, line)),
      1,
    );
  const ask = (question: string) => complained([], 1, [inOem(server, question)]);
  const invalid = (word: string) => refuse(words.invalid(word), words.usage);
  const options = parseOptions(rest);
  const lower = verb.toLowerCase();
  if (options === undefined) return invalid(rest.find((word) => word.startsWith('/')) ?? '');
  const name = options.get('/tn')?.replace(/^\\/, '');
  if (lower === '/query') return queryTasks(name, options, server);
  if (name === undefined) return invalid(verb);
  const task = findTask(server.disk, name);
  if (lower === '/create') {
    const bytes = server.disk.read(options.get('/xml') || 'C:\\');
    if (!bytes) return refuse(words.fileMissing);
    const fault = taskXmlFault(bytes);
    if (fault) return complained(fault, 1);
    if (!caller.elevated) return refuse(words.denied);
    if (task !== undefined && !options.has('/f')) return ask(words.askReplace(name));
    register(server, task ?? name, bytes);
    return say(words.created(name));
  }
  if (lower === '/delete') {
    if (!task) return refuse(words.noSuchTask(name));
    if (!caller.elevated) return refuse(words.denied);
    if (!options.has('/f')) return ask(words.askRemove(name));
    server.disk.remove(`${TASKS}\\${task}`);
    forgetTaskRuns(server, task);
    return say(words.deleted(name));
  }
  if (lower !== '/run') return invalid(verb);
  if (!task) return refuse(words.fileMissing);
  return caller.elevated ? say(words.attempted(name)) : refuse(words.denied);
};

/** One that is there already is replaced, and its runs stay known: so it is the same task. */
function register(server: LabServer, name: string, bytes: Buffer): void {
  const path = `${TASKS}\\${name}`;
  if (server.disk.read(path) === undefined) forgetTaskRuns(server, name);
  server.disk.makeFolder(path.slice(0, path.lastIndexOf('\\')));
  server.disk.write(path, utf16WithMark(asKept(server, decodeText(bytes))));
}

/** The text with the SID of a person, or, by one of two answers, with the name. */
function asKept({ facts }: LabServer, text: string): string {
  if (answerOf(facts, 'task-user-id') === 'sid') return text;
  return [facts.owner, facts.otherAdmin].reduce(
    (kept, { sid, name }) => kept.replaceAll(`<UserId>${sid}</UserId>`, `<UserId>${name}</UserId>`),
    text,
  );
}

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
