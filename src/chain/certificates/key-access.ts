// Key files, and folders of them, whose list keeps SYSTEM out; and what giving access would come to.

import {
  ADMINISTRATOR_GROUPS,
  grants,
  inheritsFrom,
  isInherited,
  refuses,
  withFullAccess,
} from '../../formats/acl/access.ts';
import { readSddl, type Sddl } from '../../formats/acl/sddl.ts';
import type { KeyPlace } from '../../model/server/chain.ts';
import { type Evidence, type Identity, SYSTEM_SID } from '../../model/server/evidence.ts';
import { andThen, broken, type Known, known, type Source, unknown } from '../../model/server/known.ts';
import { joinChains } from '../join.ts';
import { READ_DATA } from './usable.ts';

const WRITE_DAC = 0x40000;

/** The list of a key file. */
export interface KeyFileList {
  readonly file: string;
  /** As it was read. */
  readonly text: string;
  readonly sddl: Sddl;
}

/** Of a key that has a file of its own. */
export function keyFileList(place: KeyPlace, { acls }: Evidence): Known<KeyFileList> {
  if (!('file' in place)) return unknown('there is no key file', acls.source);
  const { file } = place;
  return andThen(acls, (all, source) => {
    const text = all.get(file.toLowerCase());
    if (text === undefined) return unknown(`the permissions of ${file} were not read`, source);
    return andThen(readList(text, source), (sddl) => known({ file, text, sddl }, source));
  });
}

function readList(text: string, source: Source): Known<Sddl> {
  const sddl = readSddl(text);
  return sddl.ok ? known(sddl.value, source) : broken(sddl.error, source);
}

/** Whether an entry of its own refuses SYSTEM something. */
export const refusesSystem = ({ sddl }: KeyFileList): boolean => sddl.aces.some((ace) => refuses(ace, SYSTEM_SID));

/** Whether SYSTEM can read it when it is given full access and no entry of its own refuses it. */
export const opensBySystem = ({ sddl }: KeyFileList): boolean =>
  grants(withFullAccess(sddl, SYSTEM_SID), SYSTEM_SID, READ_DATA);

/**
 * Whether what it inherits will stay: where a list is set, Windows may work that out anew from the folder. A file that was
 * moved there inherits from where it was.
 */
export function keepsWhatItInherits({ file, sddl }: KeyFileList, { acls }: Evidence): boolean {
  if (!sddl.aces.some(isInherited)) return true;
  const folder = acls.known
    ? readSddl(acls.value.get(file.slice(0, file.lastIndexOf('\\')).toLowerCase()) ?? '')
    : undefined;
  return folder?.ok === true && inheritsFrom(folder.value, sddl);
}

/** Whether the list itself lets an elevated session change it. Who owns the file can always; that is not read. */
export const isChangeableBy = ({ sddl }: KeyFileList, session: Identity): boolean => lets(sddl, session, WRITE_DAC);

/** Whether the session can open the key itself once SYSTEM can: netsh binds no key that whoever runs it cannot open. */
export const opensFor = ({ sddl }: KeyFileList, session: Identity): boolean =>
  lets(withFullAccess(sddl, SYSTEM_SID), session, READ_DATA);

/** Whether the session can open a key file as its list is now; where that was not read, nothing speaks against it. */
export function opensNow(
  place: KeyPlace,
  { session }: { readonly session: Known<Identity> },
  evidence: Evidence,
): boolean {
  const list = keyFileList(place, evidence);
  return !list.known || !session.known || lets(list.value.sddl, session.value, READ_DATA);
}

const lets = (sddl: Sddl, { sid }: Identity, mask: number): boolean =>
  sid === SYSTEM_SID ? grants(sddl, sid, mask) : grants(sddl, sid, mask, ADMINISTRATOR_GROUPS);

/** To find keys in a folder, and to make new ones. */
const LIST_AND_ADD = 0x3;

const ADMINISTRATORS = 'S-1-5-32-544';

/** A folder of machine keys that SYSTEM or the Administrators cannot work in. */
export interface ClosedFolder {
  readonly folder: string;
  readonly keepsOut: readonly ('SYSTEM' | 'Administrators')[];
}

/** Those that hold the key of some https binding; the next key could not be made there. */
export function closedFolders(evidence: Evidence): readonly ClosedFolder[] {
  const { acls } = evidence;
  if (!acls.known) return [];
  const files = joinChains(evidence).flatMap(({ key }) =>
    key.known && key.value && 'file' in key.value ? key.value.file : [],
  );
  const folders = new Set(files.map((file) => file.slice(0, file.lastIndexOf('\\'))));
  return [...folders].flatMap((folder) => {
    const sddl = readSddl(acls.value.get(folder.toLowerCase()) ?? '');
    if (!sddl.ok) return [];
    const keepsOut = [
      ...(grants(sddl.value, SYSTEM_SID, LIST_AND_ADD) ? [] : (['SYSTEM'] as const)),
      ...(grants(sddl.value, ADMINISTRATORS, LIST_AND_ADD) ? [] : (['Administrators'] as const)),
    ];
    return keepsOut.length === 0 ? [] : [{ folder, keepsOut }];
  });
}
