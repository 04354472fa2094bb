// Two processes at once on the lab of a folder. On Windows permissions lie with their file, and a registry value is set by
// itself; here all of them lie in one file, which is read, changed and written back. So whoever changes one waits his turn.

import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Longer than any program of the lab works: whoever has the turn by then is another process with a dead one's number. */
const PATIENCE_MS = 10_000;

const WAIT_MS = 2;

/** Acts while no other process does so in this folder. Where the folder takes no mark of a turn, it takes no change either. */
export function alone<T>(root: string, act: () => T): T {
  const mark = join(root, 'lab.turn');
  const patience = Date.now() + PATIENCE_MS;
  let turn = take(mark);
  while (turn === 'of another') {
    if (isDead(mark)) endDead(mark);
    if (Date.now() > patience) for (const each of [removing(mark), mark]) letGo(each);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    turn = take(mark);
  }
  try {
    return act();
  } finally {
    if (turn === 'ours') letGo(mark);
  }
}

/** A link that leads nowhere: it is there whole, with the number of its process, or not at all. */
function take(mark: string): 'ours' | 'of another' | 'no mark' {
  try {
    symlinkSync(String(process.pid), mark);
    return 'ours';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'of another' : 'no mark';
  }
}

function isDead(mark: string): boolean {
  try {
    process.kill(Number(readlinkSync(mark)), 0);
    return false;
  } catch (error) {
    // ENOENT: the turn has ended meanwhile.
    return !['EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

/**
 * Takes a dead process's turn away. One process at a time does, and looks again then: of two that had found the same turn
 * dead, the slower one would take away the turn of whoever was quicker.
 */
function endDead(mark: string): void {
  if (take(removing(mark)) !== 'ours') return;
  if (isDead(mark)) letGo(mark);
  letGo(removing(mark));
}

const removing = (mark: string): string => `${mark}.removing`;

function letGo(mark: string): void {
  try {
    unlinkSync(mark);
  } catch {
    // Somebody else has taken it away.
  }
}
