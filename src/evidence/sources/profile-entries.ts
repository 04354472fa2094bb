// The users' own stores are files that each user may lay as he likes: few, small and regular ones are read, and no link
// is followed, since we may be elevated and the folder may be mailed.

import { readStoreEntry } from '../../formats/certificates/store-entry.ts';
import type { Machine } from '../../machine/machine.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence, PartUnread } from '../../model/server/evidence.ts';
import { known } from '../../model/server/known.ts';
import type { EvidenceReader, ProfileCertificateFile, ProfileEntries } from '../readers/evidence-reader.ts';
import type { Request } from '../readers/reading.ts';
import type { Other, Read } from './source.ts';

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

/**
 * Certificates by the user who has them; the profiles must be known first. An entry that cannot be understood decides
 * nothing on a live server: any user may lay one.
 */
export async function gatherProfileCertificates(
  reader: EvidenceReader,
  _requests: readonly Request[],
  other: Other,
): Promise<Read<Evidence['profileCertificates']>> {
  const profiles = await other('profiles');
  if (!profiles.known) return { value: profiles };
  const found = await reader.profileCertificates(profiles.value);
  if (!found.known) return { value: found };
  const bySid = new Map<string, StoreCertificate[]>();
  const unread = [...found.value.unread];
  for (const file of found.value.files) {
    const entry = readStoreEntry(file.bytes, file.name, 'user');
    if (entry.ok) bySid.set(file.sid, [...(bySid.get(file.sid) ?? []), entry.value]);
    else
      unread.push({ what: `the certificate ${file.name} of ${file.sid}`, why: entry.error, broken: reader.recorded });
  }
  return { value: known(bySid, found.source), unread };
}
