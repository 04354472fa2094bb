// The users' own stores are files that each user may lay as he likes: few, small and regular ones are read, and no link
// is followed, since we may be elevated and the folder may be mailed.

import type { Machine } from '../machine/machine.ts';
import type { PartUnread } from '../model/evidence.ts';
import type { ProfileCertificateFile, ProfileEntries } from './evidence-reader.ts';

const MEGABYTE = 2 ** 20;
const MOST_OF_ONE = MEGABYTE;
const MOST_OF_ALL = 32 * MEGABYTE;
/** An empty file costs something too. */
const LEAST_OF_ONE = 1024;

/** One user's store. */
export interface ProfileStore {
  readonly sid: string;
  /** Its folder, and those above it that the user may have made a link of. */
  readonly folder: string;
  readonly mayBeLinks: readonly string[];
}

/** Reads the entries of all stores. What exceeds a limit is left out and named, one line for each store. */
export async function readProfileEntries(
  disk: Pick<Machine, 'list' | 'read' | 'isLink'>,
  stores: readonly ProfileStore[],
  separator: string,
): Promise<ProfileEntries> {
  const files: ProfileCertificateFile[] = [];
  const unread: PartUnread[] = [];
  let left = MOST_OF_ALL;
  for (const { sid, folder, mayBeLinks } of stores) {
    const whys: string[] = [];
    const links = await Promise.all(mayBeLinks.map(async (path) => ((await disk.isLink(path)) ? path : undefined)));
    const link = links.find((path) => path !== undefined);
    const list = link === undefined ? await disk.list(folder) : undefined;
    if (link !== undefined) whys.push(`${link} is a link`);
    if (list?.result === 'failed') whys.push(list.detail);
    // A profile that cannot be entered is left out: this is supporting evidence.
    for (const name of list?.result === 'ok' ? list.files.filter(isThumbprint) : []) {
      const read = left > 0 ? await disk.read(`${folder}${separator}${name}`, MOST_OF_ONE) : undefined;
      const size = read?.result === 'ok' ? Math.max(read.bytes.length, LEAST_OF_ONE) : 0;
      if (read === undefined || size > left) whys.push(`${name}: all users' entries together are larger than 32 MB`);
      else if (read.result === 'ok') files.push({ sid, name, bytes: read.bytes });
      else if (read.result !== 'absent') whys.push(`${name}: ${read.detail}`);
      left = size > left ? 0 : left - size;
    }
    const more = whys.length > 1 ? `, and ${whys.length - 1} more` : '';
    if (whys[0] !== undefined) unread.push({ what: `certificates of ${sid}`, why: `${whys[0]}${more}`, broken: false });
  }
  return { files, unread };
}

/** No other file of such a folder is an entry. */
const isThumbprint = (name: string): boolean => /^[0-9a-f]{40}$/i.test(name);
