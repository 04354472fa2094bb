// A machine store as `reg export` of HKLM\SOFTWARE\Microsoft\SystemCertificates\<STORE> writes it.

import { fail, ok, type Result } from '../../model/result.ts';
import type { StoreCertificate, UnreadableEntry } from '../../model/server/certificate.ts';
import { keyOf, type RegFile } from '../registry/reg-file.ts';
import { readStoreEntry, thumbprintInside } from './store-entry.ts';

/** The entries of a store: those that could be read, and those that could not. */
export interface StoreExport {
  readonly certificates: readonly StoreCertificate[];
  readonly unreadable: readonly UnreadableEntry[];
}

/** Where the registry has the stores of LocalMachine. */
export const MACHINES_STORES = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';

/** Reads the store `store` (`MY`, `WebHosting`) from an export of it; malformed when the export is of something else. `stores`: whose it is. */
export function readStoreExport(file: RegFile, store: string, stores = MACHINES_STORES): Result<StoreExport> {
  const root = keyOf(`${stores}\\${store}`);
  const prefix = `${root}\\certificates\\`;
  const certificates: StoreCertificate[] = [];
  const unreadable: UnreadableEntry[] = [];
  let found = false;
  for (const [path, key] of file.keys) {
    found ||= path === root || path.startsWith(`${root}\\`);
    if (!path.startsWith(prefix) || path.includes('\\', prefix.length)) continue;
    const name = key.path.slice(key.path.lastIndexOf('\\') + 1);
    const blob = key.values.get('blob');
    const entry =
      blob?.type === 'binary' ? readStoreEntry(blob.data, name, store) : fail('the entry has no Blob of binary type');
    if (entry.ok) certificates.push(entry.value);
    else unreadable.push({ store, name, why: entry.error, ...standsFor(name, blob?.data) });
  }
  return found ? ok({ certificates, unreadable }) : fail(`not an export of the store ${store}`);
}

/** The name says it, unless it is no thumbprint at all or the certificate inside is another one. */
function standsFor(name: string, blob: Uint8Array | undefined): { readonly thumbprint?: string } {
  const thumbprint = name.toUpperCase();
  const inside = blob === undefined ? undefined : thumbprintInside(blob);
  return /^[0-9A-F]{40}$/.test(thumbprint) && (inside ?? thumbprint) === thumbprint ? { thumbprint } : {};
}
