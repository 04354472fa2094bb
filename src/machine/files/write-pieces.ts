// A file that is larger than what should be in memory: written piece by piece beside its place, flushed, and renamed into it, so
// that there is always a whole one.

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import type { WriteResult } from '../machine.ts';
import { writeFailure } from './file-errors.ts';

/** So many characters are written at once. */
const AT_ONCE = 2 ** 18;

/** The folder must exist. The name beside it is one that nobody can have laid before: it is made here, or refused. */
export async function writePieces(path: string, pieces: AsyncIterable<string>): Promise<WriteResult> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}.new`;
  let file: FileHandle;
  try {
    file = await open(fresh, 'wx');
  } catch (error) {
    return writeFailure('write', error as NodeJS.ErrnoException, process.platform);
  }
  let done: WriteResult | undefined;
  try {
    const written = await fill(file, pieces).finally(() => file.close());
    done = written.result === 'ok' ? await renamed(fresh, path) : written;
    return done;
  } finally {
    if (done?.result !== 'ok') await unlink(fresh).catch(() => undefined);
  }
}

/** Only what the disk does is caught: what the pieces throw is a bug, or a user's error. */
async function fill(file: FileHandle, pieces: AsyncIterable<string>): Promise<WriteResult> {
  let waiting = '';
  const write = () => attempt('write', () => file.appendFile(waiting));
  for await (const piece of pieces) {
    waiting += piece;
    if (waiting.length < AT_ONCE) continue;
    const written = await write();
    if (written.result !== 'ok') return written;
    waiting = '';
  }
  const written = await write();
  return written.result === 'ok' ? attempt('write', () => file.sync()) : written;
}

const renamed = (from: string, to: string): Promise<WriteResult> => attempt('rename', () => rename(from, to));

async function attempt(operation: 'write' | 'rename', act: () => Promise<void>): Promise<WriteResult> {
  try {
    await act();
    return { result: 'ok' };
  } catch (error) {
    return writeFailure(operation, error as NodeJS.ErrnoException, process.platform);
  }
}
