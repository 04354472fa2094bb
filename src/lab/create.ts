// A new lab: a healthy server with real certificates and keys, and then the faults that were asked for.

import type { KeyObject } from 'node:crypto';
import { importCertificate } from './certificates/import-certificate.ts';
import { makeCertificate } from './certificates/make-certificate.ts';
import { makeKeys, newKeys } from './certificates/new-keys.ts';
import { type AppliedSite, appliedConfig, type BindingPlace, CONFIG_PATH, placeOf } from './config/applied-config.ts';
import { defaultConfig } from './config/default-config.ts';
import type { Disk } from './disk/disk.ts';
import { applyFault, isFault, noSuchFault } from './faults/faults.ts';
import { aLabels } from './http/a-labels.ts';
import { hasAddress } from './http/addresses.ts';
import { putCentralFile, setCentralStore } from './http/central-store.ts';
import {
  changeExtended,
  type LabTable,
  plainEndpoint,
  plainRecord,
  putNewRecord,
  putRecord,
  readRecord,
} from './http/http-sys.ts';
import { newWindows } from './new-windows.ts';
import { sddlsAtOnce } from './permissions/acls.ts';
import type { LabServer } from './server.ts';
import { noteFlags } from './services/config-change.ts';
import { type Answers, answerOf } from './unknowns.ts';

export { LabConfigError } from './config/applied-config.ts';

/** How to make a lab. */
export interface LabOptions {
  /** An applicationHost.config, taken over byte for byte; the lab's own two sites when not given. */
  readonly config?: Uint8Array;
  /** Fault ids, applied in this order. */
  readonly faults?: readonly string[];
  /** Addresses of the configuration that are another member's of the farm; lab.json keeps them. */
  readonly foreignAddresses?: readonly string[];
  /** All addresses beside loopback; lab.json keeps them. */
  readonly addresses?: readonly string[];
  /** Answers to what is not known of Windows; lab.json keeps them. */
  readonly unknowns?: Answers;
  /** Windows build: 20348 is Server 2022. */
  readonly osBuild?: number;
  /** Gives RSA keys; without it see `newKeys`. */
  readonly keyPool?: () => KeyObject;
  /** What `keysFor` made for this configuration; without it each key is made when it is needed. */
  readonly keys?: readonly KeyObject[];
}

/** The keys of a lab with this configuration, made side by side. Throws LabConfigError. */
export function keysFor(config: Uint8Array = Buffer.from(defaultConfig())): Promise<readonly KeyObject[]> {
  const { sites } = appliedConfig(config);
  return makeKeys(sites.filter(({ bindings }) => bindings.some((each) => placeOf(each) !== undefined)).length);
}

/** A certificate of the lab is valid from a while before its clock to long after. */
const VALIDITY = { notBefore: new Date('2025-06-01T00:00:00Z'), notAfter: new Date('2045-06-01T00:00:00Z') };

/**
 * Makes a lab on an empty disk and saves it. Every https binding of the configuration gets a record, every site that
 * needs one a certificate with a machine key. Entries 5506 that a given configuration has already stay as they are:
 * nobody can make a certificate with a wanted hash, so the next `restartIis` takes those sites down, as on a real server.
 * Throws LabConfigError and LabFaultError before anything is written.
 */
export function createLab(disk: Disk, options: LabOptions = {}): LabServer {
  const bytes = Buffer.from(options.config ?? defaultConfig());
  const { sites } = appliedConfig(bytes);
  const unknown = options.faults?.find((id) => !isFault(id));
  if (unknown !== undefined) throw noSuchFault(unknown);
  const server = newWindows(disk, options.osBuild ?? 20348);
  const { foreignAddresses, addresses, unknowns } = options;
  Object.assign(server.facts, {
    ...(foreignAddresses && { foreignAddresses }),
    ...(addresses && { addresses }),
    ...(unknowns && { unknowns }),
  });
  disk.write(CONFIG_PATH, bytes);
  const keyPool = options.keyPool ?? newKeys(options.keys);
  const bound = new Set<string>();
  sddlsAtOnce(server, () => {
    for (const [index, site] of sites.entries())
      bindSite(server, site, { storage: index % 2 === 0 ? 'capi' : 'cng', keyPool, bound });
  });
  if (options.config === undefined) tuneFirstRecord(server);
  if (answerOf(server.facts, 'record-values') === 'changed') changeExtended(server);
  for (const fault of options.faults ?? []) applyFault(server, fault, options.keyPool);
  noteFlags(server);
  server.save();
  return server;
}

/** What the sites of a new lab share. */
interface Binding {
  readonly storage: 'capi' | 'cng';
  readonly keyPool: () => KeyObject;
  /** The tables and endpoints that have a record by now. */
  readonly bound: Set<string>;
}

/** A record for each https binding whose endpoint has none yet; a second site on an endpoint shares the first's. */
function bindSite(server: LabServer, site: AppliedSite, { storage, keyPool, bound }: Binding): void {
  const places = site.bindings.flatMap((binding) => placeOf(binding) ?? []);
  for (const place of places.filter(({ table }) => table === 'ccs')) fillCentralStore(server, place, keyPool);
  const own = places.filter(
    ({ table, endpoint, ip }) => table !== 'ccs' && hasAddress(server, ip) && !bound.has(nameOf(table, endpoint)),
  );
  if (own.length === 0) return;
  const thumbprint = issue(server, site, places, storage, keyPool);
  for (const { table, endpoint } of own) {
    const put = bound.has(nameOf(table, endpoint)) ? putRecord : putNewRecord;
    put(server, plainRecord(table, endpoint, thumbprint));
    bound.add(nameOf(table, endpoint));
  }
}

const nameOf = (table: LabTable, endpoint: string): string => `${table} ${plainEndpoint(endpoint)}`;

/** The central store turned on, with a file for this host and the one record of its port. */
function fillCentralStore(server: LabServer, { endpoint, host }: BindingPlace, keyPool: () => KeyObject): void {
  const name = aLabels(host || server.facts.dnsName);
  const { der, privateKey } = makeCertificate({ names: [name], ...VALIDITY }, keyPool);
  setCentralStore(server, true);
  putCentralFile(server, name, der, privateKey);
  putRecord(server, plainRecord('ccs', endpoint, '', ''));
}

/** One certificate for all https host names of a site, in LocalMachine\MY with a machine key; returns its thumbprint. */
function issue(
  server: LabServer,
  site: AppliedSite,
  places: readonly BindingPlace[],
  storage: 'capi' | 'cng',
  keyPool: () => KeyObject,
): string {
  const hosts = places
    .map(({ host }) => aLabels(host || server.facts.dnsName))
    .filter((host) => /^[a-z0-9*._-]+$/.test(host));
  const names = hosts.length === 0 ? [server.facts.dnsName] : [...new Set(hosts)];
  return importCertificate(server, makeCertificate({ names, ...VALIDITY }, keyPool), storage, site.name).thumbprint;
}

/** Settings that a careless re-bind would lose: client certificates negotiated, no revocation check, a time limit. */
function tuneFirstRecord(server: LabServer): void {
  const record = readRecord(server, 'ip', '0.0.0.0:443');
  if (record !== undefined) putRecord(server, { ...record, checkMode: 0x1, urlTimeout: 15000, flags: 0x2 });
}
