// What we need of a certificate, read from its DER (RFC 5280) in one short walk: node:crypto would take a whole
// OpenSSL object for each of 10,000 entries.

import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { fail, ok, type Result } from '../../model/result.ts';
import type { CertificateFacts } from '../../model/server/certificate.ts';
import { type DerElement, derChildren, derElement, derHex, derOid, derString, derTime } from './der.ts';

const SEQUENCE = 0x30;
/** The last bytes of the extensions that are read; both are in the arc 2.5.29. */
const SUBJECT_ALT_NAME = 0x11;
const EXTENDED_KEY_USAGE = 0x25;
const SERVER_AUTH = '2b06010505070301';
/** anyExtendedKeyUsage (RFC 5280, 4.2.1.12). */
const ANY_USAGE = '551d2500';
const COMMON_NAME = '550403';

/** Attribute types by the hex of their OID, under the names that Windows shows. */
const ATTRIBUTES = new Map([
  [COMMON_NAME, 'CN'],
  ['550405', 'SERIALNUMBER'],
  ['550406', 'C'],
  ['550407', 'L'],
  ['550408', 'S'],
  ['550409', 'STREET'],
  ['55040a', 'O'],
  ['55040b', 'OU'],
  ['0992268993f22c640119', 'DC'],
  ['2a864886f70d010901', 'E'],
]);

/** Public key algorithms by the hex of their OID: rsaEncryption, ecPublicKey. */
const KEY_TYPES = new Map<string, CertificateFacts['keyType']>([
  ['2a864886f70d010101', 'rsa'],
  ['2a8648ce3d0201', 'ecdsa'],
]);

interface Attribute {
  readonly type: string;
  readonly value: string;
}

/** Reads a DER certificate. The signature is not judged. */
export function readCertificateFacts(bytes: Uint8Array): Result<CertificateFacts> {
  const der = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = derElement(der, 0, der.length);
  const outer = derChildren(der, whole);
  if (whole?.tag !== SEQUENCE || whole.end !== der.length || outer?.length !== 3) return fail('not a DER certificate');
  const fields = derChildren(der, outer[0]);
  if (fields === undefined) return fail('the certificate is cut or malformed');
  // The version is absent in version 1 certificates.
  const first = fields[0]?.tag === 0xa0 ? 1 : 0;
  const [serial, issuer, validity] = [fields[first], fields[first + 2], fields[first + 3]];
  const [subject, publicKey] = [fields[first + 4], fields[first + 5]];
  if (serial?.tag !== 0x02 || issuer === undefined || subject === undefined || publicKey === undefined) {
    return fail('the certificate lacks fields');
  }
  const times = derChildren(der, validity);
  const notBefore = times?.[0] && derTime(der, times[0]);
  const notAfter = times?.[1] && derTime(der, times[1]);
  if (notBefore === undefined || notAfter === undefined) return fail('the validity of the certificate cannot be read');
  const subjectName = readName(der, subject);
  const issuerName = issuerText(der, issuer);
  if (subjectName === undefined || issuerName === undefined) return fail('a name in the certificate cannot be read');
  const extensions = readExtensions(der, fields, first + 6);
  if (extensions === undefined) return fail('the extensions of the certificate cannot be read');
  return ok({
    subject: nameText(subjectName),
    issuer: issuerName,
    names: extensions.dnsNames.length > 0 ? extensions.dnsNames : commonNames(subjectName),
    notBefore,
    notAfter,
    serverAuth: extensions.serverAuth,
    selfSigned: der.compare(der, issuer.start, issuer.end, subject.start, subject.end) === 0,
    publicKey: hash('sha256', der.subarray(publicKey.from, publicKey.end)),
    ...keyTypeOf(der, publicKey),
  });
}

/** The certificates of a server come from few issuers: the text of the last one is kept, by its bytes. */
function issuerText(der: Buffer, issuer: DerElement): string | undefined {
  const { start, end } = issuer;
  if (lastIssuer !== undefined && der.compare(lastIssuer.bytes, 0, lastIssuer.bytes.length, start, end) === 0)
    return lastIssuer.text;
  const name = readName(der, issuer);
  if (name === undefined) return undefined;
  lastIssuer = { bytes: Buffer.from(der.subarray(start, end)), text: nameText(name) };
  return lastIssuer.text;
}

let lastIssuer: { readonly bytes: Buffer; readonly text: string } | undefined;

/** SubjectPublicKeyInfo begins with the algorithm, and that with its identifier (RFC 5280, 4.1.2.7). */
function keyTypeOf(der: Buffer, publicKey: DerElement): Pick<CertificateFacts, 'keyType'> {
  const [identifier] = derChildren(der, derChildren(der, publicKey)?.[0]) ?? [];
  const keyType = identifier && KEY_TYPES.get(derHex(der, identifier));
  return keyType === undefined ? {} : { keyType };
}

/** The attributes of a distinguished name in encoded order. */
function readName(der: Buffer, name: DerElement): readonly Attribute[] | undefined {
  const attributes: Attribute[] = [];
  for (const set of derChildren(der, name) ?? NOT_READ) {
    for (const pair of derChildren(der, set) ?? NOT_READ) {
      const [type, value] = derChildren(der, pair) ?? NOT_READ;
      if (type?.tag !== 0x06 || value === undefined) return undefined;
      const known = ATTRIBUTES.get(derHex(der, type));
      const text = derString(der, value) ?? `#${derHex(der, value)}`;
      attributes.push({ type: known ?? derOid(der.subarray(type.start, type.end)), value: text });
    }
  }
  return attributes;
}

const NOT_READ = [undefined] as const;

/** As Windows shows a name: the last encoded part, usually CN, first. */
function nameText(name: readonly Attribute[]): string {
  const shown = name.map(({ type, value }) => `${type}=${/[,+="\n]/.test(value) ? JSON.stringify(value) : value}`);
  return shown.reverse().join(', ');
}

const commonNames = (name: readonly Attribute[]): readonly string[] =>
  name.filter(({ type }) => type === 'CN').map(({ value }) => value.toLowerCase());

/** Those among the fields from `at` on. */
function readExtensions(der: Buffer, fields: readonly DerElement[], at: number) {
  let dnsNames: readonly string[] = [];
  let serverAuth = true;
  const wrapper = fields.find(({ tag }, index) => index >= at && tag === 0xa3);
  if (wrapper === undefined) return { dnsNames, serverAuth };
  for (const extension of derChildren(der, derChildren(der, wrapper)?.[0]) ?? NOT_READ) {
    const parts = derChildren(der, extension);
    const type = parts?.[0];
    const octets = parts?.[parts.length - 1];
    if (type?.tag !== 0x06 || octets?.tag !== 0x04) return undefined;
    const which = inCertificateArc(der, type);
    if (which !== SUBJECT_ALT_NAME && which !== EXTENDED_KEY_USAGE) continue;
    const items = derChildren(der, derElement(der, octets.start, octets.end));
    if (items === undefined) return undefined;
    if (which === SUBJECT_ALT_NAME)
      dnsNames = items.filter(({ tag }) => tag === 0x82).map((item) => dnsName(der, item));
    else serverAuth = items.some((item) => item.tag === 0x06 && [SERVER_AUTH, ANY_USAGE].includes(derHex(der, item)));
  }
  return { dnsNames, serverAuth };
}

/** The last byte of an identifier in 2.5.29, the arc of certificate extensions (RFC 5280, 4.2); undefined for any other. */
const inCertificateArc = (der: Buffer, { start, end }: DerElement): number | undefined =>
  end - start === 3 && der[start] === 0x55 && der[start + 1] === 0x1d ? der[start + 2] : undefined;

/** ASCII by the standard (RFC 5280, 4.2.1.6); some authorities write UTF-8, and Latin-1 was written before it. */
function dnsName(der: Buffer, { start, end }: DerElement): string {
  const bytes = der.subarray(start, end);
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1').toLowerCase();
}
