// Finding certificates in the LocalMachine stores that were read.

import type { StoreCertificate } from '../model/certificate.ts';
import type { Evidence } from '../model/evidence.ts';
import { type Known, known, unknown } from '../model/known.ts';
import { once } from './once.ts';

/** The entry with that thumbprint in that LocalMachine store ('' = MY); undefined when the store was read and lacks it. */
export function findCertificate(
  evidence: Evidence,
  store: string,
  thumbprint: string,
): Known<StoreCertificate | undefined> {
  const entries = storeNamed(evidence, store);
  if (!entries.known) return entries;
  return known(byThumbprint(entries.value).get(thumbprint), entries.source);
}

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
