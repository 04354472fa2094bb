// Before the first test: our .exe, a Windows as Wine makes it, and the lab's programs under their names in it.

import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { setUpFor } from '../support/scratch-folder.ts';
import { wine64 } from '../support/wine.ts';
import { buildExes, type Exes } from './build-exes.ts';
import { LAB_PROGRAMS, newPrefix, type Prefix, removePrefix, runIn } from './prefix.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Windows for each worker. */
    readonly prefixes: readonly Prefix[];
  }
}

const FOR_TESTS = ['fltmc', 'lab-hidden', 'lab-hold', 'lab-http', 'lab-reboot', 'lab-restart-iis'];

/** What of these brings PFX files or the product with it. */
const WITH_MORE = ['certutil', 'lab-run'];

/** The tests start our program from here. */
export const PROGRAM_FOLDER = 'C:\\Program Files\\iis-ssl-heal';

/** Two Windows of 1 GB each, and what the tests add. */
const ROOM = 2 ** 32;

export default async function setUp(project: TestProject): Promise<() => void> {
  if (wine64 === undefined) throw new Error('Wine is not installed: npm run test:wine installs or skips it');
  const removeScratch = setUpFor(ROOM);
  // Wine makes its Windows in processes of its own, meanwhile.
  const [prefixes, exes] = await Promise.all([
    timed('a Windows by Wine for each worker', () => Promise.all([newPrefix(wine64 ?? ''), newPrefix(wine64 ?? '')])),
    timed('the .exe files, and ours a second time', buildExes),
  ]);
  for (const prefix of prefixes) addPrograms(prefix, exes);
  await timed('the first starts', () => Promise.all(prefixes.map(firstStart)));
  project.provide('prefixes', prefixes);
  return () => {
    prefixes.forEach(removePrefix);
    removeScratch();
  };
}

function addPrograms({ drive }: Prefix, { heal, certutil, lab }: Exes): void {
  const disk = folderDisk(drive);
  disk.makeFolder('C:\\Windows\\System32\\inetsrv');
  disk.makeFolder(PROGRAM_FOLDER);
  disk.write(`${PROGRAM_FOLDER}\\iis-ssl-heal.exe`, heal);
  const system32 = join(drive, 'windows', 'system32');
  const others = LAB_PROGRAMS.filter((name) => !WITH_MORE.includes(name));
  addNames(system32, 'lab-certutil.exe', certutil, WITH_MORE);
  addNames(system32, 'lab-programs.exe', lab, [...others, ...FOR_TESTS, join('inetsrv', 'appcmd')]);
}

/** One copy on the disk, many names: a program knows by which it was started. */
function addNames(system32: string, copy: string, exe: Buffer, names: readonly string[]): void {
  writeFileSync(join(system32, copy), exe);
  for (const name of names) {
    const file = join(system32, `${name}.exe`);
    rmSync(file, { force: true });
    linkSync(join(system32, copy), file);
  }
}

/** Wine has once ended a very first start without a reason, so one more is allowed, and told. */
async function firstStart(prefix: Prefix): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const ran = await runIn(prefix, `${PROGRAM_FOLDER}\\iis-ssl-heal.exe`, ['--version']);
    if (ran.code === 0) return;
    if (tries === 2) throw new Error(`iis-ssl-heal.exe --version ended with ${ran.code} twice: ${ran.err}`);
    console.log(`RETRIED: the first start under Wine ended with ${ran.code}; it is tried once more`);
  }
}

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
