// The SSL records of http.sys, as they lie in the registry.

import { createHash } from 'node:crypto';
import type { Registry, RegistryValue } from '../registry/registry.ts';
import { binaryValue, findValue, numberOf, numberValue, textOf, textValue } from '../registry/registry-values.ts';
import { ofRegistry } from '../remembered.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { aLabels } from './a-labels.ts';

/**
 * The four tables: by address and port, by host name (SNI), by port alone (central certificate store), and by host name
 * for the central store, which came with Windows 10 1709.
 */
export type LabTable = 'ip' | 'sni' | 'ccs' | 'scoped-ccs';

/** A record of the central store names no certificate. */
export const isCentral = ({ table }: Pick<LabRecord, 'table'>): boolean => table === 'ccs' || table === 'scoped-ccs';

/** One SSL record with every value that http.sys keeps. */
export interface LabRecord {
  readonly table: LabTable;
  /** `0.0.0.0:443`, `[::]:443`, `www.example.test:443`, or `443` for the central store. */
  readonly endpoint: string;
  /** SHA-1 of the certificate, 40 upper-case hex digits; '' in the tables of the central store. */
  readonly thumbprint: string;
  /** `{8-4-4-4-12}` in lower case. */
  readonly appId: string;
  /** Name of the LocalMachine store; '' means MY, netsh shows it as (null). */
  readonly store: string;
  /** DefaultSslCertCheckMode: 1 no revocation check, 2 cached only, 4 freshness time in use, 0x10000 no usage check. */
  readonly checkMode: number;
  /** Seconds. */
  readonly freshnessTime: number;
  /** Milliseconds. */
  readonly urlTimeout: number;
  readonly ctlIdentifier: string;
  readonly ctlStore: string;
  /** DefaultFlags. */
  readonly flags: number;
}

/** The application id of IIS. */
export const LAB_IIS_APP_ID = '{4dc3e181-e14b-4a21-b022-59fc669b0914}';

/** The application id of a record that nobody has put his name to. */
export const NO_APP_ID = '{00000000-0000-0000-0000-000000000000}';

/** Where http.sys keeps its settings. */
export const HTTP_PARAMETERS = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';

const TABLES = ['ip', 'sni', 'ccs', 'scoped-ccs'] as const;

const TABLE_KEYS: Record<LabTable, string> = {
  ip: `${HTTP_PARAMETERS}\\SslBindingInfo`,
  sni: `${HTTP_PARAMETERS}\\SslSniBindingInfo`,
  ccs: `${HTTP_PARAMETERS}\\SslCcsBindingInfo`,
  'scoped-ccs': `${HTTP_PARAMETERS}\\SslScopedCcsBindingInfo`,
};

/** A record with default settings, as IIS itself makes it. */
export function plainRecord(table: LabTable, endpoint: string, thumbprint: string, store = 'MY'): LabRecord {
  const defaults = { checkMode: 0, freshnessTime: 0, urlTimeout: 0, ctlIdentifier: '', ctlStore: '', flags: 0 };
  return { table, endpoint, thumbprint, appId: LAB_IIS_APP_ID, store, ...defaults };
}

/** All records of all tables: by address, by host name, central store, central store by host name. */
export function readRecords(server: LabServer): readonly LabRecord[] {
  return TABLES.flatMap((table) => recordsOf(server, table).map(({ record }) => record));
}

/** The record of exactly this endpoint; host names are compared without regard to case, as A-labels. */
export function readRecord(server: LabServer, table: LabTable, endpoint: string): LabRecord | undefined {
  return found(server, table, endpoint)?.record;
}

/** Writes a record, over an existing one of the same endpoint. No event, no credential: see http-api.ts. */
export function putRecord(server: LabServer, record: LabRecord): void {
  writeRecord(server, record, subkeyOf(server, record.table, record.endpoint));
}

/** The same for an endpoint that has none yet, which is not looked for among all of the others. */
export const putNewRecord = (server: LabServer, record: LabRecord): void => writeRecord(server, record, undefined);

function writeRecord(server: LabServer, record: LabRecord, existing: string | undefined): void {
  const { table, endpoint } = record;
  const subkey = existing ?? (isByName(table) ? guidFor(endpoint) : endpoint);
  const key = `${TABLE_KEYS[table]}\\${subkey}`;
  const extended = findValue(server.registry, key, EXTENDED);
  server.registry.deleteKey(key);
  server.registry.makeKey(key);
  for (const [name, value] of valuesOf(record)) server.registry.setValue(key, name, value);
  if (answerOf(server.facts, 'record-values') !== 'none')
    server.registry.setValue(key, EXTENDED, extended ?? numberValue(0));
}

/** A value that each record may have; nobody has shown its name. */
const EXTENDED = 'ExtendedProperties';

/** Somebody has set the extended properties of all records to other ones than http.sys writes by itself. */
export function changeExtended(server: LabServer): void {
  for (const { table, endpoint } of readRecords(server)) {
    const subkey = subkeyOf(server, table, endpoint);
    server.registry.setValue(`${TABLE_KEYS[table]}\\${subkey}`, EXTENDED, numberValue(1));
  }
}

/** Whether this record has them. */
export const isExtendedChanged = (server: LabServer, { table, endpoint }: LabRecord): boolean => {
  const subkey = subkeyOf(server, table, endpoint);
  const value = subkey && findValue(server.registry, `${TABLE_KEYS[table]}\\${subkey}`, EXTENDED);
  return value ? numberOf(value) !== 0 : false;
};

/** Deletes a record; an absent one is fine. */
export function deleteRecord(server: LabServer, table: LabTable, endpoint: string): void {
  const subkey = subkeyOf(server, table, endpoint);
  if (subkey !== undefined) server.registry.deleteKey(`${TABLE_KEYS[table]}\\${subkey}`);
}

const subkeyOf = (server: LabServer, table: LabTable, endpoint: string): string | undefined =>
  found(server, table, endpoint)?.subkey;

function found(server: LabServer, table: LabTable, endpoint: string): Kept | undefined {
  const wanted = plainEndpoint(endpoint);
  return recordsOf(server, table).find((each) => each.plain === wanted);
}

/** The form in which two endpoints of one table are equal. */
export const plainEndpoint = (endpoint: string): string =>
  endpoint.toLowerCase().replace(/^[^:[]+/, (host) => aLabels(host));

/** A record with the name of its key, and its own name as names are compared. */
interface Kept {
  readonly subkey: string;
  readonly plain: string;
  readonly record: LabRecord;
}

const recordsOf = ({ registry }: LabServer, table: LabTable): readonly Kept[] => readTable(registry, table);

const readTable = ofRegistry((registry, name): readonly Kept[] => {
  const table = name as LabTable;
  return (registry.subkeys(TABLE_KEYS[table]) ?? []).map((subkey) => {
    const record = recordIn(registry, table, subkey);
    return { subkey, plain: plainEndpoint(record.endpoint), record };
  });
});

// In the SNI table the subkey is an opaque GUID, and the name is a value. Nobody has shown a record of the fourth table;
// the lab keeps it in the same way.
const isByName = (table: LabTable): boolean => table === 'sni' || table === 'scoped-ccs';

function endpointOfSubkey(registry: Registry, table: LabTable, subkey: string): string {
  if (!isByName(table)) return subkey;
  const name = findValue(registry, `${TABLE_KEYS[table]}\\${subkey}`, 'HostnamePort');
  return name === undefined ? subkey : textOf(name);
}

function recordIn(registry: Registry, table: LabTable, subkey: string): LabRecord {
  const value = (name: string) => findValue(registry, `${TABLE_KEYS[table]}\\${subkey}`, name);
  const text = (name: string) => textOf(value(name) ?? textValue(''));
  const number = (name: string) => numberOf(value(name) ?? numberValue(0));
  return {
    table,
    endpoint: endpointOfSubkey(registry, table, subkey),
    thumbprint: (value('SslCertHash')?.data ?? Buffer.alloc(0)).toString('hex').toUpperCase(),
    appId: guidText(value('AppId')?.data),
    store: text('SslCertStoreName'),
    checkMode: number('DefaultSslCertCheckMode'),
    freshnessTime: number('DefaultSslRevocationFreshnessTime'),
    urlTimeout: number('DefaultSslRevocationUrlRetrievalTimeout'),
    ctlIdentifier: text('DefaultSslCtlIdentifier'),
    ctlStore: text('DefaultSslCtlStoreName'),
    flags: number('DefaultFlags'),
  };
}

function valuesOf(record: LabRecord): readonly (readonly [string, RegistryValue])[] {
  const isEmpty = (value: RegistryValue) => value.type === 'REG_SZ' && value.data.length === 2;
  const values: readonly (readonly [string, RegistryValue])[] = [
    ['AppId', binaryValue(guidBytes(record.appId))],
    ['HostnamePort', textValue(isByName(record.table) ? record.endpoint : '')],
    ['SslCertHash', binaryValue(Buffer.from(record.thumbprint, 'hex'))],
    ['SslCertStoreName', textValue(record.store)],
    ['DefaultSslCertCheckMode', numberValue(record.checkMode)],
    ['DefaultSslRevocationFreshnessTime', numberValue(record.freshnessTime)],
    ['DefaultSslRevocationUrlRetrievalTimeout', numberValue(record.urlTimeout)],
    ['DefaultSslCtlIdentifier', textValue(record.ctlIdentifier)],
    ['DefaultSslCtlStoreName', textValue(record.ctlStore)],
    ['DefaultFlags', numberValue(record.flags)],
  ];
  return values.filter(([name, value]) => !isEmpty(value) && !(name === 'SslCertHash' && isCentral(record)));
}

// A GUID in memory: the first three fields are little endian, the rest is as written.
function guidBytes(guid: string): Buffer {
  const raw = Buffer.from(guid.replace(/[{}-]/g, ''), 'hex');
  return Buffer.concat([swapped(raw, 0, 4), swapped(raw, 4, 6), swapped(raw, 6, 8), raw.subarray(8)]);
}

function guidText(bytes: Buffer | undefined): string {
  if (bytes?.length !== 16) return NO_APP_ID;
  const hex = [
    swapped(bytes, 0, 4),
    swapped(bytes, 4, 6),
    swapped(bytes, 6, 8),
    bytes.subarray(8, 10),
    bytes.subarray(10),
  ];
  return `{${hex.map((part) => part.toString('hex')).join('-')}}`;
}

const swapped = (bytes: Buffer, from: number, to: number): Buffer => Buffer.from(bytes.subarray(from, to)).reverse();

// Any GUID will do; one made from the name keeps a lab repeatable.
function guidFor(name: string): string {
  return guidText(createHash('sha1').update(name.toLowerCase()).digest().subarray(0, 16)).toUpperCase();
}
