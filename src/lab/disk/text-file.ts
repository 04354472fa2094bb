// Text files as Windows programs read them: Unicode when a byte order mark says so, else the ANSI code page.

import type { Disk } from './disk.ts';

/** The text without its byte order mark. The ANSI code page of the lab is Latin-1. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  return bytes.toString('latin1');
}

/** UTF-16LE with a byte order mark. */
export const utf16WithMark = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

/** Puts a file in its place whole: another process may read it at this moment, or write it too, or ours be ended. */
export function replaceWhole(disk: Disk, path: string, text: string): void {
  const fresh = `${path}.${process.pid}.new`;
  try {
    disk.write(fresh, Buffer.from(text));
    disk.rename(fresh, path);
  } catch (error) {
    // Half of it takes room on a disk that is full.
    disk.remove(fresh);
    throw error;
  }
}
