// Whole processes: how long they take, and how much memory.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What to start and how it must end; this very Node where no `file` is named.
 * @typedef {{ readonly file?: string, readonly args: readonly string[], readonly exitCode: number,
 *   readonly env?: Readonly<Record<string, string>> }} Program
 */

/**
 * Runs a program to its end; gives milliseconds. One that ends otherwise than it must has not been measured: it throws.
 * @param {Program} program
 * @param {Record<string, string>} [env]
 */
export function run({ file = process.execPath, args, exitCode, env: own = {} }, env = {}) {
  const start = process.hrtime.bigint();
  const { status, signal, stderr, error } = spawnSync(file, args, {
    // Under Wine node.exe cannot write to a pipe of Linux.
    stdio: ['ignore', 'ignore', file === process.execPath ? 'pipe' : 'ignore'],
    env: { ...process.env, ...own, ...env },
    encoding: 'utf8',
  });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (status === exitCode) return milliseconds;
  throw new Error(`${file} ${args.join(' ')} ended with ${status ?? signal ?? error}:\n${stderr}`);
}

/**
 * The milliseconds of each program, round by round. They take turns, so that a slow minute of the computer is slow for all.
 * @param {number} rounds
 * @param {readonly Program[]} programs
 */
export function inTurn(rounds, programs) {
  // From now on the files come from the cache.
  for (const program of programs) run(program);
  const times = Array.from({ length: rounds }, () => programs.map((program) => run(program)));
  return programs.map((_program, at) => times.map((round) => round[at] ?? Number.NaN));
}

/**
 * Peak memory in bytes, run by run.
 * @param {number} rounds
 * @param {Program} program
 * @param {string} folder for a file of its own
 */
export function peakMemory(rounds, { args, exitCode }, folder) {
  const file = join(folder, 'peak.txt');
  const preload = ['--import', pathToFileURL(join(import.meta.dirname, 'print-peak.mjs')).href];
  return Array.from({ length: rounds }, () => {
    run({ args: [...preload, ...args], exitCode }, { BENCH_PEAK_FILE: file });
    return Number(readFileSync(file, 'utf8'));
  });
}
