// The built program as a child process, and a TLS client that knows nothing of it.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { afterAll } from 'vitest';

/** The entry file that a user starts. */
export const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'iis-ssl-heal.mjs');

/** What a run left: its exit code and what it printed. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program to its end, without a terminal; `input` goes to its stdin. */
export function heal(...args: readonly string[]): Promise<Ended> {
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

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own, gone after the tests of the file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-test-'));
  folders.push(folder);
  return folder;
}

/** A lab with these faults in a folder of its own. */
export async function newLab(...faults: readonly string[]): Promise<string> {
  const lab = join(newFolder(), 'lab');
  const made = await heal('lab', 'create', lab, ...faults.flatMap((fault) => ['--fault', fault]));
  if (made.code !== 0) throw new Error(made.err);
  return lab;
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
