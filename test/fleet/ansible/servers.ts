// The servers of the stage: a lab in a folder is the drive C: of one, with the program that was built in its place.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../../scripts/program-facts.mjs';

const bin = join(root, 'bin/iis-ssl-heal.mjs');

/** The program as a host has it: it looks at the lab that is the host's drive C:. */
export const PROGRAM = `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@" --lab "$HEAL_C"\n`;

/** One of an earlier version: its document does not say whose it is. */
export const OLD_PROGRAM = `#!/bin/sh\necho '${JSON.stringify({
  schema: 1,
  target: 'this server',
  verdict: 'healthy',
  chains: [],
  findings: [],
  notChecked: [],
})}'\n`;

/** Makes a lab with this fault, and puts `program` where it belongs; the lab's folder. */
export function serverIn(folder: string, fault: string | undefined, program?: string): string {
  execFileSync(process.execPath, [bin, 'lab', 'create', folder, ...(fault === undefined ? [] : ['--fault', fault])], {
    stdio: 'pipe',
  });
  if (program !== undefined) putProgram(programOf(folder), program);
  return folder;
}

/** Where the program lies on a host. */
export const programOf = (drive: string): string => join(drive, 'Program Files/iis-ssl-heal/iis-ssl-heal.exe');

/** Writes a program that may be run. */
function putProgram(path: string, program: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, program);
  chmodSync(path, 0o755);
}

/** What the program prints about a lab, as its JSON document. */
// biome-ignore lint/suspicious/noExplicitAny: a document of the program, read by the test that asks for it
export function document(drive: string, ...args: readonly string[]): any {
  try {
    return JSON.parse(execFileSync(process.execPath, [bin, ...args, '--json', '--lab', drive], { encoding: 'utf8' }));
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout);
  }
}

/** One hash of every name and every byte below a folder. */
export function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const);
  for (const [path, isFile] of paths.sort()) {
    hash.update(`${path}\0`);
    if (isFile) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}
