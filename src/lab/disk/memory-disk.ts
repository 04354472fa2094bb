// The lab's disk in memory: for tests, and for trying something out on a copy.

import { type Disk, DiskError } from './disk.ts';
import { HELD_LIST, heldKeys, isHeld } from './held-files.ts';
import { folderOf, leadsIntoItself, nameOf, pathKey, pathParts } from './windows-path.ts';

/** A disk in memory. */
export interface MemoryDisk extends Disk {
  /** An independent copy; cheap, because the bytes are shared until written. */
  clone(): MemoryDisk;
  /** Every file by its full path. */
  files(): ReadonlyMap<string, Buffer>;
}

/** A file, or a folder where `bytes` is undefined, with its path as it was spelled when made. */
interface Entry {
  readonly path: string;
  readonly bytes?: Buffer;
  /** The bytes as text, once somebody has asked for it. */
  text?: string;
}

/** An empty drive C:. */
export function memoryDisk(): MemoryDisk {
  return diskOf(new Map([['c:\\', { path: 'C:\\' }]]));
}

function diskOf(entries: Map<string, Entry>): MemoryDisk {
  const join = (folder: string, name: string) => `${folder.replace(/\\$/, '')}\\${name}`;
  const find = (path: string) => entries.get(pathKey(path));

  // A disk has thousands of files, and the same few folders are listed all the time.
  const listings = new Map<string, Listing>();
  const put = (key: string, entry: Entry) => {
    if (!entries.has(key)) listings.delete(above(key));
    entries.set(key, entry);
  };
  const take = (key: string) => {
    listings.delete(above(key));
    listings.delete(key);
    entries.delete(key);
  };
  /** The keys of a file, or of a folder and all that is in it. */
  const withAllBelow = (key: string): readonly string[] =>
    entries.get(key)?.bytes ? [key] : [...entries.keys()].filter((each) => each === key || each.startsWith(`${key}\\`));

  const refuseHeld = (path: string) => {
    if (isHeld(heldKeys(entries.get(pathKey(HELD_LIST))?.bytes), pathKey(path))) throw new DiskError('held', path);
  };

  /** Where a file may be put: the path in the spelling that is there already, or below the folder's own spelling. */
  const placeFor = (path: string): string => {
    const there = find(path);
    if (there) {
      if (!there.bytes) throw new DiskError('denied', path);
      return there.path;
    }
    const folder = find(folderOf(path));
    if (!folder || folder.bytes) throw new DiskError('absent', path);
    return join(folder.path, nameOf(path));
  };

  return {
    read(path) {
      const bytes = findOrNothing(find, path)?.bytes;
      return bytes && Buffer.from(bytes);
    },
    text(path) {
      const entry = findOrNothing(find, path);
      if (entry?.bytes && entry.text === undefined) entry.text = entry.bytes.toString('utf8');
      return entry?.text;
    },
    write(path, bytes, options) {
      const place = placeFor(path);
      refuseHeld(path);
      if (options?.exclusive && find(path) !== undefined) throw new DiskError('exists', path);
      put(pathKey(path), { path: place, bytes: Buffer.from(bytes) });
    },
    rename(from, to) {
      const source = find(from);
      if (!source) throw new DiskError('absent', from);
      if (!source.bytes && (leadsIntoItself(from, to) || find(to))) throw new DiskError('denied', to);
      const place = placeFor(to);
      refuseHeld(from);
      refuseHeld(to);
      const [key, toKey] = [pathKey(from), pathKey(to)];
      for (const other of withAllBelow(key)) {
        const entry = entries.get(other) ?? source;
        take(other);
        const path = place + entry.path.slice(source.path.length);
        put(toKey + other.slice(key.length), { ...entry, path });
      }
    },
    remove(path) {
      if (!findOrNothing(find, path)) return;
      if (pathParts(path).length === 0) throw new DiskError('denied', path);
      refuseHeld(path);
      for (const key of withAllBelow(pathKey(path))) take(key);
    },
    list(path) {
      const folder = findOrNothing(find, path);
      if (!folder || folder.bytes) return undefined;
      const key = pathKey(path);
      const listing = listings.get(key) ?? listingOf(entries, key);
      listings.set(key, listing);
      return listing;
    },
    makeFolder(path) {
      let folder = 'C:\\';
      for (const name of pathParts(path)) {
        const next = join(folder, name);
        const there = find(next);
        if (there?.bytes) throw new DiskError('exists', path);
        if (!there) put(pathKey(next), { path: next });
        folder = there?.path ?? next;
      }
    },
    isLink: () => false,
    alone: (act) => act(),
    clone: () => diskOf(new Map(entries)),
    files: () => new Map([...entries.values()].flatMap((entry) => (entry.bytes ? [[entry.path, entry.bytes]] : []))),
  };
}

/** What is in a folder, by name. */
type Listing = NonNullable<ReturnType<Disk['list']>>;

function listingOf(entries: ReadonlyMap<string, Entry>, folder: string): Listing {
  const below = `${folder.replace(/\\$/, '')}\\`;
  const inside: Entry[] = [];
  for (const [key, entry] of entries)
    if (key.startsWith(below) && key.length > below.length && !key.includes('\\', below.length)) inside.push(entry);
  const names = (entriesOfKind: readonly Entry[]) => entriesOfKind.map((entry) => nameOf(entry.path)).sort();
  return {
    files: names(inside.filter((entry) => entry.bytes)),
    folders: names(inside.filter((entry) => !entry.bytes)),
  };
}

/** The key of the folder that holds it. */
const above = (key: string): string => key.slice(0, key.lastIndexOf('\\')).replace(/^c:$/, 'c:\\');

/** A path that cannot be is as good as one where nothing is. */
function findOrNothing(find: (path: string) => Entry | undefined, path: string): Entry | undefined {
  try {
    return find(path);
  } catch (error) {
    if (error instanceof DiskError) return undefined;
    throw error;
  }
}
