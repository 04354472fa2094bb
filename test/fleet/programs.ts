// Which programs of a fleet this machine has: a test that needs one that is missing is skipped aloud, by the program's name.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The full path of `program`, or undefined; then `skipped: no PROGRAM` is on the console. */
export function programHere(program: string): string | undefined {
  const found = FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (found === undefined) console.warn(`skipped: no ${program}`);
  return found;
}
