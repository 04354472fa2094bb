// The cmd script that makes an evidence folder on a server without Node: IIS 7 on Windows Server 2008 and later. It is
// written from the same requests as a check reads, so the two cannot drift apart.

import type { Request } from '../../evidence/readers/reading.ts';
import { PROFILES_NOTE_TEXT } from '../../evidence/readers/recording-reader.ts';
import { ADDRESSES, KEY_FILES, PROFILES_NOTE } from '../../evidence/sources/file-names.ts';
import { keyFolders, profileStoreFolder } from '../../evidence/sources/key-folders.ts';
import { type Asked, everyRequest } from '../../evidence/sources/requests.ts';
import { sources } from '../../evidence/sources/sources.ts';
import type { Places } from '../../model/server/evidence.ts';
import { VERSION } from '../../model/version.ts';
import { batchCommand, batchQuoted } from '../../windows-commands/batch-text.ts';
import { AFTER, BEFORE, PROFILES, SUBROUTINES } from './frame.ts';

// No path holds an angle bracket, so nothing else can be taken for one of these names.
const PLACES: Places = { systemRoot: '<SystemRoot>', programData: '<ProgramData>' };
const OUT = '<Out>';
const VARIABLES = new Map([
  [PLACES.systemRoot, '%SystemRoot%'],
  [PLACES.programData, '%ProgramData%'],
  [OUT, '%OUT%'],
  ['<Profile>', '%PROFILE%'],
  ['<Sid>', '%SID%'],
]);

/** The whole script: ASCII, CRLF. */
export function collectScript(): string {
  const lines = [
    '@echo off',
    `rem Made by iis-ssl-heal ${VERSION}: collects what shows why HTTPS on IIS is dead. Changes nothing on the server.`,
    ...BEFORE,
    ...folders().map((folder) => `mkdir ${quoted(`${OUT}\\${folder}`)}`),
    '',
    ...everyRequest(PLACES).flatMap(collectLines),
    `"%SystemRoot%\\System32\\ipconfig.exe" >${fileAt(ADDRESSES)} 2>nul`,
    `call :check ${fileAt(ADDRESSES)} supporting`,
    '',
    ...keyFolders(PLACES, []).flatMap(keyFolderLines),
    `if not exist ${fileAt(KEY_FILES)} type nul >${fileAt(KEY_FILES)}`,
    '',
    `>${fileAt(PROFILES_NOTE)} echo ${PROFILES_NOTE_TEXT}`,
    ...PROFILES,
    ...AFTER,
    ':one_profile',
    ...profileKeyFolders().flatMap(keyFolderLines),
    `set "STORE=${inQuotes(profileStoreFolder({ path: '<Profile>' }))}"`,
    'set "LINKED="',
    ...storeFolders().map((path) => `call :one_folder ${quoted(path)}`),
    ...SUBROUTINES,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

const quoted = (text: string): string => batchQuoted(text, VARIABLES);

/** The same between quotes that stand there already. */
const inQuotes = (text: string): string => quoted(text).slice(1, -1);

const pathOf = (folderFile: string): string => `${OUT}\\${folderFile.replaceAll('/', '\\')}`;

const fileAt = (folderFile: string): string => quoted(pathOf(folderFile));

function folders(): readonly string[] {
  const files = [...everyRequest(PLACES).map(({ request }) => request.folderFile), PROFILES_NOTE];
  return [...new Set(files.filter((file) => file.includes('/')).map((file) => file.slice(0, file.lastIndexOf('/'))))];
}

/** The script ends with 4 where a part is missing without which nobody can call the server healthy. */
function collectLines({ row, request, isStandIn }: Asked): readonly string[] {
  const { folderFile } = request;
  const file = fileAt(folderFile);
  const isRequired = !isStandIn && (row.needed === 'verdict' || row.needed === 'links');
  return [
    ...(request.kind === 'file' ? copyLines(request.path, row, file) : runLines(request, row, folderFile)),
    ...(row.absence === 'said' ? [`if not exist ${file} call :no_store ${file} "${lastOf(request)}"`] : []),
    ...(row === sources.redirection ? ['call :look_for_share'] : []),
    ...(row.absence === 'answer' ? [] : [`call :check ${file} ${isRequired ? 'required' : 'supporting'}`]),
    '',
  ];
}

/** The name of the store that an export is of. */
function lastOf(request: Request): string {
  const key = request.kind === 'command' ? request.command.args[1] : undefined;
  if (typeof key !== 'string') throw new Error(`the request for ${request.folderFile} names no key`);
  return key.slice(key.lastIndexOf('\\') + 1);
}

/** A configuration that is shared lies elsewhere: the local file is then an old one, and must not be taken for it. */
function copyLines(path: string, row: Asked['row'], file: string): string[] {
  const copy = `if exist ${quoted(path)} copy /b /y ${quoted(path)} ${file} >nul 2>&1`;
  return [row === sources.config ? `if not defined SHARED ${copy}` : copy];
}

function runLines({ command }: Extract<Request, { kind: 'command' }>, row: Asked['row'], folderFile: string): string[] {
  if (row === sources.listeners)
    return listenerLines(batchCommand(command, PLACES.systemRoot, '', VARIABLES), folderFile);
  const line = batchCommand(command, PLACES.systemRoot, pathOf(folderFile), VARIABLES);
  const writesFile = command.args.some((argument) => typeof argument === 'object');
  if (writesFile) return [`${line} >nul 2>&1`];
  const started = `${line} >${fileAt(folderFile)} 2>nul`;
  // netsh ends with 1 after printing its help; of every other program a failure leaves no half answer behind.
  return command.program === 'netsh' ? [started] : [started, `if not "%ERRORLEVEL%"=="0" del ${fileAt(folderFile)}`];
}

/** Of all that netstat prints the rows without a peer: the others name the visitors of the server. */
function listenerLines(line: string, folderFile: string): string[] {
  const all = quoted(`${OUT}\\collecting.tmp`);
  const find = quoted(`${PLACES.systemRoot}\\System32\\find.exe`);
  return [
    `${line} >${all} 2>nul`,
    `${find} " 0.0.0.0:0 " <${all} >${fileAt(folderFile)} 2>nul`,
    `${find} " [::]:0 " <${all} >>${fileAt(folderFile)} 2>nul`,
  ];
}

const keyFolderLines = (path: string): readonly string[] => [`set "DIR=${inQuotes(path)}"`, 'call :key_folder'];

/** Every folder from the profile down to the store: its user may have laid a junction anywhere. */
function storeFolders(): readonly string[] {
  const parts = profileStoreFolder({ path: '<Profile>' }).split('\\');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 2).join('\\'));
}

function profileKeyFolders(): readonly string[] {
  const machine = keyFolders(PLACES, []).length;
  const all = keyFolders(PLACES, [{ path: '<Profile>', sid: '<Sid>', name: '' }]);
  return all.slice(machine);
}
