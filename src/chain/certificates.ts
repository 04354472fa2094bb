// Finding certificates in the LocalMachine stores that were read.

import type { StoreExport } from '../formats/certificates/store-export.ts';
import { type StoreCertificate, unreadableEntry } from '../model/certificate.ts';
import type { Evidence } from '../model/evidence.ts';
import { type Known, known, type Source, unknown } from '../model/known.ts';
import { once } from './once.ts';

/** The entry with that thumbprint in that LocalMachine store ('' = MY); undefined when it is certain that the store lacks it. */
export function findCertificate(
  evidence: Evidence,
  store: string,
  thumbprint: string,
): Known<StoreCertificate | undefined> {
  const entries = storeNamed(evidence, store);
  if (!entries.known) return entries;
  const unreadable = evidence.unreadableEntries.filter((entry) => isSameStore(entry.store, store));
  return entryNamed(thumbprint, { certificates: entries.value, unreadable }, entries.source);
}

/** The entry with that thumbprint. One that is not found is unknown while an unreadable entry may be it. */
export function entryNamed(
  thumbprint: string,
  { certificates, unreadable }: StoreExport,
  source: Source,
): Known<StoreCertificate | undefined> {
  const found = byThumbprint(certificates).get(thumbprint);
  const hidden = unreadable.find((entry) => (entry.thumbprint ?? thumbprint) === thumbprint);
  return found === undefined && hidden !== undefined ? unknown(unreadableEntry(hidden), source) : known(found, source);
}

/**
 * Why the certificates of this server are not all known, as one clause; undefined where both stores were read to the last
 * entry. Nobody may choose among certificates that are not all known.
 */
export function notAllCertificates(evidence: Evidence): string | undefined {
  const stores: readonly (readonly [string, Known<unknown>])[] = [
    ['MY', evidence.storeMy],
    ['WebHosting', evidence.storeWebHosting],
  ];
  const whys = [
    ...stores.flatMap(([name, store]) => (store.known ? [] : [`LocalMachine\\${name} was not read: ${store.why}`])),
    ...evidence.unreadableEntries.map(unreadableEntry),
  ];
  return whys[0] && whys.join('; ');
}

const isSameStore = (one: string, other: string): boolean =>
  (one || 'MY').toLowerCase() === (other || 'MY').toLowerCase();

/** The store of that name, whatever its spelling. */
function storeNamed(evidence: Evidence, store: string): Known<readonly StoreCertificate[]> {
  const name = store.toLowerCase();
  if (name === '' || name === 'my') return evidence.storeMy;
  if (name === 'webhosting') return evidence.storeWebHosting;
  return unknown(`the store ${store} is not one that is read`, evidence.storeMy.source);
}

/** All entries of the stores that were read. */
export const allCertificates = once(({ storeMy, storeWebHosting }: Evidence): readonly StoreCertificate[] => [
  ...(storeMy.known ? storeMy.value : []),
  ...(storeWebHosting.known ? storeWebHosting.value : []),
]);

const byThumbprint = once(
  (entries: readonly StoreCertificate[]) => new Map(entries.map((entry) => [entry.thumbprint, entry])),
);
