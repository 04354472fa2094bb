// An entry of a certificate store: the serialised certificate that Windows keeps as `Blob`, or as a file of a profile.

import { createHash } from 'node:crypto';
import { decodeKeyProvInfo, encodeKeyProvInfo, type KeyProvInfo } from '../keys/key-prov-info.ts';
import { certificateParts } from './certificate-parts.ts';

/** Property ids of wincrypt.h that the lab writes or reads. */
export const PROPERTY = {
  keyProvInfo: 2,
  sha1: 3,
  md5: 4,
  friendlyName: 11,
  signatureHash: 15,
  archived: 19,
  keyIdentifier: 20,
  publicKeyMd5: 25,
  certificate: 32,
  /** SHA-1 of the certificate that this one was renewed with. */
  renewal: 64,
} as const;

/** A certificate in a store, with its properties by id (the certificate itself, 32, not among them). */
export interface StoreEntry {
  /** SHA-1 of the DER, 40 upper-case hex digits. */
  readonly thumbprint: string;
  readonly der: Buffer;
  readonly properties: ReadonlyMap<number, Buffer>;
  /** Property 2, read. */
  readonly key?: KeyProvInfo;
  readonly friendlyName: string;
}

/** A new entry with the properties that Windows gives one, in the order in which it writes them. */
export function entryFrom(der: Buffer, key?: KeyProvInfo, friendlyName = ''): StoreEntry {
  const parts = certificateParts(der);
  const hash = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest();
  const properties = new Map<number, Buffer>();
  if (key) properties.set(PROPERTY.keyProvInfo, encodeKeyProvInfo(key));
  properties.set(PROPERTY.sha1, hash('sha1', der));
  properties.set(PROPERTY.md5, hash('md5', der));
  if (friendlyName) properties.set(PROPERTY.friendlyName, Buffer.from(`${friendlyName}\0`, 'utf16le'));
  if (parts.signatureHash) properties.set(PROPERTY.signatureHash, hash(parts.signatureHash, parts.signed));
  properties.set(PROPERTY.keyIdentifier, parts.keyIdentifier);
  properties.set(PROPERTY.publicKeyMd5, hash('md5', parts.publicKeyBits));
  return entryOf(der, properties);
}

/** The same entry with one property set, or taken away where no value is given. */
export function withProperty(entry: StoreEntry, id: number, value: Buffer | undefined): StoreEntry {
  const properties = new Map(entry.properties);
  if (value) properties.set(id, value);
  else properties.delete(id);
  return entryOf(entry.der, properties);
}

/** The bytes of an entry: records of id, encoding (always 1), length, value; the certificate last. */
export function encodeEntry(entry: StoreEntry): Buffer {
  return Buffer.concat([...entry.properties, [PROPERTY.certificate, entry.der] as const].map(record));
}

/** Reads the bytes of an entry; throws a RangeError for bytes that break off or hold no certificate. */
export function decodeEntry(bytes: Buffer): StoreEntry {
  const properties = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const id = bytes.readUInt32LE(at);
    const length = bytes.readUInt32LE(at + 8);
    const end = at + 12 + length;
    if (bytes.readUInt32LE(at + 4) !== 1 || end > bytes.length) throw new RangeError('not a serialised certificate');
    properties.set(id, bytes.subarray(at + 12, end));
    at = end;
  }
  const der = properties.get(PROPERTY.certificate);
  if (!der) throw new RangeError('a serialised certificate without its certificate');
  properties.delete(PROPERTY.certificate);
  return entryOf(der, properties);
}

function record([id, value]: readonly [number, Buffer]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(id);
  head.writeUInt32LE(1, 4);
  head.writeUInt32LE(value.length, 8);
  return Buffer.concat([head, value]);
}

function entryOf(der: Buffer, properties: ReadonlyMap<number, Buffer>): StoreEntry {
  const key = properties.get(PROPERTY.keyProvInfo);
  return {
    thumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
    der,
    properties,
    ...(key && { key: decodeKeyProvInfo(key) }),
    friendlyName: (properties.get(PROPERTY.friendlyName)?.toString('utf16le') ?? '').replace(/\0[\s\S]*$/, ''),
  };
}
