// The program as a person starts it: in this process, which is ten times as fast, or built and as a process of its own. That
// both say the same is what test/cli/own-process.test.ts holds. And a TLS client that knows nothing of it.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { runLine } from '../../src/cli/run-line.ts';
import { streamsOf } from '../../src/commands/streams.ts';
import type { Disk } from '../../src/lab/disk/disk.ts';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { newLab as newLabInMemory } from './new-lab.ts';
import { handOutKeys } from './ready-keys.ts';
import { scratchFolder } from './scratch-folder.ts';
import { STOPPING } from './stopping.ts';

/** The entry file that a user starts. */
export const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'iis-ssl-heal.cjs');

/** What a run left: its exit code and what it printed. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command line to its end, without a terminal, in this process: one at a time. What the lab's Task Scheduler starts
 * is the program itself, and prints into the stderr of whoever has started it: such a command is a process of its own.
 */
export async function heal(...args: readonly string[]): Promise<Ended> {
  const startsOthers = args[0] === 'lab' && args[1] !== 'create' && !args.includes('--help');
  if (startsOthers || args.includes('--version')) return healAlone(...args);
  const out: string[] = [];
  const err: string[] = [];
  const streams = streamsOf({
    stdin: {},
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    env: process.env,
  } as unknown as NodeJS.Process);
  const givenBack = [takeStderr(err), handOutKeys()];
  try {
    return { code: await runLine(args, streams, STOPPING), out: out.join(''), err: err.join('') };
  } finally {
    for (const giveBack of givenBack) giveBack();
  }
}

/** The list of running repairs goes to the stderr of the process. */
function takeStderr(err: string[]): () => void {
  const { stderr } = process;
  const { write } = stderr;
  stderr.write = (text: string | Uint8Array, ...rest: readonly unknown[]) => {
    err.push(String(text));
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return () => {
    stderr.write = write;
  };
}

/** Runs the built program to its end, without a terminal. */
export function healAlone(...args: readonly string[]): Promise<Ended> {
  return healWith('', ...args);
}

/** The same with something on stdin. */
export function healWith(input: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROGRAM, ...args], { maxBuffer: 1 << 26 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
    child.stdin?.end(input);
  });
}

/** A folder of its own, gone after the run. */
export const newFolder = (): string => mkdtempSync(join(scratchFolder(), 'test-'));

const made = new Map<string, MemoryDisk>();

/** A lab with these faults in a folder of its own, as `lab create` makes it; each is made once, since its keys take long. */
export async function newLab(...faults: readonly string[]): Promise<string> {
  const name = faults.join();
  const disk = made.get(name) ?? newLabInMemory({ faults }).disk;
  made.set(name, disk);
  return laidOut(disk);
}

/** The same of a lab that was made in memory. */
export function laidOut(disk: MemoryDisk): string {
  const lab = join(newFolder(), 'lab');
  copyBelow('C:', disk, folderDisk(lab));
  return lab;
}

function copyBelow(folder: string, from: Disk, to: Disk): void {
  const { files, folders } = from.list(`${folder}\\`) ?? { files: [], folders: [] };
  for (const path of folders.map((name) => `${folder}\\${name}`)) {
    to.makeFolder(path);
    copyBelow(path, from, to);
  }
  for (const path of files.map((name) => `${folder}\\${name}`)) to.write(path, from.read(path) ?? Buffer.alloc(0));
}

/** Every file below a folder with the SHA-256 of its bytes, and every folder: what "changed nothing" is measured by. */
export function snapshot(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path, hashOf(path)]),
  );
}

function hashOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return 'folder';
  }
}

/** applicationHost.config of a lab. */
export const configOf = (lab: string): string =>
  join(lab, 'Windows', 'System32', 'inetsrv', 'config', 'applicationHost.config');

/** The registry of a lab, without the proofs of the data folder: they stay, as the folder itself does. */
export function registryOf(lab: string): unknown {
  const keys = JSON.parse(readFileSync(join(lab, 'registry.json'), 'utf8')) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(keys).filter(([key]) => key !== PROOFS));
}

const PROOFS = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\iis-ssl-heal';

interface Endpoint {
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
}

/** Thumbprints that an outside client gets, by endpoint; undefined where no handshake comes about. */
export async function clientSees(lab: string): Promise<Record<string, string | undefined>> {
  const server = spawn(process.execPath, [PROGRAM, 'lab', 'serve', lab], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const { endpoints } = JSON.parse(await firstLine(server)) as { endpoints: readonly Endpoint[] };
    const seen = endpoints.map(async (each) => [each.endpoint, await thumbprint(each)] as const);
    return Object.fromEntries(await Promise.all(seen));
  } finally {
    server.kill();
  }
}

function firstLine(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: server.stdout! }).once('line', resolve);
    server.once('exit', (code) => reject(new Error(`lab serve ended with ${code}`)));
  });
}

function thumbprint({ endpoint, host, port }: Endpoint): Promise<string | undefined> {
  const name = endpoint.slice(0, endpoint.lastIndexOf(':'));
  const servername = /[a-z]/i.test(name) && !name.startsWith('[') ? name : '';
  return new Promise((resolve) => {
    const socket = connect({ host, port, servername, rejectUnauthorized: false });
    const end = (result: string | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('secureConnect', () => end(socket.getPeerCertificate().fingerprint.replaceAll(':', '')));
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
  });
}

/** Registers the self-heal task, with settings that spare a test the healthy delay. */
export async function scheduleIn(lab: string, ...more: readonly string[]): Promise<void> {
  const { code, err } = await heal('schedule', 'install', '--lab', lab, ...more);
  if (code !== 0) throw new Error(err);
  writeFileSync(join(lab, 'ProgramData/iis-ssl-heal/config.json'), '{ "formatVersion": 1, "healthyMinutes": 0 }');
}
