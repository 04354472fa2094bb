// The certificate stores: the machine's in the registry, a user's own My in files of the profile.

import { X509Certificate } from 'node:crypto';
import type { Registry } from '../registry/registry.ts';
import { binaryValue, findValue } from '../registry/registry-values.ts';
import { ofRegistry } from '../remembered.ts';
import type { LabServer, LabUser } from '../server.ts';
import { decodeEntry, encodeEntry, type StoreEntry } from './store-entry.ts';

export { type KeyProvInfo, MACHINE_KEYSET } from '../keys/key-prov-info.ts';
export { decodeEntry, encodeEntry, entryFrom, type StoreEntry } from './store-entry.ts';

const SYSTEM_CERTIFICATES = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates';

/** Those of the CA store that SYSTEM has for itself. */
export const SYSTEMS_CA = 'HKEY_USERS\\S-1-5-18\\Software\\Microsoft\\SystemCertificates\\CA\\Certificates';

/** The registry key of a LocalMachine store's certificates. */
export function storeKey(store: string): string {
  return `${SYSTEM_CERTIFICATES}\\${store}\\Certificates`;
}

/** Entries of a LocalMachine store, by name; undefined when the server has no such store. Broken ones are left out. */
export function readStore(server: LabServer, store: string): readonly StoreEntry[] | undefined {
  return entriesOf(server.registry, store);
}

const entriesOf = ofRegistry((registry, store): readonly StoreEntry[] | undefined => {
  if (!registry.values(`${SYSTEM_CERTIFICATES}\\${store}`)) return undefined;
  return (registry.subkeys(storeKey(store)) ?? []).flatMap((name) => readable(blobOf(registry, store, name), name));
});

function blobOf(registry: Registry, store: string, name: string): Buffer | undefined {
  return findValue(registry, `${storeKey(store)}\\${name}`, 'Blob')?.data;
}

/** As crypt32 does: an entry whose certificate has another hash than its name says is not there. */
function readable(bytes: Buffer | undefined, name: string): readonly StoreEntry[] {
  if (!bytes) return [];
  try {
    const entry = decodeEntry(bytes);
    return entry.thumbprint === name.toUpperCase() ? [entry] : [];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** The entry that certutil would take for this token: see `matchEntry`. */
export function findEntry(server: LabServer, store: string, token: string): StoreEntry | undefined {
  return matchEntry(readStore(server, store) ?? [], token);
}

/** Writes an entry under its thumbprint; makes the store where there is none. */
export function putEntry(server: LabServer, store: string, entry: StoreEntry): void {
  server.registry.setValue(`${storeKey(store)}\\${entry.thumbprint}`, 'Blob', binaryValue(encodeEntry(entry)));
}

/** Takes an entry away. Its key stays where it is, as KB 889651 says. */
export function deleteEntry(server: LabServer, store: string, thumbprint: string): void {
  server.registry.deleteKey(`${storeKey(store)}\\${thumbprint}`);
}

/** The folder of a user's own My store. */
export function userStoreFolder(user: LabUser): string {
  return `${user.profile}\\AppData\\Roaming\\Microsoft\\SystemCertificates\\My\\Certificates`;
}

/** Entries of a user's own My store, by name; none where the folder is missing. */
export function readUserStore(server: LabServer, user: LabUser): readonly StoreEntry[] {
  const folder = userStoreFolder(user);
  const names = server.disk.list(folder)?.files ?? [];
  return names.flatMap((name) => readable(server.disk.read(`${folder}\\${name}`), name));
}

/** The same as `findEntry`, in a user's own My store. */
export function findUserEntry(server: LabServer, user: LabUser, token: string): StoreEntry | undefined {
  return matchEntry(readUserStore(server, user), token);
}

/** The same as `putEntry`, in a user's own My store. */
export function putUserEntry(server: LabServer, user: LabUser, entry: StoreEntry): void {
  server.disk.makeFolder(userStoreFolder(user));
  server.disk.write(`${userStoreFolder(user)}\\${entry.thumbprint}`, encodeEntry(entry));
}

/** The same as `deleteEntry`, in a user's own My store. */
export function deleteUserEntry(server: LabServer, user: LabUser, thumbprint: string): void {
  server.disk.remove(`${userStoreFolder(user)}\\${thumbprint}`);
}

/**
 * The first entry that a certutil CertId names: its SHA-1 (also as spaced pairs), its serial number, its index in the
 * store, or a part of its common name. Invisible characters pasted with a hash make it match nothing, as on Windows.
 */
export function matchEntry(entries: readonly StoreEntry[], token: string): StoreEntry | undefined {
  const digits = token.replaceAll(' ', '').toUpperCase();
  const byHash = entries.find(({ thumbprint }) => thumbprint === digits);
  if (byHash) return byHash;
  const bySerial = entries.find(({ der }) => new X509Certificate(der).serialNumber === digits);
  if (bySerial) return bySerial;
  if (/^\d{1,4}$/.test(token)) return entries[Number(token)];
  if (token === '') return undefined;
  return entries.find(({ der }) => commonName(der).toLowerCase().includes(token.toLowerCase()));
}

function commonName(der: Buffer): string {
  return /^CN=(.*)$/m.exec(new X509Certificate(der).subject)?.[1] ?? '';
}
