// What goes wrong on servers, planted into the default lab by value, so that a test knows what a visitor gets.

import { randomUUID } from 'node:crypto';
import { callerOf } from '../../src/lab/callers.ts';
import { makeCertificate } from '../../src/lab/certificates/make-certificate.ts';
import {
  deleteEntry,
  entryFrom,
  MACHINE_KEYSET,
  putEntry,
  readStore,
  type StoreEntry,
} from '../../src/lab/certificates/store.ts';
import { PROPERTY, withProperty } from '../../src/lab/certificates/store-entry.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { applyFault } from '../../src/lab/faults/faults.ts';
import { CENTRAL_FOLDER, centralFile, putCentralFile, setCentralStore } from '../../src/lab/http/central-store.ts';
import {
  deleteRecord,
  HTTP_PARAMETERS,
  type LabRecord,
  NO_APP_ID,
  plainRecord,
  putRecord,
  readRecord,
} from '../../src/lab/http/http-sys.ts';
import { credentialOf, keepCredential } from '../../src/lab/keys/credentials.ts';
import { encodeKeyProvInfo, type KeyProvInfo } from '../../src/lab/keys/key-prov-info.ts';
import { deleteKey, makeKey } from '../../src/lab/keys/keys.ts';
import { numberValue } from '../../src/lab/registry/registry-values.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { setRunning } from '../../src/lab/services/services.ts';
import { sharedKey } from './small-lab.ts';

/** Who writes SSL records beside IIS. */
export const OWNERS = {
  sstp: '{ba195980-cd49-458b-9e23-c84ee0adcd75}',
  'ad-fs': '{5d89a20c-beab-4389-9447-324788eb944a}',
  'iis-express': '{214124cd-d05b-4309-9af9-9caa44b2b74a}',
  unknown: '{0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}',
  nobody: NO_APP_ID,
} as const;

/** The two chains of the default lab, and names and addresses that the plants bring. */
export const SITE = '0.0.0.0:443';
export const SHOP_HOST = 'shop.example.test';
export const SHOP = `${SHOP_HOST}:443`;
export const CDN_HOST = 'cdn.example.test';
/** The ghost's address is the lab's own, since a record names it. */
export const GHOST = '192.0.2.10:443';
export const FOREIGN = '203.0.113.7';

const SERVICES = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services';

const VALIDITY = { notBefore: new Date('2025-06-01T00:00:00Z'), notAfter: new Date('2045-06-01T00:00:00Z') };

/** By name. The first nine rows are those of the causes that people report and a check called healthy. */
export const PLANTS = {
  'ghost-record': (server) => putRecord(server, { ...record(server, 'ip', SITE), endpoint: GHOST }),
  'ipv6-zero-hash': (server) => putRecord(server, plainRecord('ip', '[::]:443', '00'.repeat(20))),
  'wrong-name': (server) => applyFault(server, 'wrong-name'),
  'sni-flag-lost': (server) => editConfig(server, (text) => text.replace('sslFlags="1"', 'sslFlags="0"')),
  'owned-by-sstp': (server) => change(server, 'ip', SITE, { appId: OWNERS.sstp }),
  'owned-by-nobody': (server) => change(server, 'ip', SITE, { appId: OWNERS.nobody }),
  'listens-on-loopback': (server) => listenOnly(server, '127.0.0.1'),
  'signature-key': (server) => relink(server, 'ip', SITE, (key) => ({ ...key, keySpec: 2 })),
  'rejecting-record': (server) => change(server, 'ip', SITE, { flags: 0x8 }),

  /** SSTP's pair of records: the IPv6 one is answered for a site that has no IPv6 record of its own. */
  'sstp-pair': (server) => {
    for (const endpoint of [SITE, '[::]:443'])
      putRecord(server, { ...record(server, 'ip', SITE), endpoint, appId: OWNERS.sstp });
  },
  'shadowing-record': (server) => applyFault(server, 'shadowing-record'),
  /** A record at an address that another computer has. */
  'ghost-elsewhere': (server) => {
    server.facts.foreignAddresses = [FOREIGN];
    putRecord(server, { ...record(server, 'ip', SITE), endpoint: `${FOREIGN}:443` });
  },
  /** Another product's record on a port of its own, whose certificate is gone. */
  'foreign-record-dead': (server) =>
    putRecord(server, { ...plainRecord('ip', '0.0.0.0:55539', 'AB'.repeat(20)), appId: OWNERS.unknown }),
  /** The flag is lost, and IIS has taken the SNI record away with it. */
  'sni-flag-and-record-lost': (server) => {
    PLANTS['sni-flag-lost'](server);
    deleteRecord(server, 'sni', SHOP);
  },
  'sni-record-lost': (server) => deleteRecord(server, 'sni', SHOP),
  'certificate-gone': (server) => deleteEntry(server, 'MY', record(server, 'ip', SITE).thumbprint),
  'site-stopped': (server) =>
    editConfig(server, (text) => text.replace('id="2" serverAutoStart="true"', 'id="2" serverAutoStart="false"')),
  'all-sites-stopped': (server) =>
    editConfig(server, (text) => text.replaceAll('serverAutoStart="true"', 'serverAutoStart="false"')),
  'w3svc-stopped': (server) => setRunning(server, 'W3SVC', false),
  'w3svc-disabled': (server) => disable(server, 'W3SVC'),
  'http-disabled': (server) => disable(server, 'HTTP'),
  /** IIS was never installed: the records are those of AD FS. */
  'ad-fs-only': (server) => {
    server.registry.deleteKey(`${SERVICES}\\W3SVC`);
    server.disk.remove(CONFIG_PATH);
    change(server, 'ip', SITE, { appId: OWNERS['ad-fs'] });
    change(server, 'sni', SHOP, { appId: OWNERS['ad-fs'] });
  },
  /** IIS without its IIS 6 compatibility. */
  'no-abo-mapper': (server) => server.registry.deleteKey(`${SERVICES}\\IISADMIN`),
  /** A site with a binding of another member of the farm. */
  'foreign-address': (server) => {
    server.facts.foreignAddresses = [FOREIGN];
    addSite(server, `${FOREIGN}:443:`, 0);
  },
  /** The site's certificate was renewed, and names its successor in property 64; the record still names the old one. */
  'renewal-linked': (server) => {
    const successor = newEntry(server, ['labsrv.example.test']);
    const old = entry(server, 'ip', SITE);
    putEntry(server, 'MY', withProperty(old, PROPERTY.renewal, Buffer.from(successor.thumbprint, 'hex')));
  },
  /** Like it, and the successor's key is not there. */
  'renewal-without-key': (server) => {
    PLANTS['renewal-linked'](server);
    const next = entry(server, 'ip', SITE).properties.get(PROPERTY.renewal)?.toString('hex').toUpperCase();
    const key = readStore(server, 'MY')?.find(({ thumbprint }) => thumbprint === next)?.key;
    if (key !== undefined) deleteKey(server, callerOf(server, 'system'), key);
  },
  /** The key lies in hardware, and http.sys has had it since the record was made. */
  'tpm-key': (server) => {
    const kept = credentialOf(server, record(server, 'ip', SITE));
    if (kept !== undefined) keepCredential(server, record(server, 'ip', SITE), kept);
    relink(server, 'ip', SITE, (key) => ({
      ...key,
      provider: 'Microsoft Platform Crypto Provider',
      type: 0,
      keySpec: 0,
    }));
  },
  /** Shop's certificate comes from an intermediate, which LocalMachine\CA has and Windows sends with it. */
  'intermediate-sent': (server) => {
    const authority = { authority: true, ...VALIDITY };
    const root = makeCertificate({ names: ['Lab Root'], ...authority }, () => sharedKey(6));
    const issuing = makeCertificate({ names: ['Lab Issuing CA'], ...authority, issuer: root }, () => sharedKey(5));
    putEntry(server, 'CA', entryFrom(issuing.der));
    change(server, 'sni', SHOP, { thumbprint: newEntry(server, [SHOP_HOST], issuing).thumbprint });
  },

  'central-store': (server) => {
    addSite(server, `*:443:${CDN_HOST}`, 3);
    setCentralStore(server, true);
    const { der, privateKey } = makeCertificate({ names: [CDN_HOST], ...VALIDITY }, () => sharedKey(7));
    putCentralFile(server, CDN_HOST, der, privateKey);
    putRecord(server, plainRecord('ccs', '443', '', ''));
  },
  'central-store-off': (server) => {
    PLANTS['central-store'](server);
    setCentralStore(server, false);
  },
  'central-file-missing': (server) => {
    PLANTS['central-store'](server);
    server.disk.remove(centralFile(CDN_HOST));
  },
  /** The share does not answer. */
  'central-share-gone': (server) => {
    PLANTS['central-store'](server);
    setCentralStore(server, true, '\\\\files\\CentralCerts');
  },
  'central-record-lost': (server) => {
    PLANTS['central-store'](server);
    deleteRecord(server, 'ccs', '443');
  },
  /** A file for `*.example.test` in place of the host's own. */
  'central-wildcard': (server) => {
    PLANTS['central-store'](server);
    server.disk.rename(centralFile(CDN_HOST), `${CENTRAL_FOLDER}\\_.example.test.pfx`);
  },
  /** A record of the fourth table in place of the one for the port. */
  'scoped-central-store': (server) => {
    PLANTS['central-record-lost'](server);
    putRecord(server, plainRecord('scoped-ccs', `${CDN_HOST}:443`, '', ''));
  },
} satisfies Record<string, (server: LabServer) => void>;

/** The name of a plant. */
export type Plant = keyof typeof PLANTS;

/** Plants them in this order, and saves the lab. */
export function plant(server: LabServer, ...names: readonly Plant[]): void {
  for (const name of names) (PLANTS as Record<Plant, (server: LabServer) => void>)[name](server);
  server.save();
}

/** The thumbprint of the certificate that a record names. */
export const thumbprintOf = (server: LabServer, table: LabRecord['table'], endpoint: string): string =>
  record(server, table, endpoint).thumbprint;

/** ListenOnlyList, as `netsh http add iplisten` writes it. */
export function listenOnly(server: LabServer, ...addresses: readonly string[]): void {
  const data = Buffer.from(`${addresses.join('\0')}\0\0`, 'utf16le');
  server.registry.setValue(HTTP_PARAMETERS, 'ListenOnlyList', { type: 'REG_MULTI_SZ', data });
}

function record(server: LabServer, table: LabRecord['table'], endpoint: string): LabRecord {
  const found = readRecord(server, table, endpoint);
  if (found === undefined) throw new Error(`the lab has no record ${endpoint}`);
  return found;
}

function change(server: LabServer, table: LabRecord['table'], endpoint: string, changes: Partial<LabRecord>): void {
  putRecord(server, { ...record(server, table, endpoint), ...changes });
}

function entry(server: LabServer, table: LabRecord['table'], endpoint: string): StoreEntry {
  const { thumbprint } = record(server, table, endpoint);
  const found = readStore(server, 'MY')?.find((each) => each.thumbprint === thumbprint);
  if (found === undefined) throw new Error(`LocalMachine\\MY has no certificate of ${endpoint}`);
  return found;
}

/** Changes what the certificate of a record says of its key. */
function relink(server: LabServer, table: 'ip' | 'sni', endpoint: string, to: (key: KeyProvInfo) => KeyProvInfo): void {
  const old = entry(server, table, endpoint);
  if (old.key === undefined) throw new Error(`the certificate of ${endpoint} has no key`);
  putEntry(server, 'MY', withProperty(old, PROPERTY.keyProvInfo, encodeKeyProvInfo(to(old.key))));
}

/** A new certificate in LocalMachine\MY with a machine key. */
function newEntry(
  server: LabServer,
  names: readonly string[],
  issuer?: ReturnType<typeof makeCertificate>,
): StoreEntry {
  const { der, privateKey } = makeCertificate({ names, ...VALIDITY, ...(issuer && { issuer }) }, () => sharedKey(4));
  const container = `tp-${randomUUID()}`;
  const provider = 'Microsoft Software Key Storage Provider';
  makeKey(server, { container, storage: 'cng', scope: 'machine', exportable: true, privateKey });
  const made = entryFrom(der, { container, provider, type: 0, flags: MACHINE_KEYSET, keySpec: 0 });
  putEntry(server, 'MY', made);
  return made;
}

function editConfig(server: LabServer, edit: (text: string) => string): void {
  const text = server.disk.read(CONFIG_PATH)?.toString('utf8') ?? '';
  const edited = edit(text);
  if (edited === text) throw new Error('the configuration has nothing to edit there');
  server.disk.write(CONFIG_PATH, Buffer.from(edited));
}

const addSite = (server: LabServer, information: string, sslFlags: number): void =>
  editConfig(server, (text) =>
    text.replace(
      '            <siteDefaults>',
      `            <site name="CDN" id="9"><bindings><binding protocol="https" bindingInformation="${information}" sslFlags="${sslFlags}" /></bindings></site>\r\n            <siteDefaults>`,
    ),
  );

function disable(server: LabServer, service: string): void {
  server.registry.setValue(`${SERVICES}\\${service}`, 'Start', numberValue(4));
  setRunning(server, service, false);
}
