// Reading a file that somebody else may have laid: never waiting for a writer, never more than its size allows.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ReadResult } from '../machine.ts';
import { readFailure } from './file-errors.ts';

export const MEGABYTE = 2 ** 20;

/** More than a store of 10,000 certificates takes as an export. */
export const MOST_BYTES = 256 * MEGABYTE;

/** Windows has neither: there the flags are 0. Opened so, a FIFO without a writer does not hold us for ever. */
const NEVER_WAITS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const NO_LINK = constants.O_NOFOLLOW ?? 0;

/** The bytes that a regular file has when it is opened; a FIFO, a device or a larger file is refused. */
export async function readRegularFile(
  path: string,
  most: number = MOST_BYTES,
  { followLink = true } = {},
): Promise<ReadResult> {
  try {
    const file = await open(path, followLink ? NEVER_WAITS : NEVER_WAITS | NO_LINK);
    try {
      const stat = await file.stat();
      if (stat.isDirectory()) return readFailure({ code: 'EISDIR', message: '' });
      if (!stat.isFile()) return { result: 'failed', detail: 'it is no regular file' };
      if (stat.size > most) return { result: 'failed', detail: `it is larger than ${most / MEGABYTE} MB` };
      const bytes = Buffer.alloc(stat.size);
      let filled = 0;
      for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
        read = (await file.read(bytes, filled)).bytesRead;
      }
      return { result: 'ok', bytes: bytes.subarray(0, filled) };
    } finally {
      await file.close();
    }
  } catch (error) {
    return readFailure(error as NodeJS.ErrnoException);
  }
}
