// The beginning and the end that both scripts share.

import { createHash } from 'node:crypto';
import type { Plan } from '../../model/repair/plan.ts';
import type { Places } from '../../model/server/evidence.ts';
import { dataFolder } from '../../model/server/places.ts';
import { type Lines, OUT, quoted, remark, STATE, setTo } from './lines.ts';

/**
 * The folder of all files of the two scripts, named after the plans. It lies where only administrators can make one: below
 * ProgramData a user could have made it first, and the undo script would import what he has put there.
 */
export function stateFolder(plans: readonly Plan[], about: ScriptAbout): string {
  const name = createHash('sha256')
    .update(JSON.stringify([plans, about.collectedAt]))
    .digest('hex')
    .slice(0, 12);
  return `${about.places.systemRoot}\\iis-ssl-heal-${name}`;
}

/** The plans with their own files in that folder; this program's folder below ProgramData is none of a script's. */
export function inStateFolder(plans: readonly Plan[], { places }: ScriptAbout): readonly Plan[] {
  const folder = dataFolder(places);
  const moved = (_key: string, value: unknown) =>
    typeof value === 'string' && (value === folder || value.startsWith(`${folder}\\`))
      ? STATE + value.slice(folder.length)
      : value;
  return JSON.parse(JSON.stringify(plans), moved) as readonly Plan[];
}

/** Up to the first question. An inherited variable called ERRORLEVEL or RANDOM would hide cmd's own. */
export const headLines = (about: ScriptAbout, state: string, title: string): Lines => [
  '@echo off',
  remark(
    `${title} Made by iis-ssl-heal ${about.version} from evidence of ${about.collectedAt}. Read it before you run it.`,
  ),
  remark('Exit codes: 0 done, 1 stopped before anything was changed, 6 stopped half-way, 7 refused.'),
  'setlocal EnableExtensions DisableDelayedExpansion',
  'set "ERRORLEVEL="',
  'set "RANDOM="',
  '',
  remark('A 32-bit process sees SysWOW64 in place of System32: start again in the 64-bit cmd.'),
  'if not exist "%SystemRoot%\\Sysnative\\cmd.exe" goto :native',
  '"%SystemRoot%\\Sysnative\\cmd.exe" /d /c call "%~f0"',
  'exit /b',
  '',
  ':native',
  setTo('STATE', state),
  'set "OUT=%TEMP%\\iis-ssl-heal-%RANDOM%-%RANDOM%.tmp"',
  'set "CHANGED="',
  'set "MADE="',
  'set "STEP=0"',
];

/** Deletes what must not stay: transfer files that hold a key, and what was read back. */
export const cleanupLines = (transferFiles: readonly string[]): Lines => [
  '',
  ':cleanup',
  ...transferFiles.map((path) => `if exist ${quoted(path)} del /f /q ${quoted(path)}`),
  ...['', '.2'].map((end) => `if exist ${quoted(OUT + end)} del /f /q ${quoted(OUT + end)}`),
  'set "PASSWORD="',
  'set "LEFT="',
  ...transferFiles.map((path) => `if exist ${quoted(path)} set "LEFT=1"`),
  'if defined LEFT echo A file with a private key could not be deleted: delete it by hand.',
  ...transferFiles.map((path) => `if exist ${quoted(path)} echo ${quoted(path)}`),
  'exit /b 0',
];

/** Where a condition before the first change does not hold. */
export const refusedLines: Lines = [
  '',
  ':refused',
  'call :cleanup',
  'echo.',
  'echo Refused: %WHY%.',
  'if defined CHANGED echo It stopped at step %STEP%; what was done before stays.',
  'if defined CHANGED exit /b 6',
  'echo Nothing was changed.',
  'exit /b 7',
];

/** Where the plans come from and whom they are for. */
export interface ScriptAbout {
  readonly version: string;
  /** ISO 8601: when the evidence was collected. */
  readonly collectedAt: string;
  readonly places: Places;
  /** NetBIOS name of the server, where the evidence has it. */
  readonly computer?: string;
  readonly machineGuid?: string;
  /** Whose session it takes, where a key opens for one user only. */
  readonly session?: { readonly sid: string; readonly name: string };
  readonly notInScript: readonly { readonly subject: string; readonly why: string }[];
}
