// The lines of the collecting script that are the same whatever is asked for. Every program by its full path, every path
// in quotes. Exit codes are compared with 0: `if errorlevel 1` takes the negative ones, which are HRESULTs, for success.

import { KEY_FILES, KEY_FOLDERS_UNREAD } from '../../evidence/sources/file-names.ts';
import { requestsOf } from '../../evidence/sources/requests.ts';
import type { SourceName } from '../../evidence/sources/source.ts';
import { sources } from '../../evidence/sources/sources.ts';
import { REG_HEADER } from '../../formats/registry/reg-writing.ts';

const SYSTEM32 = '%SystemRoot%\\System32';
const CMD = `"${SYSTEM32}\\cmd.exe"`;
const FIND = `"${SYSTEM32}\\find.exe"`;
const REG = `"${SYSTEM32}\\reg.exe"`;
const TEMPORARY = '"%OUT%\\collecting.tmp"';
const TEMPORARY_2 = '"%OUT%\\collecting2.tmp"';
const TEMPORARY_3 = '"%OUT%\\collecting3.tmp"';

/** Up to the empty folder. fltmc needs an elevated administrator and is on every Windows since Vista, Server Core too. */
export const BEFORE: readonly string[] = [
  'rem Usage: run it as an administrator, with the folder to make as its argument; without one it makes a folder',
  'rem iis-ssl-heal-evidence-COMPUTER beside itself. Ends with 0, 2 (usage), 3 (not elevated) or 4 (a part is missing).',
  'setlocal EnableExtensions DisableDelayedExpansion',
  '',
  'rem A 32-bit process sees SysWOW64 in place of System32: start again in the 64-bit cmd.',
  'if not exist "%SystemRoot%\\Sysnative\\cmd.exe" goto :native',
  '"%SystemRoot%\\Sysnative\\cmd.exe" /d /c call "%~f0" "%~1"',
  'exit /b %ERRORLEVEL%',
  '',
  ':native',
  'set "OUT=%~f1"',
  'if "%~1"=="" set "OUT=%~dp0iis-ssl-heal-evidence-%COMPUTERNAME%"',
  'if "%OUT:~-1%"=="\\" set "OUT=%OUT:~0,-1%"',
  'if not exist "%OUT%" goto :new',
  'echo "%OUT%" exists already: name a folder that does not.',
  'exit /b 2',
  '',
  ':new',
  `"${SYSTEM32}\\fltmc.exe" >nul 2>&1`,
  'if "%ERRORLEVEL%"=="0" goto :elevated',
  'echo This needs an elevated command prompt: right-click it and choose "Run as administrator".',
  'exit /b 3',
  '',
  ':elevated',
  'mkdir "%OUT%"',
  'if exist "%OUT%\\" goto :made',
  'echo "%OUT%" cannot be made.',
  'exit /b 2',
  '',
  ':made',
  'set "RESULT=0"',
  'set "SHARED="',
];

/** The key that a source exports. */
function keyOf(name: SourceName): string {
  const [request] = requestsOf(sources[name], { systemRoot: '', programData: '' });
  const [, key] = request?.kind === 'command' ? request.command.args : [];
  if (typeof key !== 'string') throw new Error(`the request for ${request?.folderFile} names no key`);
  return key;
}

/** The key above it, and its own name. */
function aboveAndName(name: SourceName): readonly [above: string, name: string] {
  const key = keyOf(name);
  const at = key.lastIndexOf('\\');
  return [key.slice(0, at), key.slice(at + 1)];
}

const [STORES, MY] = aboveAndName('storeMy');

/** Every profile of the list. reg prints in the code page that `for /f` reads, so a name survives as far as that goes. */
export const PROFILES: readonly string[] = [
  `${REG} "query" "${keyOf('profiles')}" >${TEMPORARY} 2>nul`,
  `for /f "usebackq delims=" %%K in (${TEMPORARY}) do call :profile "%%K"`,
];

/** The end of the main part. */
export const AFTER: readonly string[] = [
  `del ${TEMPORARY} ${TEMPORARY_2} ${TEMPORARY_3} >nul 2>&1`,
  '',
  'echo.',
  'echo The evidence lies in "%OUT%".',
  'echo No private key is in it: of key files only the names were taken.',
  'echo WARNING: applicationHost.config and redirection.config in it were copied as they are and may hold passwords.',
  'echo Before the folder leaves your hands, run where Node is installed: iis-ssl-heal collect --redact FOLDER',
  'if defined SHARED echo The configuration is shared: copy applicationHost.config from the share into the folder yourself.',
  `if exist "%OUT%\\${KEY_FOLDERS_UNREAD}" echo Not all folders of key files could be listed: see ${KEY_FOLDERS_UNREAD}.`,
  'exit /b %RESULT%',
  '',
];

/**
 * What is called. A user's private keys are sealed with what lies in Protect\\<SID> of the profile (DPAPI). Of his store,
 * where he lays what he likes, only small files with the name of a thumbprint are copied, and no link is followed: a
 * junction to other keys must not be mailed.
 */
export const SUBROUTINES: readonly string[] = [
  'if not exist "%STORE%\\" exit /b 0',
  'if defined LINKED echo Not collected (a link): "%LINKED%"',
  'if defined LINKED exit /b 0',
  'mkdir "%OUT%\\profiles\\%SID%\\My" 2>nul',
  `dir /b /a-d "%STORE%" >${TEMPORARY_3} 2>nul`,
  `for /f "usebackq delims=" %%F in (${TEMPORARY_3}) do call :certificate "%%F"`,
  'rem They are system files: without this, Explorer leaves them out of an archive.',
  `"${SYSTEM32}\\attrib.exe" -r -s -h "%OUT%\\profiles\\%SID%\\My\\*" >nul 2>&1`,
  'rem Nothing was copied: leave no empty folder.',
  'rmdir "%OUT%\\profiles\\%SID%\\My" "%OUT%\\profiles\\%SID%" >nul 2>&1',
  'exit /b 0',
  '',
  'rem A name of 40 hex digits, of at most 1 MB, and no link.',
  ':certificate',
  'set "NAME=%~1"',
  'if "%NAME:~39,1%"=="" exit /b 0',
  'if not "%NAME:~40,1%"=="" exit /b 0',
  'set "STRANGE="',
  'rem No name of a file holds a colon.',
  'for /f "eol=: delims=0123456789abcdefABCDEF" %%X in ("%NAME%") do if not "%%X"=="" set "STRANGE=1"',
  'if defined STRANGE exit /b 0',
  'for %%S in ("%STORE%\\%NAME%") do if %%~zS GTR 1048576 goto :too_large',
  'set "LINKED="',
  'call :one_folder "%STORE%\\%NAME%"',
  'if defined LINKED exit /b 0',
  `"${SYSTEM32}\\xcopy.exe" "%STORE%\\%NAME%" "%OUT%\\profiles\\%SID%\\My" /h /i /q /r /y <nul >nul 2>&1`,
  'exit /b 0',
  '',
  ':too_large',
  'echo Not collected (larger than 1 MB): "%STORE%\\%NAME%"',
  'exit /b 0',
  '',
  ':one_folder',
  'set "ATTRIBUTES=%~a1"',
  'if not "%ATTRIBUTES:l=%"=="%ATTRIBUTES%" set "LINKED=%~1"',
  'exit /b 0',
  '',
  ':profile',
  'set "SID=%~n1"',
  'if /i not "%SID:~0,4%"=="S-1-" exit /b 0',
  'set "PROFILE="',
  `${REG} "query" "%~1" "/v" "ProfileImagePath" >${TEMPORARY_2} 2>nul`,
  `for /f "usebackq tokens=1,2*" %%A in (${TEMPORARY_2}) do if /i "%%A"=="ProfileImagePath" set "PROFILE=%%C"`,
  'if not defined PROFILE exit /b 0',
  'if "%PROFILE:~0,1%"=="%%" call set "PROFILE=%PROFILE%"',
  'set "FOUND="',
  'if exist "%PROFILE%\\" if "%PROFILE:?=%"=="%PROFILE%" goto :one_profile',
  'call :beside "%PROFILE%"',
  `if not defined FOUND if not "%PROFILE:?=%"=="%PROFILE%" >>"%OUT%\\${KEY_FOLDERS_UNREAD}" echo %SID%`,
  'exit /b 0',
  '',
  'rem The code page has lost a letter of the path, or the folder is gone: it is the one with keys of that SID.',
  ':beside',
  'if not exist "%~dp1" exit /b 0',
  'pushd "%~dp1"',
  'for /d %%D in (*) do if exist "%%~fD\\AppData\\Roaming\\Microsoft\\Protect\\%SID%\\" call :found_profile "%%~fD"',
  'popd',
  'exit /b 0',
  '',
  ':found_profile',
  'set "PROFILE=%~1"',
  'set "FOUND=1"',
  'goto :one_profile',
  '',
  'rem Names only: no key file is opened. cmd /u writes UTF-16, so that no letter of a name is lost.',
  ':key_folder',
  'if not exist "%DIR%\\" exit /b 0',
  `${CMD} /d /u /c dir /b /s /a-d "%DIR%" >>"%OUT%\\${KEY_FILES}" 2>nul`,
  'dir /a "%DIR%" >nul 2>&1 && exit /b 0',
  `for %%D in ("%DIR%") do >>"%OUT%\\${KEY_FOLDERS_UNREAD}" echo %%~D`,
  'exit /b 0',
  '',
  'rem A configuration that is redirected lies on a share; the local file is then an old one.',
  ':look_for_share',
  'if not exist "%OUT%\\redirection.config" exit /b 0',
  `${FIND} "enabled" <"%OUT%\\redirection.config" >${TEMPORARY} 2>nul`,
  'call :look_for true',
  'call :look_for True',
  'call :look_for TRUE',
  'exit /b 0',
  '',
  ':look_for',
  `${FIND} "%~1" <${TEMPORARY} >nul 2>&1`,
  'if "%ERRORLEVEL%"=="0" set "SHARED=1"',
  'exit /b 0',
  '',
  'rem reg ends with 1 for a key that is closed too: a store is not there only where the list of stores lacks it.',
  ':no_store',
  'set "NAME=%~2"',
  'set "LISTED="',
  'set "CLOSED="',
  `${REG} "query" "${STORES}" >${TEMPORARY} 2>nul`,
  `for /f "usebackq delims=" %%K in (${TEMPORARY}) do call :one_store "%%K"`,
  'if not defined LISTED exit /b 0',
  'if defined CLOSED exit /b 0',
  `>"%~1" echo ${REG_HEADER}`,
  'exit /b 0',
  '',
  ':one_store',
  `if /i "%~nx1"=="${MY}" set "LISTED=1"`,
  'if /i "%~nx1"=="%NAME%" set "CLOSED=1"',
  'exit /b 0',
  '',
  'rem An empty file is no answer.',
  ':check',
  'for %%F in ("%~1") do if "%%~zF"=="0" del "%%~F"',
  'if exist "%~1" exit /b 0',
  'echo Not collected (%~2): "%~nx1"',
  'if "%~2"=="required" set "RESULT=4"',
  'exit /b 0',
];
