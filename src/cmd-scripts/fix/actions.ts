// An action of a plan as lines. They fail by going to a label; whether it was done is read back by whoever asked for it.

import type { Action } from '../../model/repair/plan.ts';
import { entryKey } from './checks.ts';
import { commandLine, folderInQuotes, type Lines, literally, OUT, quoted, tool, unlessZero } from './lines.ts';
import { commandsOf } from './steps.ts';

/** No program may wait for an answer that nobody gives. */
const NO_INPUT = '<nul';

/** What a PFX that holds a key shows in any language: the line that names its provider. */
const NAMES_A_PROVIDER = ' = .*Provider';

/** Does the action; goes to `failed` where what it made cannot be read back otherwise. `kept` is the entry's export. */
export function actionLines(action: Action, failed: string, kept: string): Lines {
  switch (action.kind) {
    case 'make-private-folder':
      return [...folderLines(action.path), `${commandLine(action.command)} ${NO_INPUT}`, unlessZero(failed)];
    case 'copy-file':
      return [...folderLines(parent(action.to)), `copy /b /y ${quoted(action.from)} ${quoted(action.to)} >nul`];
    case 'check-pfx':
      return checkPfxLines(action, failed);
    case 'remove-file':
      return [`if exist ${quoted(action.path)} del /f /q ${quoted(action.path)}`];
    case 'restore-store-entry':
      return [`${tool('reg')} "import" ${quoted(kept)} ${NO_INPUT}`];
    case 'run':
    case 'edit-file':
    case 'restore-file':
      return commandsOf(action).map((command) => `${commandLine(command)} ${NO_INPUT}`);
    case 'write-pfx':
    case 'write-file':
    case 'keep-store-entry':
      throw new Error(`a cmd script has no lines for ${action.kind}`);
  }
}

const parent = (path: string): string => path.slice(0, path.lastIndexOf('\\'));

/** Makes a folder where there is none. */
const folderLines = (path: string): Lines => [`if not exist ${folderInQuotes(path)} mkdir ${quoted(path)}`];

/** The digits of the thumbprint stand together, or in pairs on older servers; words around them are translated. */
function checkPfxLines({ path, password, thumbprint }: Extract<Action, { kind: 'check-pfx' }>, failed: string): Lines {
  const digits = thumbprint.toLowerCase();
  const pairs = digits.match(/../g)?.join(' ') ?? '';
  return [
    `${commandLine({ program: 'certutil', args: ['-p', password, '-dump', path] })} >${quoted(OUT)} 2>nul ${NO_INPUT}`,
    unlessZero(failed),
    `${tool('findstr')} /r /i /c:"${literally(digits)}" /c:"${literally(pairs)}" ${quoted(OUT)} >nul`,
    unlessZero(failed),
    `${tool('findstr')} /r /i /c:"${NAMES_A_PROVIDER}" ${quoted(OUT)} >nul`,
    unlessZero(failed),
  ];
}

/** Keeps the entry's bytes for the undo script; `reg export` writes them exactly. */
export const keepEntryLines = (
  { store, thumbprint }: Extract<Action, { kind: 'restore-store-entry' }>,
  file: string,
  failed: string,
): Lines => [
  `${tool('reg')} "export" ${quoted(entryKey(store, thumbprint))} ${quoted(file)} "/y" >nul 2>&1`,
  unlessZero(failed),
  `if not exist ${quoted(file)} goto :${failed}`,
];
