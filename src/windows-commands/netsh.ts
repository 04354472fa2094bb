// netsh http: the SSL records of http.sys, with every setting passed again.

import type { Command } from '../model/repair/command.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { CHECK_MODE, type Endpoint, RECORD_FLAGS, type SslRecord, settingsOf } from '../model/server/ssl-record.ts';

const KNOWN_CHECK_MODE = Object.values(CHECK_MODE).reduce((all, bit) => all | bit, 0);
const KNOWN_FLAGS = RECORD_FLAGS.reduce((all, { bit }) => all | bit, 0);

/** Removes the record of an endpoint; netsh says Error: 2 when there is none. */
export function deleteSslRecord(endpoint: Endpoint): Command {
  return netsh('delete', 'sslcert', endpointOption(endpoint));
}

/**
 * Adds a record with every setting that it has. `options` are those that this host's netsh lists; undefined where they
 * could not be read. Add fails with Error: 183 where a record exists. A host that does not know an option can end with
 * exit code 0 and have added nothing, so what cannot be passed on whole is refused here, before anything is deleted.
 */
export function addSslRecord(record: SslRecord, options: ReadonlySet<string> | undefined): Result<Command> {
  return withRecord('add', record, options);
}

/**
 * Writes an existing record anew in one step, without a gap; Windows Server 2022 and later (the first version is not
 * documented, so the host is asked). What becomes of settings that are left out is not said either: what `present` has
 * and the new one has not is said to be off, and refused where netsh has no word for that.
 */
export function updateSslRecord(
  record: SslRecord,
  options: ReadonlySet<string> | undefined,
  present: SslRecord = record,
): Result<Command> {
  const wanted = optionsOf(record).map(([option]) => option);
  const gone = optionsOf(present).filter(([option]) => !wanted.includes(option));
  const stuck = gone.find(([, value]) => !(value in OPPOSITE));
  if (stuck !== undefined) return fail(`netsh update may keep ${stuck[0]}`);
  return withRecord(
    'update',
    record,
    options,
    gone.map(([option, value]) => [option, OPPOSITE[value] ?? '']),
  );
}

const OPPOSITE: Readonly<Record<string, string>> = { enable: 'disable', disable: 'enable' };

/** Prints which options this host's netsh knows; the option names are the same in every language. */
export function addSslcertHelp(): Command {
  return netsh('add', 'sslcert', 'help');
}

/** The same for update, which older hosts do not know at all: then no option is printed. */
export function updateSslcertHelp(): Command {
  return netsh('update', 'sslcert', 'help');
}

/** Prints every record; labels are translated, values and their order are not. */
export function showSslcert(): Command {
  return netsh('show', 'sslcert');
}

/** Prints the record of one endpoint. */
export function showSslRecord(endpoint: Endpoint): Command {
  return netsh('show', 'sslcert', endpointOption(endpoint));
}

function netsh(...words: string[]): Command {
  return { program: 'netsh', args: ['http', ...words] };
}

function withRecord(
  verb: string,
  record: SslRecord,
  options: ReadonlySet<string> | undefined,
  more: readonly Setting[] = [],
): Result<Command> {
  const refused = whyNot(record);
  if (refused !== undefined) return fail(refused);
  const settings = [...optionsOf(record), ...more];
  const lacking = settings.map(([option]) => option).filter((option) => !(options ?? EVERYWHERE).has(option));
  if (lacking.length > 0)
    return fail(
      options === undefined
        ? `not every netsh knows ${lacking.join(', ')}, and what this server's knows was not read`
        : `netsh on this server does not know ${lacking.join(', ')}`,
    );
  const words = settings.map(([name, value]) => `${name}=${value}`);
  return ok(netsh(verb, 'sslcert', endpointOption(record.endpoint), ...words));
}

function endpointOption({ table, name }: Endpoint): string {
  const option = { ip: 'ipport', sni: 'hostnameport', ccs: 'ccs', 'scoped-ccs': 'scopedccs' }[table];
  return `${option}=${name}`;
}

/** The first thing about a record that netsh could not give back, or that we do not understand. */
function whyNot(record: SslRecord): string | undefined {
  const { endpoint, notUnderstood, thumbprint, appId, checkMode, flags, freshnessTime } = record;
  if (notUnderstood.length > 0) return `the record has settings that are not understood: ${notUnderstood.join(', ')}`;
  if (endpoint.table === 'scoped-ccs') return 'a central certificate store record names no certificate';
  if (endpoint.table === 'ccs') {
    if (thumbprint !== '') return 'a record of the central certificate store names a certificate';
  } else if (!/^[0-9a-f]{40}$/i.test(thumbprint)) return 'the record has no certificate hash';
  if (!/^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i.test(appId)) return 'the record has no application id';
  const unknownCheckMode = checkMode & ~KNOWN_CHECK_MODE;
  if (unknownCheckMode !== 0) return `the check mode has unknown bits: ${hex(unknownCheckMode)}`;
  const unknownFlags = flags & ~KNOWN_FLAGS;
  if (unknownFlags !== 0) return `the flags have unknown bits: ${hex(unknownFlags)}`;
  const unsettable = RECORD_FLAGS.find(({ bit, option }) => option === '' && (flags & bit) !== 0);
  if (unsettable !== undefined) return `netsh has no option for flag ${hex(unsettable.bit)} (${unsettable.what})`;
  if (((checkMode & CHECK_MODE.freshnessTimeInUse) !== 0) !== freshnessTime > 0) {
    return `the revocation freshness time (${freshnessTime}) contradicts the check mode (${hex(checkMode)})`;
  }
  if (textsOf(record).some((text) => /[\p{Cc}"]/u.test(text)))
    return 'a name in the record holds a character that netsh cannot take';
  return undefined;
}

const textsOf = ({ endpoint, store, ctlIdentifier, ctlStore }: SslRecord): readonly string[] => [
  endpoint.name,
  store,
  ctlIdentifier,
  ctlStore,
];

type Setting = readonly [option: string, value: string | number];

/** The options that netsh has had since Windows Server 2008. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'certhash',
  'appid',
  'certstorename',
  'verifyclientcertrevocation',
  'verifyrevocationwithcachedclientcertonly',
  'usagecheck',
  'revocationfreshnesstime',
  'urlretrievaltimeout',
  'sslctlidentifier',
  'sslctlstorename',
  'dsmapperusage',
  'clientcertnegotiation',
]);

/** Those that any netsh has. */
export const EVERY_OPTION: ReadonlySet<string> = new Set([...EVERYWHERE, ...RECORD_FLAGS.map(({ option }) => option)]);

/** What the record has, and the settings that are not at their default. */
const optionsOf = (record: SslRecord): readonly Setting[] => [
  ...(record.thumbprint === '' ? [] : [['certhash', record.thumbprint.toLowerCase()] as const]),
  ['appid', record.appId],
  ...(record.store === '' ? [] : [['certstorename', record.store] as const]),
  ...settingsOf(record),
];

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;
