// Running one emulated program in a test, and the transcripts it is held against.

import { readFileSync } from 'node:fs';
import type { Caller, LabProgram, ProgramResult } from '../../src/lab/program.ts';
import type { LabServer } from '../../src/lab/server.ts';

/** The program, as one that always comes to an end. */
export function ended(program: LabProgram): (...call: Parameters<LabProgram>) => ProgramResult {
  return (...call) => {
    const result = program(...call);
    if (result === 'hangs') throw new Error('the program waits for a console');
    return result;
  };
}

/** The elevated owner, SYSTEM, and the owner without elevation. */
export function callers(server: LabServer): { owner: Caller; system: Caller; plain: Caller } {
  const { sid, name } = server.facts.owner;
  return {
    owner: { sid, name, elevated: true },
    system: { sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true },
    plain: { sid, name, elevated: false },
  };
}

/** The lines on stdout, without the empty one after the last line end. */
export const lines = (result: ProgramResult): readonly string[] => split(result.stdout);

/** The lines on stderr. */
export const complaints = (result: ProgramResult): readonly string[] => split(result.stderr);

const split = (bytes: Buffer): readonly string[] => bytes.toString('latin1').replace(/\r\n$/, '').split('\r\n');

/** The lines of a transcript below its comment. Files of this repository have LF. */
export function transcript(name: string): readonly string[] {
  const [, ...rest] = readFileSync(`test/fixtures/transcripts/${name}.txt`, 'utf8').replace(/\n$/, '').split('\n');
  return rest;
}
