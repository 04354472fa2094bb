// A file of our own: read up to the size that one may have, and written beside its place and renamed into it, so that
// there is always a whole one.

import type { Machine, ReadResult, WriteResult } from '../../machine/machine.ts';
import { LARGEST_OWN_FILE } from '../../model/server/places.ts';

/** Its bytes. A file that something has blown up is refused, not read into memory. */
export const readOwnFile = (machine: Pick<Machine, 'read'>, path: string): Promise<ReadResult> =>
  machine.read(path, LARGEST_OWN_FILE);

/** The folder must exist. */
export async function replaceOwnFile(
  machine: Pick<Machine, 'write' | 'rename' | 'remove'>,
  path: string,
  bytes: Uint8Array,
): Promise<WriteResult> {
  const fresh = `${path}.new`;
  const written = await machine.write(fresh, bytes);
  const done = written.result === 'ok' ? await machine.rename(fresh, path) : written;
  if (done.result === 'ok') return done;
  await machine.remove(fresh);
  return { ...done, detail: `${path} cannot be written: ${done.detail}` };
}

/** Why it could not be written; undefined where it was. */
export const whyNotWritten = (written: WriteResult): string | undefined =>
  written.result === 'ok' ? undefined : written.detail;
