// icacls.exe: list, /save, /restore, /reset, /grant, /remove, /inheritance:r, /setowner. A list is changed by whom it lets, or by
// whoever owns the file.

import { DiskError } from '../../disk/disk.ts';
import { sddlsAtOnce, setKeySddl, storedSddl } from '../../permissions/acls.ts';
import {
  type AccessList,
  accessList,
  accessListText,
  handedDown,
  parseAccessList,
  TRUSTEES,
} from '../../permissions/descriptors.ts';
import { mayChangeList, mayReadList, ownerIn } from '../../permissions/sddl.ts';
import { type Caller, type LabProgram, type ProgramResult, printed } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { answerOf } from '../../unknowns.ts';
import { complained } from '../complaint.ts';
import { changedList, listingLines, parseChange } from './icacls-entries.ts';

/** A file or folder that the command is about. */
interface Target {
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * `icacls PATH [verb ...] [/t] [/c] [/q] [/l]`; `PATH\* /save`. Each file is named on stdout and counted in the last line; exit code 0, or
 * the Win32 error of the last failure: 2, 3, 5, 87, 1332 (a name that is no account). With /c that is one of two answers.
 */
export const icacls: LabProgram = (args, server, caller) => sddlsAtOnce(server, () => answer(args, server, caller));

const answer: LabProgram = (args, server, caller) => {
  const [path = '', ...rest] = args;
  const flags = new Set(rest.map((word) => word.toLowerCase()).filter((word) => /^\/[tcql]$/.test(word)));
  const words = rest.filter((word) => !/^\/[tcql]$/i.test(word));
  const verb = words[0]?.toLowerCase();
  const folder = /^(.+)\\\*$/.exec(path)?.[1];
  if (folder !== undefined && verb === '/save') return saveIn(words[1] ?? '', folder, server, { flags, caller });
  const target = targetAt(server, path.replace(/\\$/, ''));
  if (!target) return summary([], 0, [`${path}: The system cannot find the file specified.`], 2);
  if (verb === undefined) {
    const lines = targets(server, target, flags).flatMap(({ path: each, isFolder }) => [
      ...listingLines(server, each, accessList(server, each, isFolder)),
      '',
    ]);
    return printed([...lines, counted(targets(server, target, flags).length, 0)]);
  }
  if (!caller.elevated) return summary([], 0, [`${path}: Access is denied.`], 5);
  if (verb === '/save')
    return save(words[1] ?? '', targets(server, target, flags), target.path, server, { flags, caller });
  if (verb === '/restore') return restore(words[1] ?? '', target.path, server, { flags, caller });
  if (verb === '/reset') return reset(targets(server, target, flags), server, { flags, caller });
  if (verb === '/setowner') return setOwner(words[1] ?? '', targets(server, target, flags), server, flags);
  return change(words, targets(server, target, flags), server, { flags, caller });
};

/** How the command was given, and by whom. */
interface Call {
  readonly flags: ReadonlySet<string>;
  readonly caller: Caller;
}

/** What was set on it goes; what it inherits stays. */
function reset(all: readonly Target[], server: LabServer, { flags, caller }: Call): ProgramResult {
  const [open, closed] = byPermission(all, server, caller);
  for (const { path } of open) setKeySddl(server, path, undefined);
  return changed(open, closed, flags);
}

/** Those whose list the caller may change, and those where he may not. */
function byPermission(all: readonly Target[], server: LabServer, caller: Caller) {
  const isOpen = ({ path, isFolder }: Target) => mayChangeList(fullSddl(server, path, isFolder), caller);
  return [all.filter(isOpen), all.filter((each) => !isOpen(each))] as const;
}

const changed = (open: readonly Target[], closed: readonly Target[], flags: ReadonlySet<string>): ProgramResult =>
  summary(
    processed(open, flags),
    open.length,
    closed.map(({ path }) => `${path}: Access is denied.`),
    closed.length > 0 ? 5 : 0,
  );

/** Owner and list, also where they are those that Windows gives. */
const fullSddl = (server: LabServer, path: string, isFolder: boolean): string =>
  withList(server, path, accessListText(accessList(server, path, isFolder)));

/** A list with the owner that the file has. */
const withList = (server: LabServer, path: string, list: string): string =>
  `O:${ownerIn(storedSddl(server, path) ?? '')}G:SY${list}`;

/** The list stays as it is; only who owns it changes. */
function setOwner(
  account: string,
  all: readonly Target[],
  server: LabServer,
  flags: ReadonlySet<string>,
): ProgramResult {
  const sid = /^\*(S-1-[\d-]+)$/i.exec(account)?.[1];
  if (sid === undefined) return complained([`Invalid parameter "${account}"`], 87);
  for (const { path, isFolder } of all) {
    setKeySddl(server, path, `O:${shortSid(sid)}G:SY${accessListText(accessList(server, path, isFolder))}`);
  }
  return summary(processed(all, flags), all.length);
}

/** As SDDL writes it. */
const shortSid = (sid: string): string => TRUSTEES.find(([each]) => each === sid.toUpperCase())?.[1] ?? sid;

function targetAt(server: LabServer, path: string): Target | undefined {
  if (server.disk.list(path)) return { path, isFolder: true };
  return server.disk.read(path) ? { path, isFolder: false } : undefined;
}

/** The target, and with /t all below it, each folder before what it holds. */
function targets(server: LabServer, target: Target, flags: ReadonlySet<string>): readonly Target[] {
  if (!flags.has('/t') || !target.isFolder) return [target];
  const { files = [], folders = [] } = server.disk.list(target.path) ?? {};
  const below = folders.flatMap((name) => targets(server, { path: `${target.path}\\${name}`, isFolder: true }, flags));
  return [target, ...files.map((name) => ({ path: `${target.path}\\${name}`, isFolder: false })), ...below];
}

/**
 * UTF-16LE without a byte order mark; a name below the folder that holds the target, then its list, in turn. At one whose
 * list the caller may not see it goes on with /c, and ends without.
 */
function save(
  file: string,
  all: readonly Target[],
  top: string,
  server: LabServer,
  { flags, caller }: Call,
): ProgramResult {
  const above = top.lastIndexOf('\\') + 1;
  const isClosed = ({ path, isFolder }: Target) =>
    !mayReadList(fullSddl(server, path, isFolder), caller) && answerOf(server.facts, 'icacls-closed-file') !== 'saved';
  const goesOn = flags.has('/c');
  const end = goesOn ? -1 : all.findIndex(isClosed);
  const reached = end < 0 ? all : all.slice(0, end + 1);
  const read = reached.filter((each) => !isClosed(each));
  const text = read
    .map(({ path, isFolder }) => `${path.slice(above)}\r\n${accessListText(accessList(server, path, isFolder))}\r\n`)
    .join('');
  try {
    server.disk.write(file, Buffer.from(text, 'utf16le'));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const message = error.code === 'absent' ? 'The system cannot find the path specified.' : 'Access is denied.';
    return complained([`${file}: ${message}`], error.code === 'absent' ? 3 : 5);
  }
  const failures = reached.filter(isClosed).map(({ path }) => `${path}: Access is denied.`);
  const isSuccess = failures.length === 0 || (goesOn && answerOf(server.facts, 'icacls-closed-file') === 'passed-over');
  return summary(processed(read, flags), read.length, failures, isSuccess ? 0 : 5);
}

/** All that lies in a folder, each by its name there: as Microsoft's page about icacls has it, and seen by nobody here. */
function saveIn(file: string, folder: string, server: LabServer, { flags, caller }: Call): ProgramResult {
  const { files = [], folders = [] } = server.disk.list(folder) ?? {};
  const all = [...folders, ...files].flatMap((name) => targetAt(server, `${folder}\\${name}`) ?? []);
  if (all.length === 0) return summary([], 0, [`${folder}\\*: The system cannot find the file specified.`], 2);
  if (!caller.elevated) return summary([], 0, [`${folder}\\*: Access is denied.`], 5);
  const below = all.flatMap((each) => targets(server, each, flags));
  return save(file, below, `${folder}\\*`, server, { flags, caller });
}

function restore(file: string, folder: string, server: LabServer, { flags, caller }: Call): ProgramResult {
  const text = server.disk
    .read(file)
    ?.toString('utf16le')
    .replace(/^\uFEFF/, '');
  if (text === undefined) return complained([`${file}: The system cannot find the file specified.`], 2);
  const lines = text.split('\r\n');
  const done: Target[] = [];
  const failures: string[] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const path = `${folder}\\${lines[index]}`;
    const target = targetAt(server, path);
    if (!target) failures.push(`${path}: The system cannot find the file specified.`);
    else if (byPermission([target], server, caller)[0].length === 0) failures.push(`${path}: Access is denied.`);
    else {
      const list = restored(parseAccessList(lines[index + 1] ?? ''), target, server);
      setKeySddl(server, path, withList(server, path, accessListText(list)));
      done.push(target);
    }
  }
  const isDenied = failures.some((line) => line.endsWith('denied.'));
  return summary(processed(done, flags), done.length, failures, failures.length === 0 ? 0 : isDenied ? 5 : 2);
}

/** The saved list, as one of two answers has it with what the folder hands down today. */
function restored(list: AccessList, { path, isFolder }: Target, server: LabServer): AccessList {
  if (list.isProtected || list.isNull || answerOf(server.facts, 'restored-inheritance') === 'as-saved') return list;
  const own = list.entries.filter(({ flags }) => !flags.includes('ID'));
  return { ...list, entries: [...own, ...handedDown(server, path, isFolder)] };
}

function change(
  words: readonly string[],
  all: readonly Target[],
  server: LabServer,
  { flags, caller }: Call,
): ProgramResult {
  const steps = parseChange(words);
  if ('invalid' in steps) return complained([`Invalid parameter "${steps.invalid}"`], 87);
  if ('noAccount' in steps) {
    const why = `${steps.noAccount}: No mapping between account names and security IDs was done.`;
    return summary([], 0, [why], 1332);
  }
  // First all lists, then all changes: a folder's new list must not leak into what its files had before.
  const [open, closed] = byPermission(all, server, caller);
  const lists = open.map(({ path, isFolder }) => changedList(accessList(server, path, isFolder), steps));
  for (const [index, { path }] of open.entries()) {
    const list = lists[index];
    if (list) setKeySddl(server, path, withList(server, path, accessListText(list)));
  }
  return changed(open, closed, flags);
}

const processed = (all: readonly Target[], flags: ReadonlySet<string>): readonly string[] =>
  flags.has('/q') ? [] : all.map(({ path }) => `processed file: ${path}`);

const counted = (done: number, failures: number): string =>
  `Successfully processed ${done} files; Failed processing ${failures} files`;

const summary = (
  lines: readonly string[],
  done: number,
  failures: readonly string[] = [],
  exitCode = 0,
): ProgramResult => complained(failures, exitCode, [...lines, counted(done, failures.length)]);
