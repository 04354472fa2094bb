// The lab's disk in a folder of the host: C:\x\y is <root>/x/y. The host may tell upper from lower case; Windows does not.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { alone } from './alone.ts';
import { type Disk, DiskError } from './disk.ts';
import { HELD_LIST, heldKeys, isHeld } from './held-files.ts';
import { folderOf, leadsIntoItself, nameOf, pathKey, pathParts } from './windows-path.ts';

/** The folder `root` as drive C:. It is made with the first folder in it. */
export function folderDisk(root: string): Disk {
  /** The host's path of what is there; undefined when nothing is. */
  const find = (path: string): string | undefined => {
    const names = pathParts(path);
    // Most paths are spelled as they were made. What a link leads to need not be there: such a path is walked.
    const exact = join(root, ...names);
    if (existsSync(exact)) return exact;
    let host = root;
    for (const name of names) {
      const found = nameIn(host, name);
      if (found === undefined) return undefined;
      host = join(host, found);
    }
    return host;
  };

  const readFile = (path: string): Buffer | undefined => {
    const host = findOrNothing(find, path);
    return host !== undefined && statOf(host)?.isFile() ? attempt(path, () => readFileSync(host)) : undefined;
  };

  const refuseHeld = (path: string) => {
    if (isHeld(heldKeys(readFile(HELD_LIST)), pathKey(path))) throw new DiskError('held', path);
  };

  /** Where a file may be put: over the one that is there, or below the folder that is there. */
  const placeFor = (path: string): string => {
    const there = find(path);
    if (there !== undefined) {
      if (!statOf(there)?.isFile()) throw new DiskError('denied', path);
      return there;
    }
    const folder = find(folderOf(path));
    if (folder === undefined || !statOf(folder)?.isDirectory()) throw new DiskError('absent', path);
    return join(folder, nameOf(path));
  };

  return {
    read: readFile,
    text: (path) => readFile(path)?.toString('utf8'),
    write(path, bytes, options) {
      const place = placeFor(path);
      refuseHeld(path);
      attempt(path, () => writeFileSync(place, bytes, { flag: options?.exclusive ? 'wx' : 'w' }));
    },
    rename(from, to) {
      const source = find(from);
      if (source === undefined) throw new DiskError('absent', from);
      const isFolder = !lstatSync(source).isFile();
      if (isFolder && (leadsIntoItself(from, to) || find(to) !== undefined)) throw new DiskError('denied', to);
      const place = placeFor(to);
      refuseHeld(from);
      refuseHeld(to);
      attempt(from, () => renameSync(source, place));
    },
    remove(path) {
      const host = findOrNothing(find, path);
      if (host === undefined) return;
      if (pathParts(path).length === 0) throw new DiskError('denied', path);
      refuseHeld(path);
      attempt(path, () => rmSync(host, { recursive: true, force: true }));
    },
    list(path) {
      const host = findOrNothing(find, path);
      if (host === undefined || !statOf(host)?.isDirectory()) return undefined;
      const entries = attempt(path, () => readdirSync(host, { withFileTypes: true }));
      return {
        files: entries
          .filter((entry) => entry.isFile())
          .map(({ name }) => name)
          .sort(),
        folders: entries
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => name)
          .sort(),
      };
    },
    isLink(path) {
      const folder = findOrNothing(find, folderOf(path));
      const name = folder === undefined ? undefined : nameIn(folder, nameOf(path));
      return folder !== undefined && name !== undefined && lstatSync(join(folder, name)).isSymbolicLink();
    },
    alone: (act) => alone(root, act),
    makeFolder(path) {
      let host = root;
      for (const name of pathParts(path)) {
        const there = nameIn(host, name);
        host = join(host, there ?? name);
        const next = host;
        if (there === undefined) attempt(path, () => mkdirSync(next, { recursive: true }));
        else if (!statOf(next)?.isDirectory()) throw new DiskError('exists', path);
      }
    },
  };
}

/** How this name is spelled in the folder; the exact spelling first, should the host hold both. */
function nameIn(folder: string, name: string): string | undefined {
  if (!statOf(folder)?.isDirectory()) return undefined;
  if (existsSync(join(folder, name))) return name;
  const names = readdirSync(folder).sort();
  return names.find((other) => other === name) ?? names.find((other) => other.toLowerCase() === name.toLowerCase());
}

function statOf(host: string): Stats | undefined {
  return statSync(host, { throwIfNoEntry: false });
}

/** A path that cannot be is as good as one where nothing is. */
function findOrNothing(find: (path: string) => string | undefined, path: string): string | undefined {
  try {
    return find(path);
  } catch (error) {
    if (error instanceof DiskError) return undefined;
    throw error;
  }
}

/** Does it, and says what the host refused in the disk's own words. */
function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new DiskError('absent', path);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new DiskError('full', path);
    if (code === 'EEXIST') throw new DiskError('exists', path);
    if (code === 'EBUSY') throw new DiskError('held', path);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR' || code === 'EROFS') {
      throw new DiskError('denied', path);
    }
    throw error;
  }
}
