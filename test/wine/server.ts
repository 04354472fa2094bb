// What the tests do with the server under Wine: our program on it, its http.sys, its people.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { layOut } from './lay-out.ts';
import { type Prefix, type Ran, runIn, wineEnvironment } from './prefix.ts';

export const HEAL = 'C:\\Program Files\\iis-ssl-heal\\iis-ssl-heal.exe';
const SYSTEM32 = 'C:\\windows\\system32';

/** The Windows of this worker alone: each test lays its server out anew. */
export function thisWindows(): Prefix {
  const prefix = inject('prefixes')[Number(process.env.VITEST_POOL_ID) - 1];
  if (prefix === undefined) throw new Error(`there is no Windows for worker ${process.env.VITEST_POOL_ID}`);
  return prefix;
}

/** Our .exe, to its end. */
export const heal = (...args: readonly string[]): Promise<Ran> => runIn(thisWindows(), HEAL, args);

/** Any program of System32. */
export const windows = (name: string, ...args: readonly string[]): Promise<Ran> =>
  runIn(thisWindows(), `${SYSTEM32}\\${name}.exe`, args);

/** Drive C:, by Windows paths. */
export const drive = () => folderDisk(thisWindows().drive);

/** The host's path of something on drive C: that is there in this spelling. */
export const onHost = (...names: readonly string[]): string => join(thisWindows().drive, ...names);

/** Lays the lab out and serves it while the test runs; `later` are ports of sites that the test makes. */
export async function withServer(
  lab: MemoryDisk,
  test: () => Promise<void>,
  later: readonly number[] = [],
): Promise<void> {
  await layOut(thisWindows(), lab);
  const http = await started('lab-http', (ready) => [ready, ...later.map(String)]);
  goesFirst(http.id);
  try {
    await test();
  } finally {
    await http.end();
  }
}

/** http.sys is a part of the kernel: a visitor who waits for five seconds is not kept waiting by programs. */
function goesFirst(id: number): void {
  try {
    setPriority(id, constants.priority.PRIORITY_HIGH);
  } catch {
    // Who may not say so waits with the others.
  }
}

/** Another process of Windows that has a file open while the work is done, sharing `none` or `all` of it. */
export async function whileHeld<T>(file: string, sharing: 'none' | 'all', work: () => Promise<T>): Promise<T> {
  const holder = await started('lab-hold', (ready) => [file, sharing, ready]);
  try {
    return await work();
  } finally {
    await holder.end();
  }
}

/** Starts one of the lab's own programs, which makes a file when it is ready, and goes on until it is ended. */
async function started(name: string, args: (readyFile: string) => readonly string[]) {
  const prefix = thisWindows();
  const ready = `${name}.ready`;
  rmSync(onHost(ready), { force: true });
  const child = spawn(prefix.loader, [`${SYSTEM32}\\${name}.exe`, ...args(`C:\\${ready}`)], {
    env: wineEnvironment(prefix),
    cwd: prefix.drive,
    stdio: 'ignore',
  });
  while (!existsSync(onHost(ready))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    await sleep(50);
  }
  return { id: child.pid ?? 0, end: () => ended(child) };
}

/** The loader is the program itself: Wine runs it in this very process. */
async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await gone;
}

/** The machine's stores and the SSL records as reg.exe exports them. */
export async function storesAndRecords(): Promise<string> {
  const keys = [
    'SOFTWARE\\Microsoft\\SystemCertificates\\MY',
    'SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting',
    'SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters',
  ];
  const texts = await Promise.all(keys.map(exported));
  return texts.join('');
}

async function exported(key: string, index: number): Promise<string> {
  const file = `C:\\state ${index}.reg`;
  await windows('reg', 'export', `HKLM\\${key}`, file, '/y');
  const text = drive().read(file)?.toString('utf16le') ?? '';
  drive().remove(file);
  return text;
}
