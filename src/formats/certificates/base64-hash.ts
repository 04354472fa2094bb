// The value of customMetadata property 5506: a certificate hash, base64 of 20 bytes.

/** A hash, or which of the two ways it is not one. */
export type MetadataHash =
  /** 40 upper-case hex digits. */
  | { readonly kind: 'hash'; readonly thumbprint: string }
  | { readonly kind: 'not-base64' }
  | { readonly kind: 'wrong-length'; readonly bytes: number };

/** Reads the value strictly (RFC 4648): Node's own decoder skips what it does not know, and would make hashes of garbage. */
export function readMetadataHash(value: string): MetadataHash {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.toString('base64') !== value) return { kind: 'not-base64' };
  if (bytes.length !== 20) return { kind: 'wrong-length', bytes: bytes.length };
  return { kind: 'hash', thumbprint: bytes.toString('hex').toUpperCase() };
}
