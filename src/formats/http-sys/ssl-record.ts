// http.sys SSL records from an export of HKLM\SYSTEM\CurrentControlSet\Services\HTTP\Parameters. The values mirror
// HTTP_SERVICE_CONFIG_SSL_PARAM (http.h); whatever is not understood is named, so that such a record is never re-bound.

import { once } from '../../model/once.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import { RECORD_FLAGS, type SslRecord, type SslTable } from '../../model/server/ssl-record.ts';
import {
  keyOf,
  type RegFile,
  type RegKey,
  type RegValue,
  regNumber,
  regString,
  regStrings,
} from '../registry/reg-file.ts';
import { canonicalIp, readEndpoint } from './endpoint.ts';

const TABLES: readonly { readonly table: SslTable; readonly key: string }[] = [
  { table: 'ip', key: 'sslbindinginfo' },
  { table: 'sni', key: 'sslsnibindinginfo' },
  { table: 'ccs', key: 'sslccsbindinginfo' },
  { table: 'scoped-ccs', key: 'sslscopedccsbindinginfo' },
];

const KNOWN_FLAGS = RECORD_FLAGS.reduce((all, { bit }) => all | bit, 0);
/** No revocation check, cached only, freshness time in use, no usage check. */
const KNOWN_CHECKS = 0x10007;

/** Reads the records of all four tables; malformed when the file is no export of HTTP\Parameters. */
export function readSslRecords(file: RegFile): Result<readonly SslRecord[]> {
  const root = parametersRoot(file);
  if (root === undefined) return fail('not an export of Services\\HTTP\\Parameters');
  const records: SslRecord[] = [];
  for (const { table, key } of TABLES) {
    const prefix = `${root}\\${key}\\`;
    for (const [path, regKey] of file.keys) {
      if (!path.startsWith(prefix)) continue;
      const name = regKey.path.slice(regKey.path.length - (path.length - prefix.length));
      records.push(readRecord(table, name, regKey));
    }
  }
  return ok(records);
}

/**
 * The addresses that http.sys listens on alone (ListenOnlyList, what `netsh http add iplisten` writes); empty: on all. An entry
 * that is no address is malformed: nobody knows then what is left out.
 */
export function listenListIn(file: RegFile): Result<readonly string[]> {
  const root = parametersRoot(file);
  if (root === undefined) return fail('not an export of Services\\HTTP\\Parameters');
  const value = file.keys.get(root)?.values.get('listenonlylist');
  const written = value === undefined ? [] : regStrings(value);
  if (written === undefined) return fail('ListenOnlyList has an unexpected type');
  const addresses = written.map(canonicalIp);
  const known = addresses.filter((address) => address !== undefined);
  return known.length === addresses.length ? ok(known) : fail('ListenOnlyList holds what is no address');
}

/** The control set in use where it is there, else the first one that is exported. */
function parametersRoot(file: RegFile): string | undefined {
  const current = keyOf('HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters');
  let other: string | undefined;
  for (const path of file.keys.keys()) {
    if (path === current || path.startsWith(`${current}\\`)) return current;
    other ??= /^hkey_local_machine\\system\\controlset\d{3}\\services\\http\\parameters(?=\\|$)/.exec(path)?.[0];
  }
  return other;
}

function readRecord(table: SslTable, subkey: string, { values }: RegKey): SslRecord {
  const notUnderstood: string[] = [];
  let taken = 0;
  /** Reads one value; a wrong type is noted, an absent value is `absent`. */
  const take = <T>(name: ValueName, read: (value: RegValue) => T | undefined, absent: T): T => {
    const value = values.get(LOWER_NAMES[name]);
    if (value === undefined) return absent;
    taken++;
    const result = read(value);
    if (result === undefined) notUnderstood.push(`${name}: unexpected type or size`);
    return result ?? absent;
  };
  // In a table by host name the subkey is a GUID on newer systems, and this value holds the name.
  const isByName = table === 'sni' || table === 'scoped-ccs';
  const name = isByName ? take('HostnamePort', regString, subkey) : subkey;
  const endpoint = readEndpoint(table, name);
  if (!endpoint.ok) notUnderstood.push(`endpoint: ${endpoint.error}`);
  const record = {
    endpoint: endpoint.ok ? endpoint.value : { table, name: name.toLowerCase() },
    thumbprint: take('SslCertHash', thumbprintOf, ''),
    appId: take('AppId', guidOf, ''),
    store: take('SslCertStoreName', regString, ''),
    checkMode: take('DefaultSslCertCheckMode', regNumber, 0),
    freshnessTime: take('DefaultSslRevocationFreshnessTime', regNumber, 0),
    urlTimeout: take('DefaultSslRevocationUrlRetrievalTimeout', regNumber, 0),
    ctlIdentifier: take('DefaultSslCtlIdentifier', regString, ''),
    ctlStore: take('DefaultSslCtlStoreName', regString, ''),
    flags: take('DefaultFlags', regNumber, 0),
    notUnderstood,
  };
  if (record.flags !== 0) notUnderstood.push(...unknownBits('DefaultFlags', record.flags, KNOWN_FLAGS));
  if (record.checkMode !== 0)
    notUnderstood.push(...unknownBits('DefaultSslCertCheckMode', record.checkMode, KNOWN_CHECKS));
  // Most records hold nothing but what was taken.
  if (taken < values.size)
    for (const [lower, value] of values)
      if (!isTaken(lower, isByName)) notUnderstood.push(value.name || '(default value)');
  return record;
}

/** The values of a record, by the lower-case names that the file has them under. */
const LOWER_NAMES = {
  HostnamePort: 'hostnameport',
  SslCertHash: 'sslcerthash',
  AppId: 'appid',
  SslCertStoreName: 'sslcertstorename',
  DefaultSslCertCheckMode: 'defaultsslcertcheckmode',
  DefaultSslRevocationFreshnessTime: 'defaultsslrevocationfreshnesstime',
  DefaultSslRevocationUrlRetrievalTimeout: 'defaultsslrevocationurlretrievaltimeout',
  DefaultSslCtlIdentifier: 'defaultsslctlidentifier',
  DefaultSslCtlStoreName: 'defaultsslctlstorename',
  DefaultFlags: 'defaultflags',
} as const;

type ValueName = keyof typeof LOWER_NAMES;

const KNOWN_NAMES: ReadonlySet<string> = new Set(Object.values(LOWER_NAMES));

/** The host name is only where a table is by host name. */
const isTaken = (lower: string, isByName: boolean): boolean =>
  KNOWN_NAMES.has(lower) && (isByName || lower !== LOWER_NAMES.HostnamePort);

/** SHA-1 of the certificate; an empty value is a record without one. */
function thumbprintOf({ type, data }: RegValue): string | undefined {
  if (type !== 'binary' || (data.length !== 20 && data.length !== 0)) return undefined;
  return hexOf(data).toUpperCase();
}

/** A GUID as stored: the first three fields are little endian. Nearly every record of a server is IIS's, so each is written once. */
const guidOf = once(({ type, data }: RegValue): string | undefined => {
  if (type !== 'binary' || data.length !== 16) return undefined;
  const bytes = Buffer.from(data);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return `{${bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}}`;
});

const hexOf = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('hex');

function unknownBits(name: string, value: number, known: number): readonly string[] {
  const bits = (value & ~known) >>> 0;
  const high = value > 0xffffffff;
  return bits !== 0 || high ? [`${name}: unknown bits 0x${bits.toString(16)}`] : [];
}
