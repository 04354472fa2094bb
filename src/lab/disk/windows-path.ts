// Full Windows paths on the lab's one drive.

import { remembered } from '../remembered.ts';
import { DiskError } from './disk.ts';

/** A server is asked about the same few thousand files all the time. */
const PATHS = 4096;

/**
 * The names below `C:\`, in order. A path on another drive, a relative one, and names that NTFS would refuse (or that
 * would lead out of the lab's folder) are `absent`: no such file can be there.
 */
export const pathParts = remembered((path): readonly string[] => {
  if (!/^c:(\\|$)/i.test(path)) throw new DiskError('absent', path);
  const names = path
    .slice(3)
    .split('\\')
    .filter((name) => name !== '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NTFS refuses control characters
  if (names.some((name) => /^\.+$|[<>:"/|?*\u0000-\u001f]/.test(name))) throw new DiskError('absent', path);
  return names;
}, PATHS);

/** The form in which two paths to the same file are equal. */
export const pathKey = remembered((path) => `c:\\${pathParts(path).join('\\')}`.toLowerCase(), PATHS);

/** True where a folder cannot be renamed so: the drive itself, or into itself. */
export const leadsIntoItself = (from: string, to: string): boolean =>
  pathParts(from).length === 0 || pathKey(to).startsWith(`${pathKey(from)}\\`);

/** The folder that holds the path's last name. */
export function folderOf(path: string): string {
  return `C:\\${pathParts(path).slice(0, -1).join('\\')}`;
}

/** The path's last name; '' for the drive itself. */
export function nameOf(path: string): string {
  return pathParts(path).at(-1) ?? '';
}
