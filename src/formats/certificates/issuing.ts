// What a certificate tells of who has issued it: read with node:crypto, since only the few that are sent are asked.

import { X509Certificate } from 'node:crypto';
import { derChildren, derElement, derHex } from './der.ts';

/** CRYPTO cannot read every certificate that Windows keeps. */
function opened(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

/** Whether `issuer` has signed `der`: by its name, its right to sign, and its key. */
export function isIssuedBy(der: Uint8Array, issuer: Uint8Array): boolean {
  const [signed, signer] = [opened(der), opened(issuer)];
  if (signed === undefined || signer === undefined || !signer.ca) return false;
  try {
    return signed.checkIssued(signer) && signed.verify(signer.publicKey);
  } catch {
    // A key of a kind that Node does not know.
    return false;
  }
}

/** Where the issuer's certificate can be fetched, as the certificate says (authority information access, RFC 5280 4.2.2.1). */
export function issuerAddresses(der: Uint8Array): readonly string[] {
  const lines = opened(der)?.infoAccess?.split('\n') ?? [];
  return lines.flatMap((line) => /^CA Issuers - URI:(https?:\/\/[\x21-\x7e]{1,500})$/.exec(line)?.[1] ?? []);
}

const POLICIES = '551d20';

/** 2.23.140.1: the CA/Browser Forum's own policies, one of which is in every certificate that browsers trust. */
const OF_BROWSERS = /^67810c01/;

/** Whether it was issued under the rules of the CA/Browser Forum: there no root signs a server's certificate itself. */
export function isPubliclyIssued(der: Uint8Array): boolean {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength);
  const [signed] = derChildren(bytes, derElement(bytes, 0, bytes.length)) ?? [];
  const wrapper = derChildren(bytes, signed)?.find(({ tag }) => tag === 0xa3);
  const extensions = derChildren(bytes, derChildren(bytes, wrapper)?.[0]) ?? [];
  return extensions.some((extension) => {
    const parts = derChildren(bytes, extension) ?? [];
    const [type, octets] = [parts[0], parts.at(-1)];
    if (type === undefined || octets?.tag !== 0x04 || derHex(bytes, type) !== POLICIES) return false;
    const policies = derChildren(bytes, derElement(bytes, octets.start, octets.end)) ?? [];
    return policies.some((policy) => {
      const [id] = derChildren(bytes, policy) ?? [];
      return id !== undefined && OF_BROWSERS.test(derHex(bytes, id));
    });
  });
}
