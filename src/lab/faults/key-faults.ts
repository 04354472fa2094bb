// Faults of a private key that lies where it should.

import { callerOf } from '../callers.ts';
import { putEntry } from '../certificates/store.ts';
import { PROPERTY, withProperty } from '../certificates/store-entry.ts';
import { encodeKeyProvInfo } from '../keys/key-prov-info.ts';
import { openKey } from '../keys/keys.ts';
import { setKeySddl } from '../permissions/acls.ts';
import type { LabServer } from '../server.ts';
import { certificateInUse } from './in-use.ts';
import { LabFaultError } from './lab-fault-error.ts';

/**
 * The certificate of the first https site was deleted and added again from a .cer file: the entry names no key, and the key
 * lies where it lay (KB 889651).
 */
export function loseKeyLink(server: LabServer): void {
  const { store, entry } = certificateInUse(server);
  putEntry(server, store, withProperty(entry, PROPERTY.keyProvInfo, undefined));
}

/** Somebody has tidied up: the Administrators keep the key of the first https site to themselves, and SYSTEM is refused. */
export function closeKey(server: LabServer): void {
  const { entry } = certificateInUse(server);
  const opened = entry.key && openKey(server, callerOf(server, 'system'), entry.key);
  if (!opened?.ok) throw new LabFaultError('The first https site has no key that could be closed to SYSTEM.');
  setKeySddl(server, opened.file, 'O:BAG:SYD:PAI(D;;FA;;;SY)(A;;FA;;;BA)');
}

const AT_SIGNATURE = 2;

/** The key of the first https site was made, or imported, as one for signatures alone. CNG keys have no such kind. */
export function makeSignatureOnly(server: LabServer): void {
  const { store, entry } = certificateInUse(server);
  const { key } = entry;
  if (key === undefined || key.type === 0)
    throw new LabFaultError('The first https site has no CryptoAPI key that could be for signatures alone.');
  const kind = encodeKeyProvInfo({ ...key, keySpec: AT_SIGNATURE });
  putEntry(server, store, withProperty(entry, PROPERTY.keyProvInfo, kind));
}
