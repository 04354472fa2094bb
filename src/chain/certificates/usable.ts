// Whether http.sys, which works as SYSTEM, can use a certificate's key.

import { type Grant, grantOf } from '../../formats/acl/access.ts';
import { readSddl } from '../../formats/acl/sddl.ts';
import { once } from '../../model/once.ts';
import { ok, type Result } from '../../model/result.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { KeyPlace } from '../../model/server/chain.ts';
import { type Evidence, SYSTEM_SID } from '../../model/server/evidence.ts';
import { broken, type Known, known, unknown } from '../../model/server/known.ts';
import { isSignatureOnly, keyPlace } from './key-place.ts';

/** FILE_READ_DATA: what SYSTEM needs on a key file. */
export const READ_DATA = 0x1;

/** True when the key is where SYSTEM can open it and its file's ACL, as far as it was read, does not forbid it. */
export function usableBySystem(certificate: StoreCertificate, evidence: Evidence): Known<boolean> {
  const place = keyPlace(certificate.key, evidence);
  if (!place.known) return place;
  const opens = place.value.at === 'system' || place.value.at === 'machine';
  if (opens && isSignatureOnly(certificate.key))
    return unknown(
      'it is for signatures only (AT_SIGNATURE), which not every visitor can be served with',
      place.source,
    );
  if (place.value.at === 'system') return known(true, place.source);
  if (place.value.at === 'hardware') return unknown(`its key is with ${place.value.provider}`, place.source);
  if (place.value.at !== 'machine') return known(false, place.source);
  const access = systemMayRead(place.value, evidence);
  return known(!access.known || access.value, place.source);
}

/** Whether SYSTEM may read the key file, by its ACL; unknown where the ACL was not read. */
export function systemMayRead(place: KeyPlace, evidence: Evidence): Known<boolean> {
  const { acls } = evidence;
  if (place.at === 'system') return known(true, acls.source);
  if (!('file' in place)) return unknown('there is no key file', acls.source);
  if (!acls.known) return acls;
  const sddl = acls.value.get(place.file.toLowerCase());
  if (sddl === undefined) {
    // A collector saves the permissions of a whole folder: a list that lacks one of its files was damaged on its way.
    const lacking = evidence.recorded && pathsSaved(acls.value).has(folderOf(place.file)) ? broken : unknown;
    return lacking(`the permissions of ${place.file} were not read`, acls.source);
  }
  const grant = systemsGrant(sddl, acls.value);
  const damaged = evidence.recorded ? broken : unknown;
  if (!grant.ok) return damaged(`the permissions of ${place.file} are unreadable: ${grant.error}`, acls.source);
  if (grant.value === 'conditional')
    return unknown(`the permissions of ${place.file} hold a condition that only Windows can judge`, acls.source);
  return known(grant.value === 'granted', acls.source);
}

/** Thousands of key files share a few descriptors: each is read once. */
function systemsGrant(sddl: string, acls: ReadonlyMap<string, string>): Result<Grant> {
  const existing = grantsRead(acls).get(sddl);
  if (existing !== undefined) return existing;
  const descriptor = readSddl(sddl);
  const grant = descriptor.ok ? ok(grantOf(descriptor.value, SYSTEM_SID, READ_DATA)) : descriptor;
  grantsRead(acls).set(sddl, grant);
  return grant;
}

/** What was saved, and the folders that it lies in. */
const pathsSaved = once(
  (acls: ReadonlyMap<string, string>) => new Set([...acls.keys()].flatMap((path) => [path, folderOf(path)])),
);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('\\')).toLowerCase();

const grantsRead = once((_acls: ReadonlyMap<string, string>) => new Map<string, Result<Grant>>());
