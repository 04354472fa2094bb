// Files that another process holds open: they can be read, and not be written, renamed or removed.

import { pathKey } from './windows-path.ts';

/** `{ "held": ["C:\\..."] }`: lets a test, or a person, hold a file of the lab. */
export const HELD_LIST = 'C:\\held.json';

/** The held paths, as `pathKey` writes them. No list, or one that is not JSON of this shape, holds nothing. */
export function heldKeys(list: Buffer | undefined): ReadonlySet<string> {
  if (!list) return new Set();
  try {
    const { held } = JSON.parse(list.toString('utf8')) as { held: readonly string[] };
    return new Set(held.map(pathKey));
  } catch {
    return new Set();
  }
}

/** Is this path held, or, for a folder, is anything below it? */
export function isHeld(held: ReadonlySet<string>, key: string): boolean {
  return held.has(key) || [...held].some((path) => path.startsWith(`${key}\\`));
}
