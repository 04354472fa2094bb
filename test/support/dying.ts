// The built program, killed by a real signal at a change that a seed has chosen.

import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MemoryDisk, memoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { type Ended, newFolder, PROGRAM } from './program.ts';

/** Where the program dies. */
export interface Death {
  /** Which change on the lab's disk, from 0. */
  readonly at: number;
  /** In the middle of a file that is written there, not before it. */
  readonly torn?: boolean;
  readonly by?: 'SIGKILL' | 'SIGINT';
}

/** How a process ended, by its own code or by a signal. */
export interface Died {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly err: string;
}

/** Runs the program on a lab until it dies there. */
export function dies(lab: string, death: Death, ...args: readonly string[]): Promise<Died> {
  return watched(lab, args, {
    DIES_AT: String(death.at),
    DIES_BY: death.by ?? 'SIGKILL',
    ...(death.torn && { DIES_TORN: '1' }),
  });
}

/** What a whole run changes on the disk of a copy of the lab, in order: `renameSync <path>`. */
export async function changesOf(lab: string, ...args: readonly string[]): Promise<readonly string[]> {
  const trace = join(newFolder(), 'trace');
  const { code, err } = await watched(lab, args, { DIES_AT: 'never', DIES_TRACE: trace });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`);
  return readFileSync(trace, 'utf8').split('\n');
}

/** Where those changes begin that a run makes to the server: behind the first entry of its journal. */
export const firstOfRun = (changes: readonly string[]): number =>
  changes.findIndex((change) => change.endsWith('/0000-run.json')) + 1;

function watched(lab: string, args: readonly string[], how: Readonly<Record<string, string>>): Promise<Died> {
  const preload = join(import.meta.dirname, 'dies-at.cjs');
  const command = ['--require', preload, PROGRAM, ...args, '--lab', lab];
  const env = { ...process.env, ...how, DIES_BELOW: lab };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { env, maxBuffer: 1 << 26 }, (error, _out, err) => {
      const code = error === null ? 0 : error.code;
      resolve({ code: typeof code === 'number' ? code : undefined, signal: error?.signal, err });
    });
    child.stdin?.end();
  });
}

/** The arguments of the command that an end in 6 names; it throws where there is none. */
export function advised({ out, err }: Ended): readonly string[] {
  const advice = /^ *iis-ssl-heal (.*?)(?: --lab .*)?$/m.exec(`${out}\n${err}`)?.[1];
  if (advice === undefined) throw new Error(`it names no command that helps:\n${out}${err}`);
  return advice.trim().split(/\s+/);
}

/** A copy of a lab in a folder of its own. */
export function copyOf(lab: string): string {
  const copy = join(newFolder(), 'lab');
  cpSync(lab, copy, { recursive: true });
  return copy;
}

/** The disk of a lab as it is now, to look at in this process. */
export function diskOf(lab: string): MemoryDisk {
  const disk = memoryDisk();
  for (const entry of readdirSync(lab, { recursive: true, withFileTypes: true })) {
    const host = join(entry.parentPath, entry.name);
    const path = `C:\\${host.slice(lab.length + 1).replaceAll('/', '\\')}`;
    disk.makeFolder(entry.isDirectory() ? path : path.slice(0, path.lastIndexOf('\\')));
    if (entry.isFile()) disk.write(path, readFileSync(host));
  }
  return disk;
}
