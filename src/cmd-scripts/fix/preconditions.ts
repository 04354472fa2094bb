// What must hold before the first change: the server, the session and the state that the plan was made for.

import { inetsrvFolder } from '../../model/server/places.ts';
import { checkLines, wanted } from './checks.ts';
import type { ScriptAbout } from './frame.ts';
import { type Lines, OUT, plain, quoted, remark, setTo, tool } from './lines.ts';
import { type ChangingStep, changing, foundBefore, type ScriptStep, subjectOf } from './steps.ts';

/** Why the next line may leave the script with 7, in words that hold nothing cmd could take for its own. */
const refuseWith = (reason: string): string => setTo('WHY', plain(reason));

const unlessSame = (variable: string, text: string, reason: string): Lines => [
  refuseWith(reason),
  `if /i not "%${variable}%"==${quoted(text)} goto :refused`,
];

const refusedUnlessHolds = (reason: string): Lines => [refuseWith(reason), 'if not defined HOLDS goto :refused'];

/** Whose server it is: both scripts ask this first. `programs` are full paths. */
export function serverLines(about: ScriptAbout, programs: readonly string[]): Lines {
  const { computer, machineGuid, places } = about;
  return [
    ...(computer === undefined
      ? [remark('The evidence does not say which computer it is from.')]
      : unlessSame('COMPUTERNAME', computer, `this computer is not ${computer}, which the plan was made for`)),
    ...unlessSame('SystemRoot', places.systemRoot, `Windows is not in ${places.systemRoot}`),
    ...unlessSame('ProgramData', places.programData, `ProgramData is not ${places.programData}`),
    ...programs.flatMap((path) => [
      refuseWith(`a program is missing: ${path.slice(path.lastIndexOf('\\') + 1, -1)}`),
      `if not exist ${path} goto :refused`,
    ]),
    refuseWith('this needs an elevated command prompt: right-click it and choose Run as administrator'),
    `${tool('fltmc')} >nul 2>&1`,
    'if not "%ERRORLEVEL%"=="0" goto :refused',
    ...(machineGuid === undefined ? [] : machineGuidLines(machineGuid)),
  ];
}

const machineGuidLines = (machineGuid: string): Lines => [
  setTo('KEY', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography'),
  'call :read_key',
  ...wanted(`MachineGuid  *REG_SZ  *${machineGuid} *$`),
  ...refusedUnlessHolds('the MachineGuid is another one: this is not the server that the plan was made for'),
];

/** The rest, for the repair. Its folder must not be there, and each thing must be as the evidence has it. */
export function planLines(about: ScriptAbout, steps: readonly ScriptStep[]): Lines {
  const changes = steps.flatMap((each) => changing(each) ?? []);
  return [
    ...sessionLines(about),
    refuseWith('this script has run before: run the undo script first'),
    'if exist "%STATE%" goto :refused',
    ...firstOfEach(changes).flatMap((each) => stateLines(each, about)),
  ];
}

/** The credential manager opens a user's key for its owner only, however elevated others are. */
function sessionLines({ session }: ScriptAbout): Lines {
  if (session === undefined) return [];
  return [
    'set "HOLDS=1"',
    `${tool('whoami')} "/user" "/fo" "csv" "/nh" >${quoted(OUT)} 2>nul`,
    'if not "%ERRORLEVEL%"=="0" set "HOLDS="',
    ...wanted(`${session.sid}.$`),
    ...refusedUnlessHolds(
      `the key opens for ${session.name} only (${session.sid}): run this in that user's elevated session`,
    ),
  ];
}

/** Later steps find what earlier ones leave. */
function firstOfEach(changes: readonly ChangingStep[]): readonly ChangingStep[] {
  const seen = new Set<string>();
  return changes.filter((each) => {
    const subject = subjectOf(foundBefore(each));
    if (seen.has(subject)) return false;
    seen.add(subject);
    return true;
  });
}

function stateLines(change: ChangingStep, about: ScriptAbout): Lines {
  const check = foundBefore(change);
  const shared = change.step.do.kind === 'edit-file' ? notSharedLines(about) : [];
  return [
    ...shared,
    ...checkLines(check),
    ...refusedUnlessHolds(`not as it was when the plan was made: ${subjectOf(check)}`),
  ];
}

/** A configuration that is redirected belongs to other servers too, and the local file is not the live one. */
function notSharedLines({ places }: ScriptAbout): Lines {
  const redirection = quoted(`${inetsrvFolder(places)}\\config\\redirection.config`);
  return [
    refuseWith('the configuration is shared with other servers: it is not edited from here'),
    `if exist ${redirection} ${tool('findstr')} /r /i /c:"enabled *= *.true" ${redirection} >nul 2>&1 && goto :refused`,
  ];
}
