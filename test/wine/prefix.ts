// A Windows of Wine's making, in Windows 10 mode, and programs started in it.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** As plain data, since it travels from the set-up to the tests. */
export interface Prefix {
  readonly loader: string;
  readonly folder: string;
  /** The folder that is drive C:. */
  readonly drive: string;
}

/** What a program left. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const TIME_LIMIT_MS = 240_000;

/** The lab's programs in System32; reg.exe, cmd.exe and the rest are Wine's own. Wine has some of these too: `n,b` says that ours go first. */
export const LAB_PROGRAMS = [
  'certutil',
  'eventcreate',
  'icacls',
  'iisreset',
  'net',
  'netsh',
  'netstat',
  'sc',
  'schtasks',
  'takeown',
  'tasklist',
  'takeown',
  'wevtutil',
  'whoami',
];

/** The environment that makes Wine use this prefix. */
export function wineEnvironment({ folder }: Pick<Prefix, 'folder'>): NodeJS.ProcessEnv {
  const { DISPLAY: _, ...rest } = process.env;
  const programs = LAB_PROGRAMS.map((name) => `${name}.exe`).join(',');
  return {
    ...rest,
    LC_ALL: 'C.UTF-8',
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEPREFIX: folder,
    // Without the first three Wine asks for add-ons and makes menus.
    WINEDLLOVERRIDES: `mscoree=;mshtml=;winemenubuilder.exe=d;${programs}=n,b`,
  };
}

/** Makes one; takes seconds. */
export async function newPrefix(loader: string): Promise<Prefix> {
  const folder = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-wine-'));
  const prefix = { loader, folder, drive: join(folder, 'drive_c') };
  // It stays for a while after each program: starting it again would take seconds.
  tellServer(prefix, '-p60', ['nice', '-n', '-10']);
  await runIn(prefix, 'wineboot', ['-i']);
  // Wine 8 says that it is Windows 7, which no Node of ours starts on.
  await runIn(prefix, 'winecfg', ['-v', 'win10']);
  return prefix;
}

/** Ends every program of this prefix and removes it. */
export function removePrefix(prefix: Prefix): void {
  tellServer(prefix, '-k');
  rmSync(prefix.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** `before`: it is the kernel of this Windows, so that no program should keep it waiting; where that may not be, `nice` passes. */
function tellServer(prefix: Prefix, flag: string, before: readonly string[] = []): void {
  const names = ['wineserver', 'wineserver64'].map((name) => join(dirname(prefix.loader), name));
  const server = names.find((path) => existsSync(path)) ?? 'wineserver';
  const [program = server, ...args] = [...before, server, flag];
  spawnSync(program, args, { env: wineEnvironment(prefix), timeout: TIME_LIMIT_MS, stdio: 'ignore' });
}

/** Runs a program to its end. Its output goes to files: node.exe cannot write to a pipe of Linux. */
export function runIn(prefix: Prefix, program: string, args: readonly string[], limitMs = TIME_LIMIT_MS): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'wine-output-'));
  const [out, err] = [join(folder, 'out'), join(folder, 'err')];
  const files = [openSync(out, 'w'), openSync(err, 'w')] as const;
  const child = spawn(prefix.loader, [program, ...args], {
    env: wineEnvironment(prefix),
    // Drive C: is not there before the prefix is made.
    cwd: existsSync(prefix.drive) ? prefix.drive : prefix.folder,
    stdio: ['ignore', ...files],
    timeout: limitMs,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const file of files) closeSync(file);
      resolve({ code: code ?? -1, out: readFileSync(out, 'utf8'), err: readFileSync(err, 'utf8') });
      rmSync(folder, { recursive: true, force: true });
    });
  });
}
