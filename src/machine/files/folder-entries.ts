// Everything that lies in a folder where files of many servers are gathered.

import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail, ok, type Result } from '../../model/result.ts';
import { readFailure } from './file-errors.ts';

/** One of them. `other`: a link, a device: nothing that is followed or opened. */
export interface FolderEntry {
  readonly name: string;
  /** As it would be named on a command line. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
}

/** By name, without `own`: the file that this very run writes. Or, in a clause, why it cannot be listed. */
export async function everyEntry(folder: string, own?: string): Promise<Result<readonly FolderEntry[]>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return ok(
      entries
        .map(
          (entry): FolderEntry => ({
            name: entry.name,
            path: join(folder, entry.name),
            kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
          }),
        )
        .filter(({ path }) => own === undefined || resolve(path) !== resolve(own))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  } catch (error) {
    const why = readFailure(error as NodeJS.ErrnoException);
    return fail(why.result === 'absent' ? 'there is no such folder' : why.detail);
  }
}
