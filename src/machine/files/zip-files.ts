// Files of a .zip that somebody sent, read one by one and never unpacked: nothing in it can lead out of it, and a small file
// that would become a huge one is refused before it is read.

import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';
import { fail, ok, type Result } from '../../model/result.ts';
import type { FolderFiles, ListResult, ReadResult } from '../machine.ts';
import { MEGABYTE, MOST_BYTES } from './read-file.ts';

/** More than a server with 10,000 certificates and its users' stores has. */
const MOST_ENTRIES = 50_000;

/** Of all entries together, unpacked. */
const MOST_TOGETHER = 1024 * MEGABYTE;

/** Text in UTF-16 shrinks to a fiftieth; only what was made to burst goes beyond this. Small archives may. */
const MOST_RATIO = 200;
const ANY_RATIO_BELOW = 64 * MEGABYTE;

/** The files of an archive, or why it is none that can be read: one clause. */
export async function zipFiles(path: string): Promise<Result<FolderFiles>> {
  try {
    const zip = await promisify(openLazily)(path);
    const entries = await entriesOf(zip);
    return entries.ok ? ok(filesOf(zip, entries.value)) : entries;
  } catch (error) {
    return fail(`it is no .zip that can be read: ${(error as Error).message}`);
  }
}

const openLazily = (path: string, done: (error: Error | null, zip: ZipFile) => void) =>
  open(path, { lazyEntries: true, autoClose: false }, done);

/** By path, with `/` between its parts; folders have no entry of their own. */
type Entries = ReadonlyMap<string, Entry>;

function entriesOf(zip: ZipFile): Promise<Result<Entries>> {
  const entries = new Map<string, Entry>();
  let together = 0;
  return new Promise((resolve, reject) => {
    const end = (why?: string) => resolve(why === undefined ? ok(entries) : fail(why));
    if (zip.entryCount > MOST_ENTRIES) return end(`it has more than ${MOST_ENTRIES} entries`);
    zip.once('error', reject);
    zip.once('end', () => end());
    zip.on('entry', (entry: Entry) => {
      together += entry.uncompressedSize;
      const isFolder = entry.fileName.endsWith('/');
      if (entry.isEncrypted()) return end('it is locked with a password');
      if (together > MOST_TOGETHER) return end(`it is larger than ${MOST_TOGETHER / MEGABYTE} MB when it is unpacked`);
      if (together > ANY_RATIO_BELOW && together > MOST_RATIO * zip.fileSize)
        return end(`it would become more than ${MOST_RATIO} times as large: no server's evidence does`);
      if (entries.has(entry.fileName)) return end(`it has two files ${entry.fileName}`);
      if (!isFolder) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

function filesOf(zip: ZipFile, entries: Entries): FolderFiles {
  const openStream = promisify(zip.openReadStream.bind(zip) as (entry: Entry, done: StreamDone) => void);
  return {
    read: async (path, most = MOST_BYTES): Promise<ReadResult> => {
      const entry = entries.get(path);
      if (entry === undefined) return { result: 'absent' };
      if (entry.uncompressedSize > most) return { result: 'failed', detail: `it is larger than ${most / MEGABYTE} MB` };
      try {
        // The library ends a stream that gives more than the entry says.
        return { result: 'ok', bytes: await buffer(await openStream(entry)) };
      } catch (error) {
        return { result: 'failed', detail: (error as Error).message };
      }
    },
    list: async (path) => listed(entries, path),
    isLink: async () => false,
  };
}

type StreamDone = (error: Error | null, stream: NodeJS.ReadableStream) => void;

function listed(entries: Entries, path: string): ListResult {
  const below = path === '' ? '' : `${path}/`;
  const [files, folders] = [new Set<string>(), new Set<string>()];
  for (const name of entries.keys()) {
    if (!name.startsWith(below)) continue;
    const [first = '', ...more] = name.slice(below.length).split('/');
    (more.length === 0 ? files : folders).add(first);
  }
  if (files.size + folders.size === 0) return { result: 'absent' };
  return { result: 'ok', files: [...files].sort(), folders: [...folders].sort() };
}
