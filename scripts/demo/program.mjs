// The built program as a child process, for the demo.

import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Its path. */
export const program = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'iis-ssl-heal.cjs');

/** @param {string} text */
export const say = (text) => process.stdout.write(`${text}\n`);

/** @param {string} text */
export const heading = (text) => say(`\n=== ${text} ===`);

/**
 * Runs it to its end.
 * @param {...string} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export const start = (...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

/**
 * What it printed, indented, but for what it says to do next: the demo deletes its labs, so nobody could.
 * @param {string} printed
 */
export const shown = (printed) =>
  printed
    .replace(/^ *(Next|To take it back|run there):.*\n(?: +.*\n)*/gm, '')
    .trimEnd()
    .replace(/^(?=.)/gm, '  ');

/**
 * The same, shown with all that it printed; another exit code ends the demo.
 * @param {number} expected
 * @param {...string} args
 */
export async function run(expected, ...args) {
  say(`\n$ iis-ssl-heal ${args.join(' ')}`);
  const { code, stdout, stderr } = await start(...args);
  for (const printed of [stderr, stdout].map(shown)) if (printed !== '') say(printed);
  say(`  -> exit code ${code}`);
  if (code !== expected) throw new Error(`exit code ${code} instead of ${expected}`);
  return stdout;
}
