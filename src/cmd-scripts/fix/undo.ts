// The script that takes a repair back: newest step first, each only where the server is as the step left it.

import type { Plan } from '../../model/repair/plan.ts';
import { inetsrvFolder } from '../../model/server/places.ts';
import { actionLines } from './actions.ts';
import { type Check, checkLines } from './checks.ts';
import { cleanupLines, headLines, refusedLines, type ScriptAbout } from './frame.ts';
import { type Lines, plain, quoted, remark, say, setTo } from './lines.ts';
import { serverLines } from './preconditions.ts';
import { begunFile, type ChangingStep, changing, exportedFile, foundAgain, leftAgain, numbered } from './steps.ts';
import { SUBROUTINES } from './subroutines.ts';

/** The whole undo script. */
export function undoLines(
  plans: readonly Plan[],
  about: ScriptAbout,
  state: string,
  programs: readonly string[],
  transferFiles: readonly string[],
): Lines {
  const changes = numbered(plans)
    .flatMap((each) => changing(each) ?? [])
    .reverse();
  return [
    ...headLines(about, state, 'Takes back what the repair script beside it has changed.'),
    '',
    ...serverLines(about, programs),
    ...changes.flatMap((change, index) => stepLines(change, changes[index + 1], about)),
    '',
    ':end',
    'call :cleanup',
    'if not defined LEFT if exist "%STATE%\\" rd /s /q "%STATE%"',
    'echo.',
    'if defined CHANGED echo Taken back: every step was read back.',
    'if not defined CHANGED echo There was nothing to take back.',
    'exit /b 0',
    '',
    ':failed',
    'call :cleanup',
    'echo.',
    'echo Stopped: step %STEP% could not be taken back. Newer steps were; older ones were not touched.',
    'exit /b 6',
    ...refusedLines,
    ...cleanupLines(transferFiles),
    ...SUBROUTINES,
  ];
}

/** Neither as it was found nor as it was left: somebody has changed it since, and that is not ours to overwrite. */
function stepLines(change: ChangingStep, next: ChangingStep | undefined, about: ScriptAbout): Lines {
  const { number, step, undo } = change;
  const begun = quoted(begunFile(number));
  const after = next === undefined ? 'end' : `undo_${next.number}`;
  const found = checkLines(foundAgain(change));
  return [
    '',
    `:undo_${number}`,
    remark(`---- Takes back step ${number}: ${step.title}`),
    `if not exist ${begun} goto :${after}`,
    `set "STEP=${number}"`,
    say(`Step ${number}: ${step.title}`),
    ...found,
    `if defined HOLDS goto :undone_${number}`,
    ...checkLines(leftAgain(change)),
    ...midwayLines(change),
    setTo('WHY', plain(reason(change))),
    'if not defined HOLDS goto :refused',
    ...(undo.do.kind === 'restore-file' ? sameOthersLines(change, about) : []),
    'set "CHANGED=1"',
    ...actionLines(undo.do, 'failed', exportedFile(number)),
    ...found,
    'if not defined HOLDS goto :failed',
    `:undone_${number}`,
    `del /f /q ${begun}`,
  ];
}

/** What IIS leaves where the binding of a record was changed back: its own record, or none. */
function midwayLines({ step: { holds }, number }: ChangingStep): Lines {
  if (holds.kind !== 'record-is' || holds.midway === undefined) return [];
  const { midway, record } = holds;
  const other = (check: Check) => [`if defined HOLDS goto :left_${number}`, ...checkLines(check)];
  return [
    ...midway.flatMap((each) => other({ kind: 'record-is', record: each })),
    ...other({ kind: 'record-absent', endpoint: record.endpoint }),
    `:left_${number}`,
  ];
}

function reason({ step, undo }: ChangingStep): string {
  const { do: action } = undo;
  const kept = action.kind === 'restore-file' ? `; the file as it was is ${action.from}` : '';
  return `neither as the repair found it nor as it left it: ${step.title}${kept}`;
}

/** A named backup holds more files than the one we changed, and restoring it must not take those back in time. */
function sameOthersLines({ undo, number }: ChangingStep, { places }: ScriptAbout): Lines {
  if (undo.do.kind !== 'restore-file') return [];
  const name = undo.do.through?.[0]?.args.at(-1);
  if (typeof name !== 'string') throw new Error('a restore without a backup');
  const inetsrv = inetsrvFolder(places);
  return ['administration.config', 'redirection.config'].flatMap((file) => {
    const kept = `${inetsrv}\\backup\\${name}\\${file}`;
    return [
      'set "HOLDS=1"',
      `if not exist ${quoted(kept)} goto :${file.slice(0, 5)}_${number}`,
      ...checkLines({ kind: 'same-bytes', one: `${inetsrv}\\config\\${file}`, other: kept }),
      setTo('WHY', plain(`${file} was changed since the backup ${name}: put applicationHost.config back by hand`)),
      'if not defined HOLDS goto :refused',
      `:${file.slice(0, 5)}_${number}`,
    ];
  });
}
