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
  return intoPlace(machine, fresh, path, await machine.write(fresh, bytes));
}

/**
 * The same in a folder that is not ours, without a lock: two processes never write one file, and what lies in its place
 * meanwhile, a link too, is neither followed nor written over.
 */
export async function replaceSharedFile(
  machine: Pick<Machine, 'write' | 'rename' | 'remove'>,
  path: string,
  bytes: Uint8Array,
  processId: number,
): Promise<WriteResult> {
  const fresh = `${path}.${processId}.new`;
  await machine.remove(fresh);
  return intoPlace(machine, fresh, path, await machine.write(fresh, bytes, { exclusive: true }));
}

async function intoPlace(
  machine: Pick<Machine, 'rename' | 'remove'>,
  fresh: string,
  path: string,
  written: WriteResult,
): Promise<WriteResult> {
  const done = written.result === 'ok' ? await machine.rename(fresh, path) : written;
  if (done.result === 'ok') return done;
  await machine.remove(fresh);
  return { ...done, detail: `${path} cannot be written: ${done.detail}` };
}

/** Why it could not be written; undefined where it was. */
export const whyNotWritten = (written: WriteResult): string | undefined =>
  written.result === 'ok' ? undefined : written.detail;
