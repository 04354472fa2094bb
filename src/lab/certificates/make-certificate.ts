// Real server certificates for the lab's sites.

import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { certificateParts } from './certificate-parts.ts';
import { der, elements, oid, TAG, time } from './der.ts';

/** What to certify. */
export interface CertificateRequest {
  /** DNS names or IPv4 addresses; the first is the common name, all are subject alternative names. */
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** RSA; a new key where none is given. */
  readonly key?: KeyObject;
  /** A certificate that signs others, not a server's. */
  readonly authority?: boolean;
  /** As a browser's authority issues it: under a policy of the CA/Browser Forum, and with the address of its issuer. */
  readonly issuerAddress?: string;
  /** Who signs; the certificate signs itself where none is given. */
  readonly issuer?: { readonly der: Buffer; readonly privateKey: KeyObject };
}

/** What keys of the lab are. */
export const RSA = { modulusLength: 2048 };

/** A new RSA key of 2048 bits. */
export function newKey(): KeyObject {
  return generateKeyPairSync('rsa', RSA).privateKey;
}

const SHA256_RSA = der(TAG.sequence, oid('1.2.840.113549.1.1.11'), der(0x05));

/**
 * Makes an X.509 v3 server certificate. `keyPool` gives the key where the request has none: making one takes a tenth of
 * a second, so tests hand out keys that they made before.
 */
export function makeCertificate(
  request: CertificateRequest,
  keyPool: () => KeyObject = newKey,
): { readonly der: Buffer; readonly privateKey: KeyObject } {
  const privateKey = request.key ?? keyPool();
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const subject = commonName(request.names[0] ?? '');
  const issuer = request.issuer ? certificateParts(request.issuer.der).subject : subject;
  const signed = der(
    TAG.sequence,
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serialNumber()),
    SHA256_RSA,
    issuer,
    der(TAG.sequence, time(request.notBefore), time(request.notAfter)),
    subject,
    publicKey,
    der(0xa3, der(TAG.sequence, ...extensions(request, publicKey))),
  );
  const signature = sign('sha256', signed, request.issuer?.privateKey ?? privateKey);
  return {
    der: der(TAG.sequence, signed, SHA256_RSA, der(TAG.bitString, Buffer.from([0]), signature)),
    privateKey,
  };
}

/** 16 bytes, positive, without a leading zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function commonName(name: string): Buffer {
  const attribute = der(TAG.sequence, oid('2.5.4.3'), der(TAG.utf8, Buffer.from(name)));
  return der(TAG.sequence, der(TAG.set, attribute));
}

function extensions({ names, authority, issuerAddress }: CertificateRequest, publicKey: Buffer): readonly Buffer[] {
  const bits = elements(elements(publicKey)[0]?.content ?? publicKey)[1]?.content.subarray(1) ?? publicKey;
  const keyIdentifier = extension('2.5.29.14', der(TAG.octetString, createHash('sha1').update(bits).digest()));
  if (authority) {
    // keyCertSign and cRLSign; basic constraints with CA true.
    const signs = extension('2.5.29.15', der(TAG.bitString, Buffer.from([1, 0x06])), true);
    return [signs, extension('2.5.29.19', der(TAG.sequence, der(0x01, Buffer.from([0xff]))), true), keyIdentifier];
  }
  const alternatives = names.map((name) =>
    isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  // digitalSignature and keyEncipherment: what an RSA server key is used for.
  const keyUsage = der(TAG.bitString, Buffer.from([5, 0xa0]));
  return [
    extension('2.5.29.15', keyUsage, true),
    extension('2.5.29.37', der(TAG.sequence, oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', der(TAG.sequence, ...alternatives)),
    keyIdentifier,
    ...(issuerAddress === undefined ? [] : ofBrowsers(issuerAddress)),
  ];
}

/** Authority information access (caIssuers), and the policy of a domain-validated certificate. */
function ofBrowsers(address: string): readonly Buffer[] {
  const access = der(TAG.sequence, oid('1.3.6.1.5.5.7.48.2'), der(0x86, Buffer.from(address)));
  return [
    extension('1.3.6.1.5.5.7.1.1', der(TAG.sequence, access)),
    extension('2.5.29.32', der(TAG.sequence, der(TAG.sequence, oid('2.23.140.1.2.1')))),
  ];
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const mark = critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return der(TAG.sequence, oid(id), ...mark, der(TAG.octetString, value));
}
