// What is measured: the built program, and the evidence folders that it reads.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './measure.mjs';

/** @param {string} name of a file beside this one */
export const besides = (name) => join(import.meta.dirname, name);

/**
 * The built program with these arguments, and how it is to end.
 * @param {readonly string[]} args
 * @param {number} exitCode
 */
export function program(args, exitCode = 0) {
  return { args: [fileURLToPath(new URL('../../bin/iis-ssl-heal.cjs', import.meta.url)), ...args], exitCode };
}

/** @param {string} folder @param {number} exitCode 1 where faults are to be found */
export const check = (folder, exitCode = 0) => program(['check', '--from', folder], exitCode);

/**
 * Writes an evidence folder of this many sites, or gives the one that an earlier measure wrote.
 * @param {string} work
 * @param {number} count
 * @param {boolean} lost where no site has its SSL record
 */
export function evidenceFolder(work, count, lost = false) {
  const name = `${lost ? 'lost' : 'healthy'}-${count}`;
  const folder = join(work, name);
  if (readdirSync(work).includes(name)) return folder;
  run({ args: [besides('make-folder.mjs'), folder, String(count), ...(lost ? ['--lost'] : [])], exitCode: 0 });
  return folder;
}

/** The bytes of all files below a folder. @param {string} folder */
export function sizeOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
