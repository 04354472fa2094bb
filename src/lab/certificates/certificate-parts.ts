// The parts of a certificate that a store entry and certutil's text are made from.

import { createHash, X509Certificate } from 'node:crypto';
import { remembered } from '../remembered.ts';
import { type Element, elements } from './der.ts';

/** What the lab reads from a certificate. Names are in DER; the bits are without the count of unused ones. */
export interface CertificateParts {
  readonly x509: X509Certificate;
  /** TBSCertificate, whole: what is signed. */
  readonly signed: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKeyBits: Buffer;
  /** The subject key identifier of the extension, else SHA-1 of the public key bits. */
  readonly keyIdentifier: Buffer;
  /** For example `sha256`; undefined for a signature whose hash we do not know. */
  readonly signatureHash: string | undefined;
}

const SIGNATURE_HASHES: Readonly<Record<string, string>> = {
  '2a864886f70d010105': 'sha1',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
};

/** True for one that names itself as its issuer. */
export function isSelfSigned(der: Buffer): boolean {
  const { issuer, subject } = certificateParts(der);
  return issuer.equals(subject);
}

/** Takes a certificate apart; throws for bytes that are none. The same few are asked about for every visitor. */
export const certificateParts = (der: Buffer): CertificateParts => partsOf(der.toString('latin1'));

const partsOf = remembered((latin1): CertificateParts => {
  const der = Buffer.from(latin1, 'latin1');
  const x509 = new X509Certificate(der);
  const [certificate] = elements(x509.raw);
  const [signed, algorithm] = elements(child(certificate).content);
  const fields = elements(child(signed).content);
  // [0] version, serial, algorithm, issuer, validity, subject, public key, ... ; version 1 leaves out the first.
  const base = fields[0]?.tag === 0xa0 ? 1 : 0;
  const publicKeyBits = child(elements(child(fields[base + 5]).content)[1]).content.subarray(1);
  return {
    x509,
    signed: child(signed).bytes,
    issuer: child(fields[base + 2]).bytes,
    subject: child(fields[base + 4]).bytes,
    publicKeyBits,
    keyIdentifier: subjectKeyIdentifier(fields) ?? createHash('sha1').update(publicKeyBits).digest(),
    signatureHash: SIGNATURE_HASHES[child(elements(child(algorithm).content)[0]).content.toString('hex')],
  };
}, 256);

function subjectKeyIdentifier(fields: readonly Element[]): Buffer | undefined {
  const extensions = fields.find(({ tag }) => tag === 0xa3);
  if (!extensions) return undefined;
  for (const extension of elements(child(elements(extensions.content)[0]).content)) {
    const parts = elements(extension.content);
    if (parts[0]?.content.toString('hex') !== '551d0e') continue;
    return child(elements(child(parts.at(-1)).content)[0]).content;
  }
  return undefined;
}

function child(element: Element | undefined): Element {
  if (!element) throw new RangeError('DER element missing');
  return element;
}
