// A certificate with its private key in LocalMachine, as importing a PFX leaves it.

import { type KeyObject, randomUUID } from 'node:crypto';
import { type KeyStorage, makeKey } from '../keys/keys.ts';
import { DEFAULT_KEY_SDDL, setKeySddl } from '../permissions/acls.ts';
import type { LabServer } from '../server.ts';
import { entryFrom, type KeyProvInfo, MACHINE_KEYSET, putEntry, type StoreEntry } from './store.ts';

/** Puts it into the store, with a machine key that can be exported. */
export function importCertificate(
  server: LabServer,
  { der, privateKey }: { readonly der: Buffer; readonly privateKey: KeyObject },
  storage: KeyStorage,
  friendlyName: string,
  store = 'MY',
): StoreEntry {
  const info = keyProvInfo(storage);
  const file = makeKey(server, { container: info.container, storage, scope: 'machine', exportable: true, privateKey });
  setKeySddl(server, file, DEFAULT_KEY_SDDL);
  const entry = entryFrom(der, info, friendlyName);
  putEntry(server, store, entry);
  return entry;
}

// CryptoAPI containers are named by a GUID in braces, CNG ones by a bare one with a prefix.
function keyProvInfo(storage: KeyStorage): KeyProvInfo {
  const id = randomUUID();
  if (storage === 'cng') {
    const provider = 'Microsoft Software Key Storage Provider';
    return { container: `tp-${id}`, provider, type: 0, flags: MACHINE_KEYSET, keySpec: 0 };
  }
  const provider = 'Microsoft RSA SChannel Cryptographic Provider';
  return { container: `{${id.toUpperCase()}}`, provider, type: 12, flags: MACHINE_KEYSET, keySpec: 1 };
}
