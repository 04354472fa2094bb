// The program as it is installed: in a folder that only administrators can change, since it repairs from no other.

import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ended } from './fault.ts';

/** What is started, with the arguments that come before all others. */
export interface Installed {
  readonly command: string;
  readonly before: readonly string[];
}

/** Where the whole run has its things: below Program Files, and shut to all but Administrators and SYSTEM. */
export const runFolder = (): string => `${process.env.ProgramFiles ?? 'C:\\Program Files'}\\iis-ssl-heal-acceptance`;

/** Makes that folder, and puts the program into it: the .exe where one is given, else this node.exe with what was built in `root`. */
export function install(folder: string, root: string, exe: string | undefined): Installed {
  mkdirSync(folder, { recursive: true });
  const shut = ['/inheritance:r', '/grant:r', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F'];
  const system32 = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');
  const { status } = spawnSync(join(system32, 'icacls.exe'), [folder, ...shut], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${folder} could not be shut`);
  if (exe !== undefined) {
    const command = join(folder, basename(exe));
    copyFileSync(exe, command);
    return { command, before: [] };
  }
  for (const name of ['bin', 'dist']) cpSync(join(root, name), join(folder, name), { recursive: true });
  const command = join(folder, 'node.exe');
  copyFileSync(process.execPath, command);
  return { command, before: [join(folder, 'bin', 'iis-ssl-heal.cjs')] };
}

/** Longer than any repair. */
const LIMIT_MS = 15 * 60_000;

/** Runs it to its end, without a terminal. */
export function start({ command, before }: Installed, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, out: out.join(''), err: err.join('') }));
  });
}
