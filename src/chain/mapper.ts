// What the ABO mapper would do at the next start of a service that uses it (KB 2025598, KB 3202096).

import { readMetadataHash } from '../formats/certificates/base64-hash.ts';
import { endpointOfBinding } from '../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../model/once.ts';
import type { StoreCertificate } from '../model/server/certificate.ts';
import type { MapperEntry } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { httpsBindings, type MetadataKey, type MetadataProperty, type Site } from '../model/server/iis-config.ts';
import type { SslRecord } from '../model/server/ssl-record.ts';
import { findCertificate } from './certificates/certificates.ts';
import { usableBySystem } from './certificates/usable.ts';
import { recordAt } from './records/records.ts';

/** Metabase ids: the certificate's hash, and the store it is looked up in. */
export const CERT_HASH = 5506;
export const CERT_STORE_NAME = 5511;

/** Why the mapper's entry is not good: the shapes of "invalid hash". Undefined: it would make the record that is there. */
export type MapperFault =
  | 'not-base64'
  | 'not-20-bytes'
  | 'no-such-certificate'
  | 'key-unusable'
  | 'other-than-record'
  | 'no-such-site';

/** An entry with the site it is for (none when it is inherited by all, or its site is gone) and its verdict. */
export interface JudgedEntry {
  readonly entry: MapperEntry;
  readonly key: MetadataKey;
  /** The sites whose records the mapper would delete. */
  readonly sites: readonly Site[];
  readonly thumbprint?: string;
  readonly fault?: MapperFault;
  /** Set when a part that the verdict needs was not read; then `fault` is undefined and nothing is claimed. */
  readonly notKnown?: string;
}

/** The site id of `LM/W3SVC/<id>`; 'all' for `LM/W3SVC`, which every site inherits; undefined for other paths. */
export function siteIdOf(keyPath: string): number | 'all' | undefined {
  const path = keyPath.replace(/^\//, '');
  if (/^LM\/W3SVC\/?$/i.test(path)) return 'all';
  const match = /^LM\/W3SVC\/(\d+)\/?$/i.exec(path);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** Only what uses the ABO mapper acts on a 5506: without IIS 6 compatibility it lies there harmless. False where nobody knows. */
export const mapperIsAbsent = ({ services }: Evidence): boolean =>
  services.known && services.value.get('IISADMIN')?.installed === false;

/** Every 5506 entry on site or service level, judged. Sub-paths carry no server certificate and are left alone. */
export const judgeMapperEntries = once((evidence: Evidence): readonly JudgedEntry[] => {
  if (!evidence.config.known) return [];
  const { sites, metadata } = evidence.config.value;
  const sitesById = groupBy(sites, (site) => site.id);
  const withEntry = new Set(metadata.filter((key) => has(key, CERT_HASH)).map((key) => siteIdOf(key.path)));
  return metadata.flatMap((key) => {
    const property = key.properties.find((each) => each.id === CERT_HASH);
    const id = siteIdOf(key.path);
    if (property === undefined || id === undefined) return [];
    const concerned = id === 'all' ? sites.filter((site) => !withEntry.has(site.id)) : (sitesById.get(id) ?? []);
    return [judge(key, property, id, concerned, evidence)];
  });
});

/** The entry from which the mapper makes just this record of the sites, again at each start; undefined where it does not. */
export function entryBehind(
  { thumbprint }: Pick<SslRecord, 'thumbprint'>,
  sites: readonly Site[],
  evidence: Evidence,
): JudgedEntry | undefined {
  if (mapperIsAbsent(evidence)) return undefined;
  const ids = sites.map(({ id }) => id);
  return judgeMapperEntries(evidence).find(
    (judged) => judged.thumbprint === thumbprint && judged.sites.some(({ id }) => ids.includes(id)),
  );
}

const has = (key: MetadataKey, id: number): boolean => key.properties.some((property) => property.id === id);

function judge(
  key: MetadataKey,
  property: MetadataProperty,
  id: number | 'all',
  sites: readonly Site[],
  evidence: Evidence,
): JudgedEntry {
  const store = key.properties.find((each) => each.id === CERT_STORE_NAME)?.value || 'MY';
  const judged = { entry: { keyPath: key.path, property, store }, key, sites };
  const hash = readMetadataHash(property.value);
  const thumbprint = hash.kind === 'hash' ? { thumbprint: hash.thumbprint } : {};
  if (id !== 'all' && sites.length === 0) return { ...judged, ...thumbprint, fault: 'no-such-site' };
  if (hash.kind === 'not-base64') return { ...judged, fault: 'not-base64' };
  if (hash.kind === 'wrong-length') return { ...judged, fault: 'not-20-bytes' };
  const certificate = findCertificate(evidence, store, hash.thumbprint);
  if (!certificate.known) return { ...judged, ...thumbprint, notKnown: certificate.why };
  if (certificate.value === undefined) return { ...judged, ...thumbprint, fault: 'no-such-certificate' };
  return { ...judged, ...thumbprint, ...judgeCertificate(certificate.value, sites, evidence) };
}

function judgeCertificate(
  certificate: StoreCertificate,
  sites: readonly Site[],
  evidence: Evidence,
): { readonly fault?: MapperFault; readonly notKnown?: string } {
  const usable = usableBySystem(certificate, evidence);
  if (!usable.known) return { notKnown: usable.why };
  if (!usable.value) return { fault: 'key-unusable' };
  if (!evidence.records.known) return { notKnown: evidence.records.why };
  const live = sites.flatMap((site) => recordsOfSite(site, evidence.records.known ? evidence.records.value : []));
  const differs = live.some((record) => record.thumbprint !== '' && record.thumbprint !== certificate.thumbprint);
  return differs ? { fault: 'other-than-record' } : {};
}

/** The http.sys records of a site's https bindings. */
export function recordsOfSite(site: Site, records: readonly SslRecord[]): readonly SslRecord[] {
  const found = httpsBindings(site)
    .map((binding) => endpointOfBinding(binding.information, binding.sslFlags))
    .map((endpoint) => (endpoint.ok && endpoint.value.table !== 'ccs' ? recordAt(records, endpoint.value) : undefined));
  return [...new Set(found)].filter((record) => record !== undefined);
}
