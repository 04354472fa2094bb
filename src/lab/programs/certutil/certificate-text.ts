// One certificate as `certutil -store` prints it.

import { certificateParts } from '../../certificates/certificate-parts.ts';
import type { KeyProvInfo, StoreEntry } from '../../certificates/store.ts';
import { PROPERTY } from '../../certificates/store-entry.ts';
import { openKey } from '../../keys/keys.ts';
import type { Caller } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { nameParts } from './distinguished-name.ts';

/** Server 2022: certutil names provider and padding of each test, and tests CryptoAPI keys through CNG as well. */
const NEW_LAYOUT_BUILD = 20348;

/** Certificate, then what opening its key gave to this caller: the block below `==== Certificate N ====`. */
export function certificateBlock(
  server: LabServer,
  caller: Caller,
  index: number,
  entry: StoreEntry,
): readonly string[] {
  return [
    `================ Certificate ${index} ================`,
    ...(entry.properties.has(PROPERTY.archived) ? ['Archived!'] : []),
    ...certificateLines(entry.der),
    ...keyLines(server, caller, entry.key),
  ];
}

/** The certificate alone: serial number to hash. */
export function certificateLines(der: Buffer): readonly string[] {
  const parts = certificateParts(der);
  const { x509 } = parts;
  const selfSigned = parts.issuer.equals(parts.subject);
  return [
    `Serial Number: ${x509.serialNumber.toLowerCase()}`,
    `Issuer: ${nameParts(parts.issuer).join(', ')}`,
    ` NotBefore: ${shownTime(x509.validFrom)}`,
    ` NotAfter: ${shownTime(x509.validTo)}`,
    `Subject: ${nameParts(parts.subject).join(', ')}`,
    ...(selfSigned
      ? ['Signature matches Public Key', 'Root Certificate: Subject matches Issuer']
      : ['Non-root Certificate']),
    `Cert Hash(sha1): ${x509.fingerprint.replaceAll(':', '').toLowerCase()}`,
  ];
}

/**
 * Container, provider and tests. A key that does not open leaves out the second name and ends in "Missing stored
 * keyset", for whatever reason; so does a certificate that never had a key.
 */
function keyLines(server: LabServer, caller: Caller, key: KeyProvInfo | undefined): readonly string[] {
  if (!key) return ['No key provider information', 'Missing stored keyset'];
  const opened = openKey(server, caller, key);
  return [
    `  Key Container = ${key.container}`,
    ...(opened.ok ? [`  ${secondName(key, opened)}`] : []),
    `  Provider = ${key.provider}`,
    ...(opened.ok ? testLines(server.facts.osBuild, key, opened.exportable) : ['Missing stored keyset']),
  ];
}

/** The name that the entry does not say: the file's for a container name, the container's for a file name. */
export function secondName(key: KeyProvInfo, opened: { readonly file: string; readonly container: string }): string {
  const file = opened.file.slice(opened.file.lastIndexOf('\\') + 1);
  const namesFile = key.container.toLowerCase() === file.toLowerCase();
  return namesFile ? `Simple container name: ${opened.container}` : `Unique container name: ${file}`;
}

/** What certutil tries with a key that opens: it encrypts and signs. */
export function testLines(osBuild: number, key: KeyProvInfo, exportable: boolean): readonly string[] {
  const signsOnly = key.keySpec === 2;
  const passed = signsOnly ? ['Signature test passed'] : ['Encryption test passed'];
  const notExportable = exportable ? [] : ['Private key is NOT exportable'];
  if (osBuild < NEW_LAYOUT_BUILD || signsOnly) return [...notExportable, ...passed];

  const provider = `${key.provider}: KeySpec=${key.keySpec}`;
  const tests = (padding: string, through: string) => [
    provider,
    `AES256+RSAES_OAEP(RSA:${padding}) test passed`,
    `Encryption test passed${through}`,
    `Signature test passed${through}`,
  ];
  if (key.type === 0) return [...notExportable, ...tests('CNG', '')];
  return [
    ...notExportable,
    ...tests('AT_KEYEXCHANGE', ''),
    '================ Begin force NCrypt ================',
    ...tests('CNG', ' (CNG)'),
    '----------------  End force NCrypt  ----------------',
  ];
}

/** `1/9/2026 3:05 PM`: US English, in the lab's time zone, which is UTC. */
export function shownTime(validity: string): string {
  const date = new Date(validity);
  const hours = date.getUTCHours();
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  return `${day} ${hours % 12 || 12}:${minutes} ${hours < 12 ? 'AM' : 'PM'}`;
}
