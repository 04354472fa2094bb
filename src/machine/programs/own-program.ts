// What a scheduled task must start to start us again.

import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, win32 } from 'node:path';
import type { Machine, OwnProgram } from '../machine.ts';

/** Where a lab's server has us: nothing is there, and the lab's Task Scheduler starts the running program instead. */
const ON_A_LAB = 'C:\\Program Files\\iis-ssl-heal';

/** The running program: the single .exe, or node and the entry file `bin\iis-ssl-heal.cjs` with `dist` beside its folder. */
export function ownProgram(machine: Machine, execPath = process.execPath, script = process.argv[1]): OwnProgram {
  if (machine.kind === 'lab')
    return { command: `${ON_A_LAB}\\iis-ssl-heal.exe`, workingDirectory: ON_A_LAB, folders: [] };
  const command = inLongNames(execPath);
  const folder = win32.dirname(command);
  const entry = entryFile(script);
  if (entry === undefined) return { command, workingDirectory: folder, folders: [folder] };
  const bin = win32.dirname(entry);
  const dist = win32.join(bin, '..', 'dist');
  return { command, entry, workingDirectory: bin, folders: [folder, bin, dist] };
}

/** Started as C:\\PROGRA~1\\..., it is the same program: a task that names it by its long name is not wrong. */
function inLongNames(path: string): string {
  if (!/~\d/.test(path)) return path;
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** The folder of the entry file, or of the single .exe: the full path, however it was called. */
export const ownFolder = (execPath = process.execPath, script = process.argv[1]): string =>
  dirname(entryFile(script) ?? execPath);

/**
 * The script that node runs, where it really lies: npm -g and npx start it through a link, whose name has no ending. A
 * single .exe has its own name there, as it was typed.
 */
export function entryFile(script = process.argv[1]): string | undefined {
  // As it was typed, a name is looked for nowhere: what lies in the current folder is not ours.
  const path = script !== undefined && isAbsolute(script) ? withoutLinks(script) : script;
  return path !== undefined && /\.[cm]?js$/i.test(path) ? path : undefined;
}

function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
