// Plans as a cmd script for a server that cannot run this program (IIS 7 to 8.5, no PowerShell, no Node), and the script
// that takes it back. Pure. ASCII, CRLF; every program by its full path, every argument quoted.

import { groupBy } from '../../model/once.ts';
import type { Plan } from '../../model/repair/plan.ts';
import { makePrivate, ownByAdministrators } from '../../windows-commands/icacls.ts';
import { actionLines, keepEntryLines } from './actions.ts';
import { checkLines } from './checks.ts';
import { cleanupLines, headLines, inStateFolder, refusedLines, type ScriptAbout, stateFolder } from './frame.ts';
import { commandLine, type Lines, quoted, remark, STATE, say, tool, unlessZero } from './lines.ts';
import { planLines, serverLines } from './preconditions.ts';
import {
  begunFile,
  changing,
  commandsOf,
  exportedFile,
  leftFile,
  leftNow,
  numbered,
  type ScriptStep,
} from './steps.ts';
import { SUBROUTINES } from './subroutines.ts';
import { undoLines } from './undo.ts';

export { unscriptable } from './steps.ts';

/** Both scripts, as they are written to files. */
export interface FixScript {
  readonly fix: string;
  readonly undo: string;
}

/** Plans must be ones that `unscriptable` has nothing against. */
export function fixScript(given: readonly Plan[], about: ScriptAbout): FixScript {
  const state = stateFolder(given, about);
  const plans = inStateFolder(given, about);
  const undo = undoLines(plans, about, state, programsOf(plans), transferFiles(plans));
  return { fix: written(fixLines(plans, about, state)), undo: written(undo) };
}

const written = (lines: Lines): string => lines.map((line) => `${line}\r\n`).join('');

function fixLines(plans: readonly Plan[], about: ScriptAbout, state: string): Lines {
  const steps = numbered(plans);
  const byPlan = groupBy(steps, ({ plan }) => plan);
  return [
    ...headLines(about, state, 'Repairs HTTPS on IIS.'),
    '',
    ...aboutLines(plans, about),
    '',
    remark('---- What must hold before the first change'),
    ...serverLines(about, programsOf(plans)),
    ...planLines(about, steps),
    '',
    remark('---- The folder of all files of this script, fresh, and closed to all but administrators'),
    'set "STEP=0"',
    ...stateLines,
    ...(transferFiles(plans).length === 0 ? [] : passwordLines),
    ...plans.flatMap((plan, index) => planStepLines(plan, index, byPlan.get(plan) ?? [], steps.length)),
    '',
    'call :cleanup',
    'if defined LEFT exit /b 6',
    'echo.',
    'echo Done: every step was read back. Open the sites in a browser to see that HTTPS answers.',
    'echo To take it back: "%~dpn0.undo.cmd"',
    'exit /b 0',
    '',
    ':failed',
    'call :cleanup',
    'if defined MADE if not defined CHANGED if not defined LEFT rd /s /q "%STATE%"',
    'echo.',
    `echo Stopped: step %STEP% of ${steps.length} did not do what it should. The steps before it were done.`,
    'if not defined CHANGED echo Nothing of the server was changed.',
    'if not defined CHANGED if not defined LEFT exit /b 1',
    'echo Take it back with "%~dpn0.undo.cmd".',
    'exit /b 6',
    ...refusedLines,
    ...cleanupLines(transferFiles(plans)),
    ...SUBROUTINES,
  ];
}

function aboutLines(plans: readonly Plan[], { notInScript }: ScriptAbout): Lines {
  const words = [
    ...plans.flatMap((plan) => [
      `${plan.title}: ${plan.finding.subject}`,
      ...plan.effects.map((effect) => `  ${effect}`),
    ]),
    ...notInScript.map(({ subject, why }) => `not in this script: ${subject}: ${why}`),
  ];
  return [...words.map(remark), 'echo.', ...words.map(say), 'echo.'];
}

/** Transfer files hold a private key: they are what a step makes whose undo removes it again. */
const transferFiles = (plans: readonly Plan[]): readonly string[] => [
  ...new Set(
    plans.flatMap(({ steps }) =>
      steps.flatMap(({ undo }) =>
        undo !== 'none' && 'do' in undo && undo.do.kind === 'remove-file' ? [undo.do.path] : [],
      ),
    ),
  ),
];

function programsOf(plans: readonly Plan[]): readonly string[] {
  const commands = plans.flatMap(({ steps }) => steps.flatMap(({ do: action }) => commandsOf(action)));
  const theirs = commands.map(({ program }) => commandLine({ program, args: [] }));
  const ours = (['fc', 'findstr', 'fltmc', 'ping', 'reg', 'sc', 'whoami'] as const).map(tool);
  const always = commandLine({ program: 'icacls', args: [] });
  return [...new Set([...ours, always, ...theirs])].sort();
}

/** One that is there already is never taken; it is closed while nothing is in it. */
const stateLines: Lines = [
  'mkdir "%STATE%" >nul 2>&1 && goto :fresh',
  'goto :failed',
  ':fresh',
  'set "MADE=1"',
  ...[ownByAdministrators(STATE), makePrivate(STATE)].flatMap((command) => [
    `${commandLine(command)} >nul 2>&1`,
    unlessZero('failed'),
  ]),
];

/** For as long as the transfer file is there: nobody but administrators can reach it, and nobody has to know it. */
const passwordLines: Lines = ['set "PASSWORD=%RANDOM%%RANDOM%%RANDOM%%RANDOM%%RANDOM%%RANDOM%%RANDOM%%RANDOM%"'];

function planStepLines(plan: Plan, index: number, steps: readonly ScriptStep[], total: number): Lines {
  return [
    '',
    remark(`==== Plan ${index + 1}: ${plan.title}`),
    ...steps.flatMap((each) => stepLines(each, total)),
    ...transferFiles([plan]).map((path) => `if exist ${quoted(path)} del /f /q ${quoted(path)}`),
  ];
}

function stepLines(scriptStep: ScriptStep, total: number): Lines {
  const { number, step } = scriptStep;
  const left = leftNow(scriptStep);
  const isPatient = step.do.kind === 'run' && step.do.patient === true;
  return [
    '',
    remark(`---- Step ${number} of ${total}: ${step.title}`),
    `set "STEP=${number}"`,
    say(`[${number}/${total}] ${step.title}`),
    ...beginLines(scriptStep),
    ...(isPatient ? patientLines(scriptStep) : actionLines(step.do, 'failed', '')),
    ...(step.do.kind === 'edit-file' ? [`copy /b /y ${quoted(step.do.path)} ${quoted(leftFile(number))} >nul`] : []),
    ...(left === undefined || isPatient ? [] : [...checkLines(left), 'if not defined HOLDS goto :failed']),
  ];
}

/** What the undo script needs is kept before the step changes anything. */
function beginLines(scriptStep: ScriptStep): Lines {
  const changed = changing(scriptStep);
  if (changed === undefined) return [];
  const begun = quoted(begunFile(changed.number));
  const action = changed.undo.do;
  const kept =
    action.kind === 'restore-store-entry' ? keepEntryLines(action, exportedFile(changed.number), 'failed') : [];
  return [...kept, `>${begun} echo begun`, `if not exist ${begun} goto :failed`, 'set "CHANGED=1"'];
}

/** A key that was imported a moment ago may not be ready yet: five tries within a quarter of a minute. */
function patientLines(scriptStep: ScriptStep): Lines {
  const { number, step } = scriptStep;
  const left = leftNow(scriptStep);
  return [
    'set "TRIES=0"',
    `:again_${number}`,
    ...actionLines(step.do, 'failed', ''),
    ...(left === undefined ? [] : checkLines(left)),
    `if defined HOLDS goto :done_${number}`,
    'set /a TRIES+=1',
    'if %TRIES% GEQ 5 goto :failed',
    `${tool('ping')} "-n" "4" "127.0.0.1" >nul`,
    `goto :again_${number}`,
    `:done_${number}`,
  ];
}
