// What an emulated program is: a function of who calls, with which arguments, on which server.

import type { LabServer } from './server.ts';

/** Who calls: decides whose keys open. `sid` S-1-5-18 is SYSTEM. */
export interface Caller {
  readonly sid: string;
  /** `DOMAIN\user`. */
  readonly name: string;
  readonly elevated: boolean;
  /** Logged on over the network without a password, as by an ssh key; otherwise at the console, with it. */
  readonly withoutPassword?: true;
}

/** What a program leaves: its exit code (unsigned 32 bits, as Node reports it) and its output in OEM bytes. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/**
 * An emulated program: parses the real arguments, changes the server's state, prints what the real one prints.
 * `hangs`: it would wait for ever, for a console that nobody sits at.
 */
export type LabProgram = (args: readonly string[], server: LabServer, caller: Caller) => ProgramResult | 'hangs';

/** Text output with CRLF line ends, as nearly every Windows program writes it, and an exit code. */
export function printed(lines: readonly string[], exitCode = 0): ProgramResult {
  const text = lines.map((line) => `${line}\r\n`).join('');
  return { exitCode, stdout: Buffer.from(text, 'latin1'), stderr: Buffer.alloc(0) };
}
