// Wine's cmd, reg, find, xcopy and attrib, where Wine is installed: programs of Windows that nobody here wrote.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Debian keeps it off the PATH when only the package wine64 is installed. */
const FOLDERS = ['/usr/lib/wine', ...(process.env.PATH ?? '').split(delimiter)];

/** The loader of 64-bit Wine; undefined where Wine is not installed. */
export const wine64: string | undefined = FOLDERS.map((folder) => join(folder, 'wine64')).find((path) =>
  existsSync(path),
);

const TIME_LIMIT_MS = 60_000;

/** A Windows of its own, as Wine makes it. */
export interface WinePrefix {
  /** The folder that is drive C:. */
  readonly drive: string;
  /** Runs a program with arguments to its end. */
  readonly run: (...args: readonly string[]) => { readonly code: number; readonly stdout: string };
  readonly remove: () => void;
}

/** Makes one: Wine takes seconds for the first of a run, and the others are its copies. */
export function winePrefix(loader: string): WinePrefix {
  const prefix = mkdtempSync(join(tmpdir(), 'wine-test-'));
  copyBelow(firstOfRun(loader), prefix);
  const { run, tellServer } = inPrefix(loader, prefix);
  // It stays for a while after each program: starting it again would take seconds.
  tellServer('-p60');
  return {
    drive: join(prefix, 'drive_c'),
    run,
    remove: () => {
      tellServer('-k');
      rmSync(prefix, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** What is started in the folder of a prefix. */
function inPrefix(loader: string, prefix: string) {
  const { DISPLAY: _, ...rest } = process.env;
  const env = {
    ...rest,
    LC_ALL: 'C.UTF-8',
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    WINEPREFIX: prefix,
    // Without these Wine asks for add-ons and makes menus.
    WINEDLLOVERRIDES: 'mscoree=;mshtml=;winemenubuilder.exe=d',
  };
  // Wine's own services live on and would hold a pipe open: the output goes to a file.
  const output = join(prefix, 'output.txt');
  const run = (...args: readonly string[]) => {
    const file = openSync(output, 'w');
    const ran = spawnSync(loader, args, { env, timeout: TIME_LIMIT_MS, stdio: ['ignore', file, 'ignore'] });
    closeSync(file);
    return { code: ran.status ?? -1, stdout: readFileSync(output, 'latin1') };
  };
  const folder = dirname(loader);
  const server = ['wineserver', 'wineserver64'].map((name) => join(folder, name)).find((path) => existsSync(path));
  const tellServer = (flag: string) =>
    spawnSync(server ?? 'wineserver', [flag], { env, timeout: TIME_LIMIT_MS, stdio: 'ignore' });
  return { run, tellServer };
}

/** Whoever comes first makes it, in the folder of the run; the other process waits. */
function firstOfRun(loader: string): string {
  const first = join(tmpdir(), 'wine-first');
  const ready = `${first}.ready`;
  try {
    mkdirSync(first);
  } catch {
    const until = Date.now() + TIME_LIMIT_MS;
    while (!existsSync(ready) && Date.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    return first;
  }
  const { run, tellServer } = inPrefix(loader, first);
  run('wineboot', '-i');
  // With its server goes the last of what it keeps in memory of the registry.
  tellServer('-k');
  tellServer('-w');
  writeFileSync(ready, '');
  return first;
}

/** Programs and libraries, which are most of it and which nobody writes, are shared. */
function copyBelow(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isDirectory()) {
      mkdirSync(target);
      copyBelow(source, target);
    } else if (/\.(?:dll|exe|drv|sys|ocx|cpl)$/i.test(entry.name)) linkSync(source, target);
    else if (entry.isFile()) copyFileSync(source, target);
  }
}

/** A program that ends with 0 and does nothing that matters, under the name of one that Wine lacks. */
export function addHarmlessProgram({ drive }: WinePrefix, name: string): void {
  const system32 = join(drive, 'windows', 'system32');
  const program = readFileSync(join(system32, 'hostname.exe'));
  // With this mark Wine would look for a program of its own by that name.
  const mark = program.indexOf('Wine builtin DLL');
  program.fill(' ', mark, mark + 16);
  writeFileSync(join(system32, name), program);
}
