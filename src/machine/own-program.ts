// What a scheduled task must start to start us again.

import { win32 } from 'node:path';
import type { Machine } from './machine.ts';

/** Full paths. `entry` is the script that node.exe is given; a single .exe has none. */
export interface OwnProgram {
  readonly command: string;
  readonly entry?: string;
  readonly workingDirectory: string;
  /** Folders that code is loaded from; empty where the program lies on another computer than the server. */
  readonly folders: readonly string[];
}

/** Where a lab's server would have us: nothing is there, and nothing in a lab starts it. */
const ON_A_LAB = 'C:\\Program Files\\iis-ssl-heal';

/** The running program: the single .exe, or node and the entry file `bin\iis-ssl-heal.mjs` with `dist` beside its folder. */
export function ownProgram(machine: Machine, execPath = process.execPath, script = process.argv[1]): OwnProgram {
  if (machine.kind === 'lab')
    return { command: `${ON_A_LAB}\\iis-ssl-heal.exe`, workingDirectory: ON_A_LAB, folders: [] };
  const folder = win32.dirname(execPath);
  // A single .exe has its own name as argv[1], as it was typed.
  if (script === undefined || !/\.[cm]?js$/i.test(script))
    return { command: execPath, workingDirectory: folder, folders: [folder] };
  const bin = win32.dirname(script);
  const dist = win32.join(bin, '..', 'dist');
  return { command: execPath, entry: script, workingDirectory: bin, folders: [folder, bin, dist] };
}
