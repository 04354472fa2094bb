// One folder for all that the tests of a run put on the disk: a file that shares its process with others cannot say when
// its support modules have done with theirs.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Thousands of small files are made and removed; on a disk of its own kind that took most of the time of some tests. */
const IN_MEMORY = '/dev/shm';

/** More than a run has needed at any moment. */
const ROOM = 2 ** 31;

/** Before the first test of a run, and after its last. */
export default function setUp(): () => void {
  return setUpFor(ROOM);
}

/** The same for a run that needs so many bytes. */
export function setUpFor(room: number): () => void {
  const folder = inMemory(room) ?? mkdtempSync(join(tmpdir(), NAME));
  // Where whoever asks for the temporary folder is sent, programs that the tests start as well.
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** That folder; the computer's own for a run that has none. */
export const scratchFolder = tmpdir;

const NAME = 'iis-ssl-heal-tests-';

/** A folder on a disk in memory; undefined where there is none, it is small, or runs no programs as those of many containers. */
function inMemory(room: number): string | undefined {
  if (process.env.TMPDIR !== undefined) return undefined;
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    if (bavail * bsize < room) return undefined;
    const folder = mkdtempSync(join(IN_MEMORY, NAME));
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    if (spawnSync(program).status === 0) return folder;
    rmSync(folder, { recursive: true });
  } catch {
    // Nobody has promised that there is one.
  }
  return undefined;
}
