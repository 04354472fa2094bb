// The servers of the stage: a lab in a folder is the drive C: of one, with the program that was built in its place.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from '../../../scripts/program-facts.mjs';

/** The program that was built. */
export const bin = join(root, 'bin/iis-ssl-heal.cjs');

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

/** Makes a lab with this fault and a name and GUID of its own, and puts `program` where it belongs; the lab's folder. */
export function serverIn(folder: string, fault: string | undefined, program?: string): string {
  const faults = fault === undefined ? [] : ['--fault', fault];
  execFileSync(process.execPath, [bin, 'lab', 'create', folder, ...faults], { stdio: 'pipe' });
  nameLab(folder);
  if (program !== undefined) putProgram(programOf(folder), program);
  return folder;
}

/** Every lab is LABSRV; a fleet of them would be one server. A key's file bears the GUID in its name. */
function nameLab(folder: string): void {
  const { computer, machineGuid } = JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8'));
  const guid = machineGuid.slice(0, -12) + createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const name = basename(folder).toUpperCase();
  const renamed = (text: string) =>
    text
      .replaceAll(machineGuid, guid)
      .replaceAll(computer, name)
      // The registry's values.
      .replaceAll(utf16(machineGuid), utf16(guid))
      .replaceAll(utf16(computer), utf16(name));
  for (const file of ['lab.json', 'acls.json', 'registry.json']) {
    writeFileSync(join(folder, file), renamed(readFileSync(join(folder, file), 'utf8')));
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((each) => each.includes(machineGuid))) {
    renameSync(join(folder, file), join(folder, renamed(file)));
  }
}

const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('hex');

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
