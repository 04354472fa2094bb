// One entry of a certificate store: the `Blob` value in the registry, or a file below SystemCertificates in a profile.
// Layout: [MS-GPEF] 2.2.1.1.1.1 "Certificate BLOB Properties"; each record is id, 1, length, value, little endian.

import { hash } from 'node:crypto';
import { fail, ok, type Result } from '../../model/result.ts';
import type { KeyProvider, StoreCertificate } from '../../model/server/certificate.ts';
import { readCertificateFacts } from './certificate-facts.ts';

/** One property record; ids as CERT_..._PROP_ID of wincrypt.h. `value` is a view of the entry. */
export interface EntryProperty {
  readonly id: number;
  readonly value: Uint8Array;
}

const KEY_PROV_INFO = 2;
const FRIENDLY_NAME = 11;
const ARCHIVED = 19;
const CERTIFICATE = 32;
const RENEWAL = 64;

/** CRYPT_MACHINE_KEYSET, the same bit as NCRYPT_MACHINE_KEY_FLAG. */
const MACHINE_KEYSET = 0x20;

/** The records of an entry in stored order. Id 0 ends the entry. */
export function entryProperties(bytes: Uint8Array): Result<readonly EntryProperty[]> {
  const properties: EntryProperty[] = [];
  const wrong = eachProperty(bytes, (id, start, end) => properties.push({ id, value: bytes.subarray(start, end) }));
  return wrong === undefined ? ok(properties) : fail(wrong);
}

/** Gives the place of each record to `take`, and makes nothing of those that nobody wants; what is wrong with the entry, if anything. */
function eachProperty(bytes: Uint8Array, take: (id: number, start: number, end: number) => void): string | undefined {
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 4) return `the entry is cut at byte ${at}`;
    const id = wordAt(bytes, at);
    if (id === 0) break;
    if (bytes.length - at < 12) return `the entry is cut at byte ${at}`;
    if (wordAt(bytes, at + 4) !== 1) return `no property record at byte ${at}`;
    const start = at + 12;
    const length = wordAt(bytes, at + 8);
    if (length > bytes.length - start) return `property ${id} at byte ${at} is longer than the entry`;
    take(id, start, start + length);
    at = start + length;
  }
  return undefined;
}

/**
 * Reads an entry. `name` is the name of its registry key or file, which must be the SHA-1 of the certificate inside:
 * Windows looks certificates up by that name.
 */
export function readStoreEntry(bytes: Uint8Array, name: string, store: string): Result<StoreCertificate> {
  const found: {
    der?: Uint8Array;
    keyInfo?: Uint8Array;
    friendlyName?: Uint8Array;
    archived?: true;
    renewal?: Uint8Array;
  } = {};
  // Of two records of one kind the last counts.
  const wrong = eachProperty(bytes, (id, start, end) => {
    if (id === CERTIFICATE) found.der = bytes.subarray(start, end);
    else if (id === KEY_PROV_INFO) found.keyInfo = bytes.subarray(start, end);
    else if (id === FRIENDLY_NAME) found.friendlyName = bytes.subarray(start, end);
    else if (id === ARCHIVED) found.archived = true;
    else if (id === RENEWAL) found.renewal = bytes.subarray(start, end);
  });
  if (wrong !== undefined) return fail(wrong);
  const { der, keyInfo, friendlyName, renewal } = found;
  if (der === undefined) return fail('the entry holds no certificate');
  const thumbprint = hash('sha1', der).toUpperCase();
  if (thumbprint !== name.toUpperCase()) return fail(`the certificate inside has the thumbprint ${thumbprint}`);
  const facts = readCertificateFacts(der);
  if (!facts.ok) return facts;
  const key = keyInfo && readKeyProvider(keyInfo);
  if (key?.ok === false) return key;
  return ok({
    store,
    thumbprint,
    friendlyName: friendlyName === undefined ? '' : (stringAt(friendlyName, 0, false) ?? ''),
    ...(key && { key: key.value }),
    archived: found.archived === true,
    // A hash of another length is none.
    ...(renewal?.length === 20 && { renewal: Buffer.from(renewal).toString('hex').toUpperCase() }),
    blob: bytes,
    der,
    facts: facts.value,
  });
}

/** 32 bits, little endian. A DataView for each entry took longer than all that was read with it. */
const wordAt = (bytes: Uint8Array, at: number): number =>
  (((bytes[at + 3] ?? 0) << 24) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >>> 0;

/** The thumbprint of the certificate in an entry, whatever else of it cannot be read; undefined where none is found. */
export function thumbprintInside(bytes: Uint8Array): string | undefined {
  const properties = entryProperties(bytes);
  const certificate = properties.ok ? properties.value.findLast(({ id }) => id === CERTIFICATE) : undefined;
  return certificate && hash('sha1', certificate.value).toUpperCase();
}

/** KEY_PROV_INFO, [MS-GPEF] 2.2.1.1.1.1.1: always the 32-bit layout; its offsets are not to be trusted. */
export function readKeyProvider(value: Uint8Array): Result<KeyProvider> {
  if (value.length < 28) return fail('the key provider property is cut');
  const container = providerString(value, wordAt(value, 0));
  const provider = providerString(value, wordAt(value, 4));
  if (container === undefined || provider === undefined) {
    return fail('the key provider property points at no string of its own');
  }
  const flags = wordAt(value, 12);
  const machineKeyset = (flags & MACHINE_KEYSET) !== 0;
  return ok({ container, provider, type: wordAt(value, 8), flags, machineKeyset, keySpec: wordAt(value, 24) });
}

/** Offset 0 means that there is no such string. */
const providerString = (value: Uint8Array, offset: number): string | undefined =>
  offset === 0 ? '' : offset < 28 ? undefined : stringAt(value, offset, true);

/** A UTF-16LE string up to its NUL; undefined when it has none where it must have one. */
function stringAt(value: Uint8Array, offset: number, needsNul: boolean): string | undefined {
  if (offset >= value.length) return needsNul ? undefined : '';
  const last = offset + ((value.length - offset) & ~1);
  let end = offset;
  while (end < last && (value[end] !== 0 || value[end + 1] !== 0)) end += 2;
  if (end === last && needsNul) return undefined;
  return Buffer.from(value.buffer, value.byteOffset + offset, end - offset).toString('utf16le');
}
