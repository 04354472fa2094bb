// The code of a failure, from a program's exit code and the digits it prints: words around them are translated.

import type { RunResult } from '../model/repair/command.ts';

type Ran = Extract<RunResult, { started: true }>;

/** No code of its own: that it failed, and no more. */
const MINUS_ONE = 0xffffffff;

/**
 * The error code of a run as an unsigned number: an HRESULT that it ended with or printed (certutil, appcmd), else the
 * number that stands alone at the end of a line (`..., Error: 1312`), else its exit code. Undefined for exit code 0.
 */
export function failureCode(ran: Ran): number | undefined {
  if (ran.exitCode === 0) return undefined;
  if (ran.exitCode > 0x7fffffff && ran.exitCode !== MINUS_ONE) return ran.exitCode;
  const text = Buffer.concat([ran.stdout, ran.stderr]).toString('latin1');
  const hresult = /\b0x([0-9a-f]{8})\b/i.exec(text)?.[1] ?? /hresult:([0-9a-f]{8})\b/i.exec(text)?.[1];
  if (hresult !== undefined) return Number.parseInt(hresult, 16);
  const last = /:\s*(\d{1,5})\s*$/m.exec(text)?.[1];
  return last === undefined ? ran.exitCode : Number(last);
}

/** A code as people look it up: HRESULTs in hex, small Win32 codes in decimal. */
export const showCode = (code: number): string =>
  code > 0xffff ? `0x${code.toString(16).toUpperCase().padStart(8, '0')}` : String(code);
