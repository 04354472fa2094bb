// The http.sys SSL record: what `netsh http show sslcert` shows and HTTP\Parameters in the registry stores.

/**
 * The four tables of http.sys: by address and port, by host name (SNI), by port alone (central certificate store), and the
 * central store for one host name (Windows 10 1709 and later).
 */
export const SSL_TABLES = ['ip', 'sni', 'ccs', 'scoped-ccs'] as const;
/** One of them. */
export type SslTable = (typeof SSL_TABLES)[number];

/** The central store's tables: their records name no certificate, and netsh cannot write one anew as it was. */
export const isCentralStore = ({ table }: { readonly table: SslTable }): boolean =>
  table === 'ccs' || table === 'scoped-ccs';

/** Where a record or a site binding listens: `0.0.0.0:443`, `[::]:443`, `www.example.com:443`, or `443` for CCS. */
export interface Endpoint {
  readonly table: SslTable;
  /** Lower case, `*` as `0.0.0.0`, IPv6 in brackets. */
  readonly name: string;
}

/** One record, every setting kept, so that a re-bind gives back the very same record. */
export interface SslRecord {
  readonly endpoint: Endpoint;
  /** SHA-1 of the certificate, 40 upper-case hex digits; '' when the record has none. */
  readonly thumbprint: string;
  /** `{8-4-4-4-12}` in lower case; '' when the record has none. */
  readonly appId: string;
  /** Name of the LocalMachine store as written; '' means MY. */
  readonly store: string;
  /** DefaultSslCertCheckMode: 1 no revocation check, 2 cached only, 4 freshness time in use, 0x10000 no usage check. */
  readonly checkMode: number;
  /** Seconds. */
  readonly freshnessTime: number;
  /** Milliseconds. */
  readonly urlTimeout: number;
  readonly ctlIdentifier: string;
  readonly ctlStore: string;
  /** DefaultFlags: http.sys numbers these bits otherwise than the sslFlags of a site binding does. */
  readonly flags: number;
  /** Value names (or `name: why`) that this program does not understand: such a record is never re-bound. */
  readonly notUnderstood: readonly string[];
}

/**
 * Values of names that this program does not know, without those that it knows and could not read (`name: why`): http.sys may
 * write them into each record by itself.
 */
export const strangeValues = ({ notUnderstood }: Pick<SslRecord, 'notUnderstood'>): readonly string[] =>
  notUnderstood.filter((each) => !each.includes(': '));

/** The application id under which IIS registers its records. */
export const IIS_APP_ID = '{4dc3e181-e14b-4a21-b022-59fc669b0914}';

/** The bit of a record's flags that asks clients for a certificate in the handshake. */
export const CLIENT_CERTIFICATES = 0x2;

/** The bit that turns every visitor away. */
export const REJECT = 0x8;

/** The bits that forbid a protocol there: TLS 1.0 and 1.1, TLS 1.2, TLS 1.3. */
export const NO_LEGACY_TLS = 0x400;
export const NO_TLS12 = 0x1000;
export const NO_TLS13 = 0x40;

/** Bits of SslRecord.flags with the netsh option that sets each; `''` where netsh has none, and then what it is. */
export const RECORD_FLAGS: readonly { readonly bit: number; readonly option: string; readonly what?: string }[] = [
  { bit: 0x1, option: 'dsmapperusage' },
  { bit: 0x2, option: 'clientcertnegotiation' },
  { bit: 0x4, option: '', what: 'no raw filter' },
  { bit: REJECT, option: 'reject' },
  { bit: 0x10, option: 'disablehttp2' },
  { bit: 0x20, option: 'disablequic' },
  { bit: NO_TLS13, option: 'disabletls13' },
  { bit: 0x80, option: 'disableocspstapling' },
  { bit: 0x100, option: 'enabletokenbinding' },
  { bit: 0x200, option: 'logextendedevents' },
  { bit: NO_LEGACY_TLS, option: 'disablelegacytls' },
  { bit: 0x800, option: 'enablesessionticket' },
  { bit: NO_TLS12, option: 'disabletls12' },
  { bit: 0x2000, option: '', what: 'client correlation' },
  { bit: 0x4000, option: 'disablesessionid' },
  { bit: 0x8000, option: '', what: 'caching of the client hello' },
];

/** Bits of SslRecord.checkMode. */
export const CHECK_MODE = { noRevocation: 0x1, cachedOnly: 0x2, freshnessTimeInUse: 0x4, noUsage: 0x10000 } as const;

/**
 * The settings of a record beside certificate, store and application id that are not at their default, as netsh's options.
 * Zeros must be left out: Windows Server 2025 refuses `revocationfreshnesstime=0` and `urlretrievaltimeout=0`. A freshness
 * time sets its bit of the check mode by itself.
 */
export function settingsOf(record: SslRecord): readonly (readonly [option: string, value: string | number])[] {
  const all: readonly (readonly [string, string | number, boolean])[] = [
    ['verifyclientcertrevocation', 'disable', (record.checkMode & CHECK_MODE.noRevocation) !== 0],
    ['verifyrevocationwithcachedclientcertonly', 'enable', (record.checkMode & CHECK_MODE.cachedOnly) !== 0],
    ['usagecheck', 'disable', (record.checkMode & CHECK_MODE.noUsage) !== 0],
    ['revocationfreshnesstime', record.freshnessTime, record.freshnessTime !== 0],
    ['urlretrievaltimeout', record.urlTimeout, record.urlTimeout !== 0],
    ['sslctlidentifier', record.ctlIdentifier, record.ctlIdentifier !== ''],
    ['sslctlstorename', record.ctlStore, record.ctlStore !== ''],
    ...RECORD_FLAGS.map(({ bit, option, what }) => {
      const name = option || `${what} (flag 0x${bit.toString(16)})`;
      return [name, 'enable', (record.flags & bit) !== 0] as const;
    }),
  ];
  return all.flatMap(([option, value, isSet]) => (isSet ? [[option, value] as const] : []));
}

/** The bits of a site binding's sslFlags that choose the table of its record: by host name, by the central store. */
export const SNI_FLAG = 1;
export const CENTRAL_STORE_FLAG = 2;

/** The bit of a site binding's sslFlags that keeps TLS 1.3 away from its record. */
export const NO_TLS13_FLAG = 32;

/** What IIS calls an option in sslFlags of a site binding, and http.sys in the flags of a record: the bits differ. */
const BINDING_TO_RECORD_FLAGS: readonly (readonly [binding: number, record: number])[] = [
  [4, 0x10], // disablehttp2
  [8, 0x80], // disableocspstapling
  [16, 0x20], // disablequic
  [NO_TLS13_FLAG, NO_TLS13],
  [64, NO_LEGACY_TLS],
  [128, CLIENT_CERTIFICATES], // clientcertnegotiation (Windows Server 2025)
];

/** The record as IIS itself makes it for a binding: nothing is set but what the binding's sslFlags say. */
export const iisRecord = (
  { endpoint, thumbprint, store }: Pick<SslRecord, 'endpoint' | 'thumbprint' | 'store'>,
  sslFlags: number,
): SslRecord => ({
  endpoint,
  thumbprint,
  appId: IIS_APP_ID,
  store,
  checkMode: 0,
  freshnessTime: 0,
  urlTimeout: 0,
  ctlIdentifier: '',
  ctlStore: '',
  flags: recordFlagsOfBinding(sslFlags),
  notUnderstood: [],
});

/** The record flags that a site binding's sslFlags ask for; SNI and CCS (1, 2) choose the table and have no flag. */
export const recordFlagsOfBinding = (sslFlags: number): number =>
  BINDING_TO_RECORD_FLAGS.reduce(
    (flags, [binding, record]) => ((sslFlags & binding) === 0 ? flags : flags | record),
    0,
  );
