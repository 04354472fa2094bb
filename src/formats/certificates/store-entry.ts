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
  const view = viewOf(bytes);
  const properties: EntryProperty[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 4) return fail(`the entry is cut at byte ${at}`);
    const id = view.getUint32(at, true);
    if (id === 0) break;
    if (bytes.length - at < 12) return fail(`the entry is cut at byte ${at}`);
    if (view.getUint32(at + 4, true) !== 1) return fail(`no property record at byte ${at}`);
    const start = at + 12;
    const length = view.getUint32(at + 8, true);
    if (length > bytes.length - start) return fail(`property ${id} at byte ${at} is longer than the entry`);
    properties.push({ id, value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return ok(properties);
}

/**
 * Reads an entry. `name` is the name of its registry key or file, which must be the SHA-1 of the certificate inside:
 * Windows looks certificates up by that name.
 */
export function readStoreEntry(bytes: Uint8Array, name: string, store: string): Result<StoreCertificate> {
  const properties = entryProperties(bytes);
  if (!properties.ok) return properties;
  const values = new Map(properties.value.map(({ id, value }) => [id, value]));
  const der = values.get(CERTIFICATE);
  if (der === undefined) return fail('the entry holds no certificate');
  const thumbprint = hash('sha1', der).toUpperCase();
  if (thumbprint !== name.toUpperCase()) return fail(`the certificate inside has the thumbprint ${thumbprint}`);
  const facts = readCertificateFacts(der);
  if (!facts.ok) return facts;
  const keyInfo = values.get(KEY_PROV_INFO);
  const key = keyInfo === undefined ? undefined : readKeyProvider(keyInfo);
  if (key?.ok === false) return key;
  const friendlyName = values.get(FRIENDLY_NAME);
  const renewal = values.get(RENEWAL);
  return ok({
    store,
    thumbprint,
    friendlyName: friendlyName === undefined ? '' : (stringAt(friendlyName, 0, false) ?? ''),
    ...(key && { key: key.value }),
    archived: values.has(ARCHIVED),
    // A hash of another length is none.
    ...(renewal?.length === 20 && { renewal: Buffer.from(renewal).toString('hex').toUpperCase() }),
    blob: bytes,
    der,
    facts: facts.value,
  });
}

/** The thumbprint of the certificate in an entry, whatever else of it cannot be read; undefined where none is found. */
export function thumbprintInside(bytes: Uint8Array): string | undefined {
  const properties = entryProperties(bytes);
  const certificate = properties.ok ? properties.value.findLast(({ id }) => id === CERTIFICATE) : undefined;
  return certificate && hash('sha1', certificate.value).toUpperCase();
}

/** KEY_PROV_INFO, [MS-GPEF] 2.2.1.1.1.1.1: always the 32-bit layout; its offsets are not to be trusted. */
export function readKeyProvider(value: Uint8Array): Result<KeyProvider> {
  if (value.length < 28) return fail('the key provider property is cut');
  const view = viewOf(value);
  const word = (at: number) => view.getUint32(at, true);
  const container = providerString(value, word(0));
  const provider = providerString(value, word(4));
  if (container === undefined || provider === undefined) {
    return fail('the key provider property points at no string of its own');
  }
  const flags = word(12);
  const machineKeyset = (flags & MACHINE_KEYSET) !== 0;
  return ok({ container, provider, type: word(8), flags, machineKeyset, keySpec: word(24) });
}

/** Offset 0 means that there is no such string. */
const providerString = (value: Uint8Array, offset: number): string | undefined =>
  offset === 0 ? '' : offset < 28 ? undefined : stringAt(value, offset, true);

/** A UTF-16LE string up to its NUL; undefined when it has none where it must have one. */
function stringAt(value: Uint8Array, offset: number, needsNul: boolean): string | undefined {
  if (offset >= value.length) return needsNul ? undefined : '';
  const length = (value.length - offset) & ~1;
  const text = Buffer.from(value.buffer, value.byteOffset + offset, length).toString('utf16le');
  const end = text.indexOf('\0');
  return end >= 0 ? text.slice(0, end) : needsNul ? undefined : text;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
