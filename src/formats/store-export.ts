// A machine store as `reg export` of HKLM\SOFTWARE\Microsoft\SystemCertificates\<STORE> writes it.

import type { StoreCertificate } from '../model/certificate.ts';
import { malformed, type Parsed, parsed } from '../model/parsed.ts';
import { keyOf, type RegFile } from './reg-file.ts';
import { readStoreEntry } from './store-entry.ts';

/** The entries of a store: those that could be read, and those that could not, each with the reason as one clause. */
export interface StoreExport {
  readonly certificates: readonly StoreCertificate[];
  readonly unreadable: readonly { readonly name: string; readonly why: string }[];
}

/** Reads the store `store` (`MY`, `WebHosting`) from an export of it; malformed when the export is of something else. */
export function readStoreExport(file: RegFile, store: string): Parsed<StoreExport> {
  const root = keyOf(`HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\${store}`);
  const prefix = `${root}\\certificates\\`;
  const certificates: StoreCertificate[] = [];
  const unreadable: { name: string; why: string }[] = [];
  let found = false;
  for (const [path, key] of file.keys) {
    found ||= path === root || path.startsWith(`${root}\\`);
    if (!path.startsWith(prefix) || path.includes('\\', prefix.length)) continue;
    const name = key.path.slice(key.path.lastIndexOf('\\') + 1);
    const blob = key.values.get('blob');
    const entry =
      blob?.type === 'binary'
        ? readStoreEntry(blob.data, name, store)
        : malformed<StoreCertificate>('the entry has no Blob of binary type');
    if (entry.ok) certificates.push(entry.value);
    else unreadable.push({ name, why: entry.error });
  }
  return found ? parsed({ certificates, unreadable }) : malformed(`not an export of the store ${store}`);
}
