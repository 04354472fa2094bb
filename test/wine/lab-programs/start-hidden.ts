// A program started without a console, as the task scheduler and services do.

import { spawnSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';

/** Starts it with CREATE_NO_WINDOW, its output in `outFile`, and writes its exit code to `codeFile`. */
export function startHidden(outFile: string, codeFile: string, program: string, args: readonly string[]): void {
  const out = openSync(outFile, 'w');
  const ran = spawnSync(program, args, { windowsHide: true, stdio: ['ignore', out, out] });
  writeFileSync(codeFile, String(ran.status));
}
