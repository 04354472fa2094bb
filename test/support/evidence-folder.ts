// The evidence of a healthy server, made by hand: two sites, `*:443:` with a CryptoAPI machine key and an SNI binding
// with a CNG machine key. Tests change one thing at a time.

import { createHash } from 'node:crypto';
import { readApplicationHost } from '../../src/formats/iis/application-host.ts';
import type { CertificateFacts, KeyProvider, StoreCertificate } from '../../src/model/server/certificate.ts';
import type { Evidence, Handshake, KeyFiles, Profile } from '../../src/model/server/evidence.ts';
import type { Baseline, BaselineState, RememberedBinding } from '../../src/model/server/healthy-state.ts';
import type { IisConfig } from '../../src/model/server/iis-config.ts';
import { type Known, known, type Source, unknown } from '../../src/model/server/known.ts';
import { RECORD_FLAGS, type SslRecord, type SslTable } from '../../src/model/server/ssl-record.ts';

const NOW = '2026-03-01T12:00:00.000Z';
const GUID = '0f6d9f0a-3b1c-4e58-9a77-1c2d3e4f5a6b';
export const OTHER_GUID = 'ffffffff-0000-4000-8000-123456789abc';
const CONFIG = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';
const IIS = '{4dc3e181-e14b-4a21-b022-59fc669b0914}';

export const OLGA: Profile = { sid: 'S-1-5-21-1-2-3-1001', path: 'C:\\Users\\olga', name: 'olga' };
export const KARL: Profile = { sid: 'S-1-5-21-1-2-3-1002', path: 'C:\\Users\\karl', name: 'karl' };

export const SCHANNEL = 'Microsoft RSA SChannel Cryptographic Provider';
const SOFTWARE_KSP = 'Microsoft Software Key Storage Provider';

const file = (path: string): Source => ({ kind: 'file', path });

/** A value that was read. */
export const have = <T>(value: T, from = 'test'): Known<T> => known(value, file(from));

/** A value that was not. */
export const lack = <T>(why = 'access denied', from = 'test'): Known<T> => unknown<T>(why, file(from));

/** A CryptoAPI machine key, changed as told. */
export const capiKey = (changes: Partial<KeyProvider> = {}): KeyProvider => ({
  container: '{A1B2}',
  provider: SCHANNEL,
  type: 12,
  flags: changes.machineKeyset === false ? 0 : 0x20,
  machineKeyset: true,
  keySpec: 1,
  ...changes,
});

/** A CNG machine key, changed as told. */
export const cngKey = (changes: Partial<KeyProvider> = {}): KeyProvider =>
  capiKey({ container: 'tp-c3d4', provider: SOFTWARE_KSP, type: 0, keySpec: 0, ...changes });

/** An entry of a store; its hash and bytes are made up from `seed`, one character. */
export function certificate(
  seed: string,
  changes: Partial<Omit<StoreCertificate, 'facts'>> & { readonly facts?: Partial<CertificateFacts> } = {},
): StoreCertificate {
  const { facts, ...rest } = changes;
  return {
    store: 'MY',
    thumbprint: thumb(seed),
    friendlyName: '',
    archived: false,
    blob: Buffer.from(`blob of ${seed}`),
    der: Buffer.from(`der of ${seed}`),
    key: capiKey(),
    ...rest,
    facts: {
      subject: `CN=${seed}.example.test`,
      issuer: 'CN=Test CA',
      names: [`${seed}.example.test`],
      notBefore: '2025-01-01T00:00:00.000Z',
      notAfter: '2027-01-01T00:00:00.000Z',
      serverAuth: true,
      selfSigned: false,
      publicKey: `key of ${seed}`,
      ...facts,
    },
  };
}

/** The same entry without a key property. */
export function withoutKey(entry: StoreCertificate): StoreCertificate {
  const { key: _key, ...rest } = entry;
  return rest;
}

/** 40 upper-case hex digits made of one seed. */
export const thumb = (seed: string): string => createHash('sha1').update(seed).digest('hex').toUpperCase();

/** The base64 of a thumbprint, as 5506 holds it. */
export const base64 = (thumbprint: string): string => Buffer.from(thumbprint, 'hex').toString('base64');

/** A record with default settings. */
export const record = (table: SslTable, name: string, changes: Partial<SslRecord> = {}): SslRecord => ({
  endpoint: { table, name },
  thumbprint: '',
  appId: IIS,
  store: 'MY',
  checkMode: 0,
  freshnessTime: 0,
  urlTimeout: 0,
  ctlIdentifier: '',
  ctlStore: '',
  flags: 0,
  notUnderstood: [],
  ...changes,
});

/** Where the file of a key lies; the digits are worked out here anew, from "Key Storage and Retrieval". */
export function keyFile(key: KeyProvider, place: KeyFilePlace, guid = GUID): string {
  const cng = place.endsWith('cng') || place === 'system-keys';
  const bytes = Buffer.from(`${key.container.toLowerCase()}\0`, cng ? 'utf16le' : 'latin1');
  const digits = createHash('md5').update(bytes).digest().swap32().toString('hex');
  return `${FOLDERS[place]}\\${digits}_${guid}`;
}

export type KeyFilePlace = keyof typeof FOLDERS;

const MACHINE = 'C:\\ProgramData\\Microsoft\\Crypto';
const roaming = (profile: Profile) => `${profile.path}\\AppData\\Roaming\\Microsoft\\Crypto`;
const FOLDERS = {
  'machine-capi': `${MACHINE}\\RSA\\MachineKeys`,
  'machine-cng': `${MACHINE}\\Keys`,
  'system-capi': `${MACHINE}\\RSA\\S-1-5-18`,
  'system-keys': `${MACHINE}\\SystemKeys`,
  'network-service-capi': `${MACHINE}\\RSA\\S-1-5-20`,
  'olga-capi': `${roaming(OLGA)}\\RSA\\${OLGA.sid}`,
  'olga-cng': `${roaming(OLGA)}\\Keys`,
  'gone-capi': 'C:\\Users\\gone\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\S-1-5-21-1-2-3-1999',
  'gone-cng': 'C:\\Users\\gone\\AppData\\Roaming\\Microsoft\\Crypto\\Keys',
} as const;

/** Key files that were listed. */
export const keyFiles = (paths: readonly string[], unread: readonly string[] = []): Known<KeyFiles> =>
  have({ paths, unread }, MACHINE);

/** `customMetadata` content for a key with its properties: id and value. */
export const metadataKey = (path: string, properties: readonly (readonly [number, string])[]): string =>
  [
    `            <key path="${path}">`,
    ...properties.map(([id, value]) => `                <property id="${id}" dataType="Binary" value="${value}" />`),
    '            </key>',
  ].join('\r\n');

/** One site element; bindings as `protocol information sslFlags`. */
export const site = (id: number, name: string, bindings: readonly string[]): string =>
  [
    `            <site name="${name}" id="${id}"><bindings>`,
    ...bindings.map((line) => {
      const [protocol = '', information = '', flags = '0'] = line.split(' ');
      return `                <binding protocol="${protocol}" bindingInformation="${information}" sslFlags="${flags}" />`;
    }),
    '            </bindings></site>',
  ].join('\r\n');

export const FRONT_SITE = site(1, 'Front', ['http *:80:', 'https *:443:']);
export const SHOP_SITE = site(2, 'Shop', ['http *:80:shop.example.test', 'https *:443:shop.example.test 1']);

/** The text of an applicationHost.config with these customMetadata keys and these sites. */
export const configText = (keys: readonly string[] = [], sites: readonly string[] = [FRONT_SITE, SHOP_SITE]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<configuration>',
    '    <system.applicationHost>',
    ...(keys.length === 0
      ? ['        <customMetadata />']
      : ['        <customMetadata>', ...keys, '        </customMetadata>']),
    '        <sites>',
    ...sites,
    '        </sites>',
    '    </system.applicationHost>',
    '</configuration>',
    '',
  ].join('\r\n');

/** That configuration as it is read. */
export function config(keys: readonly string[] = [], sites?: readonly string[]): Known<IisConfig> {
  const read = readApplicationHost(Buffer.from(configText(keys, sites)), CONFIG);
  if (!read.ok) throw new Error(read.error);
  return have(read.value, CONFIG);
}

export const FRONT = certificate('front', { key: capiKey({ container: '{FRONT}' }) });
export const SHOP = certificate('shop', { key: cngKey({ container: 'tp-shop' }) });
export const FRONT_FILE = keyFile(FRONT.key as KeyProvider, 'machine-capi');
export const SHOP_FILE = keyFile(SHOP.key as KeyProvider, 'machine-cng');
export const FRONT_RECORD = record('ip', '0.0.0.0:443', {
  thumbprint: FRONT.thumbprint,
  checkMode: 1,
  urlTimeout: 15000,
  flags: 2,
});
export const SHOP_RECORD = record('sni', 'shop.example.test:443', { thumbprint: SHOP.thumbprint });

/** The bindings of the healthy server, as a state remembers them. */
const REMEMBERED_BINDINGS: readonly RememberedBinding[] = [
  { siteId: 1, site: 'Front', information: '*:443:', sslFlags: 0 },
  { siteId: 2, site: 'Shop', information: '*:443:shop.example.test', sslFlags: 1 },
];

/** A state with these records and those bindings. */
export const healthyWith = (...records: readonly SslRecord[]): BaselineState => ({
  firstSeen: '2026-01-01T00:00:00.000Z',
  lastSeen: '2026-01-01T00:00:00.000Z',
  records,
  bindings: REMEMBERED_BINDINGS,
  certificates: [],
});

/** A server that was seen healthy once, with these records. */
export const remembering = (...records: readonly SslRecord[]): Known<Baseline> =>
  have({ states: [healthyWith(...records)] });

export const FRONT_KEY = 'ip 0.0.0.0:443';
export const SHOP_KEY = 'sni shop.example.test:443';

/** What a TLS client got. */
/** What each endpoint's visitors met: one greeting each. */
export const met = (all: readonly (readonly [string, Known<Handshake>])[]): Evidence['handshakes'] =>
  new Map(all.map(([key, got]) => [key, [{ got }]]));

export const handshake = (value: Handshake): Known<Handshake> => known(value, { kind: 'handshake', endpoint: 'test' });

export const serves = (thumbprint: string): Known<Handshake> =>
  handshake({ outcome: 'certificate', thumbprint, protocol: 'TLSv1.3' });

const GOOD_SDDL = 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)';
export const CLOSED_SDDL = 'O:BAG:SYD:PAI(D;;FA;;;SY)(A;;FA;;;BA)';

/** Options that `netsh http add sslcert` lists on Server 2019. */
export const NETSH_OPTIONS: ReadonlySet<string> = new Set([
  'ipport',
  'hostnameport',
  'ccs',
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
  'reject',
  'disablehttp2',
]);

/** Those of a netsh that has a word for every setting. */
export const EVERY_OPTION: ReadonlySet<string> = new Set([
  ...NETSH_OPTIONS,
  ...RECORD_FLAGS.map(({ option }) => option),
]);

/** The healthy server, changed as told. */
export function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    collectedAt: NOW,
    recorded: false,
    partsUnread: [],
    places: { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' },
    osBuild: have(17763),
    edition: have('ServerStandard'),
    identity: have({ sid: OLGA.sid, name: 'WEB01\\olga', elevated: true }),
    machineGuid: have(GUID),
    addresses: have(['127.0.0.1', '::1', '10.0.0.5']),
    computerName: have('FRONT'),
    dnsDomain: have('example.test'),
    config: config(),
    redirection: have({ enabled: false, path: '' }),
    listenList: have([]),
    records: have([FRONT_RECORD, SHOP_RECORD], 'HTTP\\Parameters'),
    storeMy: have([FRONT, SHOP], 'SystemCertificates\\MY'),
    storeWebHosting: have([], 'SystemCertificates\\WebHosting'),
    storeRequest: have([]),
    storeCa: have([], 'SystemCertificates\\CA'),
    storeRoot: have([], 'SystemCertificates\\ROOT'),
    storeDisallowed: have([]),
    storeSystemCa: have([]),
    unreadableEntries: [],
    profiles: have([OLGA, KARL], 'ProfileList'),
    profileCertificates: have(new Map()),
    keyFiles: keyFiles([FRONT_FILE, SHOP_FILE]),
    acls: have(
      new Map([
        [FRONT_FILE.toLowerCase(), GOOD_SDDL],
        [SHOP_FILE.toLowerCase(), GOOD_SDDL],
      ]),
      'acls',
    ),
    services: have(new Map()),
    serviceRuns: have(new Map()),
    listeners: lack('it was not asked for'),
    processes: lack('it was not asked for'),
    centralStore: lack('not asked for'),
    schannel: have({ enabled: new Map() }),
    systemEvents: have([]),
    securityEvents: have([]),
    netshOptions: have(NETSH_OPTIONS),
    netshUpdateOptions: have(new Set<string>(), 'netsh http update sslcert help'),
    baseline: have(undefined),
    handshakes: met([
      [FRONT_KEY, serves(FRONT.thumbprint)],
      [SHOP_KEY, serves(SHOP.thumbprint)],
    ]),
    ...changes,
  };
}

/** FRONT as dragging leaves it: the entry names a user's key. */
export const FRONT_DRAGGED: StoreCertificate = {
  ...FRONT,
  key: capiKey({ container: '{FRONT}', machineKeyset: false }),
};
/** Its key file, in olga's profile. */
export const FRONT_OLGA_FILE = keyFile(FRONT.key as KeyProvider, 'olga-capi');

/** The healthy server with FRONT dragged from olga's store. */
export const stranded = (changes: Partial<Evidence> = {}): Evidence =>
  evidence({ storeMy: have([FRONT_DRAGGED, SHOP]), keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]), ...changes });

/** A plan or the reason why there is none, told apart. */
export function planned<T extends object>(made: T): Exclude<T, { blocked: true }> {
  if ('blocked' in made) throw new Error(`blocked: ${JSON.stringify(made)}`);
  return made as Exclude<T, { blocked: true }>;
}
