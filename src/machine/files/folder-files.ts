// Files below a folder that somebody sent: no link leads out of it, and nothing in it makes us wait.

import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { FolderFiles, ListResult, ReadResult } from '../machine.ts';
import { readFailure } from './file-errors.ts';
import { fileSystem } from './file-system.ts';
import { isLink } from './is-link.ts';
import { readRegularFile } from './read-file.ts';

type Refused = Exclude<ReadResult, { result: 'ok' }>;

/** Reads below `root`, which may be a link itself: a person named it. */
export function folderFiles(root: string): FolderFiles {
  let realRoot: Promise<string> | undefined;
  const inside = async (path: string): Promise<{ readonly real: string } | Refused> => {
    try {
      realRoot ??= realpath(root);
      const [real, top] = await Promise.all([realpath(join(root, path)), realRoot]);
      const from = relative(top, real);
      const leadsOut = from === '..' || from.startsWith(`..${sep}`) || isAbsolute(from);
      return leadsOut ? { result: 'failed', detail: 'it is a link that leads out of the folder' } : { real };
    } catch (error) {
      return readFailure(error as NodeJS.ErrnoException);
    }
  };
  const local = fileSystem((path) => path);
  return {
    read: async (path, most): Promise<ReadResult> => {
      const place = await inside(path);
      if (!('real' in place)) return place;
      const read = await readRegularFile(place.real, most, { followLink: false });
      return read.result === 'ok' ? { ...read, release: () => release(read.bytes) } : read;
    },
    list: async (path): Promise<ListResult> => {
      const place = await inside(path);
      return 'real' in place ? local.list(place.real) : place;
    },
    isLink: async (path) => isLink(join(root, path)),
  };
}

/**
 * The export of a store has 84 MB for 10,000 certificates, and nothing tells the collector of garbage that it might begin with
 * that. What is moved to nobody is gone at once.
 */
function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) structuredClone(buffer, { transfer: [buffer] });
}
