// How a program says no: its words on stderr, and an exit code.

import type { ProgramResult } from '../program.ts';

/** An error on stderr; `said` is what had gone to stdout before. CRLF line ends on both. */
export function complained(lines: readonly string[], exitCode: number, said: readonly string[] = []): ProgramResult {
  return { exitCode, stdout: crlf(said), stderr: crlf(lines) };
}

const crlf = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
