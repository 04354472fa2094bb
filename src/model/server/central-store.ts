// The central certificate store of IIS 8 and later: a folder of PFX files that are named after the hosts that they serve.

import { asciiHost } from './host-name.ts';
import type { Known } from './known.ts';

/** What IIS was told of it. Its passwords are never read. */
export interface CentralStore {
  readonly enabled: boolean;
  /** The folder or share as written; absent where it was not read. */
  readonly location?: string;
  /** Whom IIS opens it as. */
  readonly userName?: string;
  /** The names of its files, in lower case. */
  readonly files: Known<ReadonlySet<string>>;
}

/**
 * The names that the file of a host may have: its own, and that of the wildcard above it, which has `_` for `*`. Whether a
 * name outside ASCII stands there as it is spoken or as it goes over the wire is not said: both are taken.
 */
export function centralFilesOf(host: string): readonly string[] {
  const names = [host.toLowerCase(), asciiHost(host)];
  const wildcards = names.filter((name) => name.includes('.')).map((name) => name.replace(/^[^.]*/, '_'));
  return [...new Set([...names.map((name) => name.replace(/^\*/, '_')), ...wildcards])].map((name) => `${name}.pfx`);
}
