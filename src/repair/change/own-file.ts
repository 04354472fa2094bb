// A file of our own: read up to the size that one may have, and written beside its place and renamed into it, so that
// there is always a whole one.

import type { Machine, ReadResult } from '../../machine/machine.ts';
import { LARGEST_OWN_FILE } from '../../model/places.ts';

/** Its bytes. A file that something has blown up is refused, not read into memory. */
export const readOwnFile = (machine: Pick<Machine, 'read'>, path: string): Promise<ReadResult> =>
  machine.read(path, LARGEST_OWN_FILE);

/** Why it could not be written; undefined where it was. The folder must exist. */
export async function replaceOwnFile(machine: Machine, path: string, bytes: Uint8Array): Promise<string | undefined> {
  const written = await machine.write(`${path}.new`, bytes);
  if (written.result !== 'ok') {
    await machine.remove(`${path}.new`);
    return `${path} cannot be written: ${written.detail}`;
  }
  const renamed = await machine.rename(`${path}.new`, path);
  return renamed.result === 'ok' ? undefined : `${path} cannot be written: ${renamed.detail}`;
}
