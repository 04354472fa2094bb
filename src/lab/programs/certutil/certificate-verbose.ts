// One certificate as `certutil -v -store` prints it. The public key and the extensions, which stand between subject and
// hashes there, are left out.

import { createHash } from 'node:crypto';
import { certificateParts } from '../../certificates/certificate-parts.ts';
import { type KeyProvInfo, MACHINE_KEYSET, type StoreEntry } from '../../certificates/store.ts';
import { PROPERTY } from '../../certificates/store-entry.ts';
import { openKey } from '../../keys/keys.ts';
import type { Caller } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { secondName, shownTime, testLines } from './certificate-text.ts';
import { nameParts } from './distinguished-name.ts';

const PROPERTY_NAMES: Readonly<Record<number, string>> = {
  3: 'CERT_SHA1_HASH_PROP_ID',
  4: 'CERT_MD5_HASH_PROP_ID',
  11: 'CERT_FRIENDLY_NAME_PROP_ID',
  15: 'CERT_SIGNATURE_HASH_PROP_ID',
  19: 'CERT_ARCHIVED_PROP_ID',
  20: 'CERT_KEY_IDENTIFIER_PROP_ID',
  25: 'CERT_SUBJECT_PUBLIC_KEY_MD5_HASH_PROP_ID',
};
const KEY_SPECS: Readonly<Record<number, string>> = { 0: 'XCN_AT_NONE', 1: 'AT_KEYEXCHANGE', 2: 'AT_SIGNATURE' };

/** The block of one certificate with all its properties. */
export function verboseBlock(server: LabServer, caller: Caller, index: number, entry: StoreEntry): readonly string[] {
  const parts = certificateParts(entry.der);
  const { x509 } = parts;
  const hash = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex');
  const name = (label: string, der: Buffer) => [
    `${label}:`,
    ...nameParts(der).map((part) => `    ${part}`),
    `  Name Hash(sha1): ${hash('sha1', der)}`,
    `  Name Hash(md5): ${hash('md5', der)}`,
    '',
  ];
  const opened = entry.key && openKey(server, caller, entry.key);
  return [
    `================ Certificate ${index} ================`,
    'X509 Certificate:',
    'Version: 3',
    `Serial Number: ${x509.serialNumber.toLowerCase()}`,
    ...name('Issuer', parts.issuer),
    ` NotBefore: ${shownTime(x509.validFrom)}`,
    ` NotAfter: ${shownTime(x509.validTo)}`,
    '',
    ...name('Subject', parts.subject),
    `Cert Hash(md5): ${hash('md5', entry.der)}`,
    `Cert Hash(sha1): ${hash('sha1', entry.der)}`,
    `Cert Hash(sha256): ${hash('sha256', entry.der)}`,
    ...(parts.signatureHash ? [`Signature Hash: ${hash(parts.signatureHash, parts.signed)}`] : []),
    '',
    ...[...entry.properties].flatMap(([id, value]) => [...property(server, caller, id, value, entry.key), '']),
    ...(entry.key && opened?.ok
      ? testLines(server.facts.osBuild, entry.key, opened.exportable)
      : [...(entry.key ? [] : ['No key provider information']), 'Missing stored keyset']),
  ];
}

function property(
  server: LabServer,
  caller: Caller,
  id: number,
  value: Buffer,
  key: KeyProvInfo | undefined,
): readonly string[] {
  if (id === PROPERTY.keyProvInfo && key)
    return ['  CERT_KEY_PROV_INFO_PROP_ID(2):', ...keyProvInfo(server, caller, key)];
  const text = id === PROPERTY.friendlyName ? value.toString('utf16le').replaceAll('\0', '') : value.toString('hex');
  return [`  ${PROPERTY_NAMES[id] ?? 'Unknown Property'}(${id}):`, `    ${text}`];
}

/** The line that tells a dragged certificate: `Flags = 0`, in hex, and for a machine key `Flags = 20 (32)`. */
function keyProvInfo(server: LabServer, caller: Caller, key: KeyProvInfo): readonly string[] {
  const opened = openKey(server, caller, key);
  const flags = key.flags.toString(16);
  return [
    `    Key Container = ${key.container}`,
    ...(opened.ok ? [`  ${secondName(key, opened)}`] : []),
    `    Provider = ${key.provider}`,
    `    ProviderType = ${key.type.toString(16)}`,
    `  Flags = ${flags}${key.flags > 9 ? ` (${key.flags})` : ''}`,
    ...(key.flags & MACHINE_KEYSET ? ['    CRYPT_MACHINE_KEYSET -- 20 (32)'] : []),
    `    KeySpec = ${key.keySpec}${KEY_SPECS[key.keySpec] ? ` -- ${KEY_SPECS[key.keySpec]}` : ''}`,
  ];
}
