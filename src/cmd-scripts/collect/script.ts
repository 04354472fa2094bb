// The cmd script that makes an evidence folder on a server without Node: IIS 7 on Windows Server 2008 and later. It is
// written from the same requests as a check reads, so the two cannot drift apart.

import { keyFolders, profileStoreFolder } from '../../evidence/key-folders.ts';
import type { Request } from '../../evidence/reading.ts';
import { ADDRESSES, PROFILES_NOTE, PROFILES_NOTE_TEXT, saysAbsent } from '../../evidence/recording-reader.ts';
import { aclRequests, requestsFor, serviceRequests } from '../../evidence/requests.ts';
import type { Places } from '../../model/evidence.ts';
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

/** Parts without which nobody can call the server healthy; the script ends with 4 where one is missing. */
const REQUIRED = ['config', 'records', 'storeMy', 'storeWebHosting', 'machineGuid'] as const;

/** The whole script: ASCII, CRLF. */
export function collectScript(): string {
  const lines = [
    '@echo off',
    `rem Made by iis-ssl-heal ${VERSION}: collects what shows why HTTPS on IIS is dead. Changes nothing on the server.`,
    ...BEFORE,
    ...folders().map((folder) => `mkdir ${quoted(`${OUT}\\${folder}`)}`),
    '',
    ...scriptRequests().flatMap(collectLines),
    `"%SystemRoot%\\System32\\ipconfig.exe" >${fileAt(ADDRESSES)} 2>nul`,
    `call :check ${fileAt(ADDRESSES)} supporting`,
    '',
    ...keyFolders(PLACES, []).flatMap(({ path }) => keyFolderLines(path)),
    `if not exist ${quoted(`${OUT}\\key-files.txt`)} type nul >${quoted(`${OUT}\\key-files.txt`)}`,
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

/** Everything that the script asks for, in its order: redirection.config first, which tells whose configuration is live. */
export function scriptRequests(): readonly Request[] {
  const { redirection, ...others } = requestsFor(PLACES);
  return [
    redirection,
    ...Object.values(others),
    ...serviceRequests().map(({ request }) => request),
    ...aclRequests(PLACES).map(({ request }) => request),
  ];
}

const quoted = (text: string): string => batchQuoted(text, VARIABLES);

/** The same between quotes that stand there already. */
const inQuotes = (text: string): string => quoted(text).slice(1, -1);

const pathOf = (folderFile: string): string => `${OUT}\\${folderFile.replaceAll('/', '\\')}`;

const fileAt = (folderFile: string): string => quoted(pathOf(folderFile));

function folders(): readonly string[] {
  const files = [...scriptRequests().map(({ folderFile }) => folderFile), PROFILES_NOTE];
  return [...new Set(files.filter((file) => file.includes('/')).map((file) => file.slice(0, file.lastIndexOf('/'))))];
}

function collectLines(request: Request): readonly string[] {
  const { folderFile } = request;
  const requests = requestsFor(PLACES);
  const required = REQUIRED.some((name) => requests[name].folderFile === folderFile);
  const lines = request.kind === 'file' ? copyLines(request.path, folderFile) : runLines(request, folderFile);
  if (saysAbsent(folderFile)) lines.push(`if not exist ${fileAt(folderFile)} call :no_store ${fileAt(folderFile)}`);
  if (folderFile === requests.redirection.folderFile) lines.push('call :look_for_share');
  const optional = folderFile === requests.baseline.folderFile || folderFile.includes('/service-');
  return optional
    ? [...lines, '']
    : [...lines, `call :check ${fileAt(folderFile)} ${required ? 'required' : 'supporting'}`, ''];
}

/** A configuration that is shared lies elsewhere: the local file is then an old one, and must not be taken for it. */
function copyLines(path: string, folderFile: string): string[] {
  const copy = `if exist ${quoted(path)} copy /b /y ${quoted(path)} ${fileAt(folderFile)} >nul 2>&1`;
  return [folderFile === requestsFor(PLACES).config.folderFile ? `if not defined SHARED ${copy}` : copy];
}

function runLines({ command }: Extract<Request, { kind: 'command' }>, folderFile: string): string[] {
  const line = batchCommand(command, PLACES.systemRoot, pathOf(folderFile), VARIABLES);
  const writesFile = command.args.some((argument) => typeof argument === 'object');
  if (writesFile) return [`${line} >nul 2>&1`];
  const started = `${line} >${fileAt(folderFile)} 2>nul`;
  // netsh ends with 1 after printing its help; of every other program a failure leaves no half answer behind.
  return command.program === 'netsh' ? [started] : [started, `if not "%ERRORLEVEL%"=="0" del ${fileAt(folderFile)}`];
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
  return all.slice(machine).map(({ path }) => path);
}
