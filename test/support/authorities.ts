// A small public key infrastructure for tests of chains: real certificates, made by the lab with keys that tests share.

import { createHash } from 'node:crypto';
import { readStoreEntry } from '../../src/formats/certificates/store-entry.ts';
import { type CertificateRequest, makeCertificate } from '../../src/lab/certificates/make-certificate.ts';
import { encodeEntry, entryFrom } from '../../src/lab/certificates/store.ts';
import type { StoreCertificate } from '../../src/model/server/certificate.ts';
import type { Handshake } from '../../src/model/server/evidence.ts';
import { sharedKey } from './small-lab.ts';

/** Valid at the time of the evidence that tests use; `PAST` is not any more. */
const VALID = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
export const PAST = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2026-01-01T00:00:00Z') };

type Made = ReturnType<typeof makeCertificate>;

/** With the key of that number. */
export const made = (name: string, key: number, request: Partial<CertificateRequest> = {}): Made =>
  makeCertificate({ names: [name], key: sharedKey(key), ...VALID, ...request });

/** An authority that signs for itself, or for another. */
export const authority = (name: string, key: number, issuer?: Made, request: Partial<CertificateRequest> = {}): Made =>
  made(name, key, { authority: true, ...(issuer && { issuer }), ...request });

/** As the product reads it from a store. */
export function stored({ der }: Pick<Made, 'der'>, store: string): StoreCertificate {
  const entry = readStoreEntry(encodeEntry(entryFrom(der)), thumbprintOf({ der }), store);
  if (!entry.ok) throw new Error(entry.error);
  return entry.value;
}

export const thumbprintOf = ({ der }: Pick<Made, 'der'>): string =>
  createHash('sha1').update(der).digest('hex').toUpperCase();

/** What a visitor got who was sent these. */
export function sending(...certificates: readonly Pick<Made, 'der'>[]): Handshake {
  const [own] = certificates;
  if (own === undefined) throw new Error('a server sends its own certificate at least');
  return {
    outcome: 'certificate',
    thumbprint: thumbprintOf(own),
    protocol: 'TLSv1.3',
    sent: certificates.map(({ der }) => der),
  };
}
