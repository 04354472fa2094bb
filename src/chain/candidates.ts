// Which certificate belongs to a site binding whose SSL record is gone. IIS remembers the hash nowhere but in that record.

import { endpointOfBinding, hostOfBinding } from '../formats/endpoint.ts';
import type { StoreCertificate } from '../model/certificate.ts';
import { type Baseline, type Evidence, endpointKey } from '../model/evidence.ts';
import type { Site, SiteBinding } from '../model/iis-config.ts';
import type { Endpoint, SslRecord } from '../model/ssl-record.ts';
import { allCertificates, findCertificate } from './certificates.ts';
import { keyPlace } from './key-place.ts';
import { groupBy, once } from './once.ts';
import { usableBySystem } from './usable.ts';
import { validityAt } from './validity.ts';

/** A certificate that a lost record may have named, and whether its key must be moved first. */
export interface CandidateCertificate {
  readonly certificate: StoreCertificate;
  readonly stranded: boolean;
}

/** The record of this endpoint in the newest healthy state that had an https binding for it. */
export function remembered(endpoint: Endpoint, evidence: Evidence): SslRecord | undefined {
  if (!evidence.baseline.known || evidence.baseline.value === undefined) return undefined;
  return rememberedRecords(evidence.baseline.value).get(endpointKey(endpoint));
}

/** By endpoint key. A record without a binding is nobody's: another program may have had it, and taken it away. */
const rememberedRecords = once(({ states }: Baseline): ReadonlyMap<string, SslRecord> => {
  const found = new Map<string, SslRecord>();
  for (const { records, bindings } of states) {
    const bound = new Set(
      bindings
        .map(({ information, sslFlags }) => endpointOfBinding(information, sslFlags))
        .map((endpoint) => (endpoint.ok ? endpointKey(endpoint.value) : '')),
    );
    for (const record of records) {
      const key = endpointKey(record.endpoint);
      if (bound.has(key) && !found.has(key)) found.set(key, record);
    }
  }
  return found;
});

/** That record with its certificate, where it can serve, or can once its key is moved: every setting is known then. */
export function rememberedCandidate(
  endpoint: Endpoint,
  evidence: Evidence,
): (CandidateCertificate & { readonly record: SslRecord }) | undefined {
  const record = remembered(endpoint, evidence);
  if (record === undefined) return undefined;
  const found = findCertificate(evidence, record.store, record.thumbprint);
  if (!found.known || found.value === undefined || !serves(found.value, evidence)) return undefined;
  const [candidate] = withKeyState(found.value, evidence);
  return candidate && { ...candidate, record };
}

/**
 * The certificates that fit a binding without a record, usable ones and those that are usable once their key is moved.
 * One entry means that there is no doubt; several mean that a person has to choose.
 */
export function candidatesFor(site: Site, binding: SiteBinding, evidence: Evidence): readonly CandidateCertificate[] {
  const { usable, byName, unclaimed, bySite } = offers(evidence);
  const hosts = hostsFor(site, binding);
  if (hosts.length > 0) {
    const names = new Set(hosts.flatMap(namesFor));
    const named = [...new Set([...names].flatMap((name) => byName.get(name) ?? []).map(({ each }) => each))];
    if (named.length > 0 || hostOfBinding(binding.information) !== '') return named;
  }
  if (usable.length <= 1) return usable;
  return [...(bySite.get(site.id) ?? []).map(({ each }) => each), ...unclaimed];
}

/** What a server has to offer to all its lost bindings, worked out once. */
const offers = once((evidence: Evidence) => {
  const usable = allCertificates(evidence)
    .filter((certificate) => serves(certificate, evidence))
    .flatMap((certificate) => withKeyState(certificate, evidence));
  const named = usable.flatMap((each) => each.certificate.facts.names.map((name) => ({ name, each })));
  const byName = groupBy(named, ({ name }) => name);
  // A binding without a host name fits every certificate, but one that serves another site, or is made out to the host
  // names of other sites alone, is theirs.
  return { usable, byName, ...free(usable, evidence) };
});

/** Certificates that no record uses: with a name that no site has, and by site, with a name that it alone has. */
function free(usable: readonly CandidateCertificate[], { config, records }: Evidence) {
  const inUse = new Set(records.known ? records.value.map((record) => record.thumbprint) : []);
  const owners = hostOwners(config.known ? config.value.sites : []);
  const unused = usable.filter(({ certificate }) => !inUse.has(certificate.thumbprint));
  const isUnclaimed = ({ certificate }: CandidateCertificate) =>
    certificate.facts.names.some((name) => !owners.has(name));
  const claims = unused
    .filter((each) => !isUnclaimed(each))
    .flatMap((each) =>
      [...new Set(each.certificate.facts.names.map((name) => owners.get(name)))].map((site) => ({ site, each })),
    );
  return { unclaimed: unused.filter(isUnclaimed), bySite: groupBy(claims, ({ site }) => site) };
}

/** By host name, the id of the one site with such a binding. */
function hostOwners(sites: readonly Site[]): ReadonlyMap<string, number | 'several'> {
  const owners = new Map<string, number | 'several'>();
  for (const { id, bindings } of sites) {
    for (const { protocol, information } of bindings) {
      if (!/^https?$/i.test(protocol)) continue;
      const host = hostOfBinding(information).toLowerCase();
      owners.set(host, (owners.get(host) ?? id) === id ? id : 'several');
    }
  }
  return owners;
}

function serves(certificate: StoreCertificate, evidence: Evidence): boolean {
  const { facts, archived } = certificate;
  return facts.serverAuth && !archived && validityAt(facts, evidence.collectedAt) === 'valid';
}

function withKeyState(certificate: StoreCertificate, evidence: Evidence): readonly CandidateCertificate[] {
  const place = keyPlace(certificate.key, evidence);
  if (place.known && place.value.at === 'user') return [{ certificate, stranded: true }];
  const usable = usableBySystem(certificate, evidence);
  return usable.known && usable.value ? [{ certificate, stranded: false }] : [];
}

/** The binding's own host name; for a binding without one, the host names of the site's other bindings. */
function hostsFor(site: Site, binding: SiteBinding): readonly string[] {
  const own = hostOfBinding(binding.information);
  if (own !== '') return [own.toLowerCase()];
  const web = site.bindings.filter((each) => /^https?$/i.test(each.protocol));
  const others = web.map((each) => hostOfBinding(each.information).toLowerCase());
  return [...new Set(others.filter((host) => host !== ''))];
}

/** The names of a certificate that cover a host: its own, and the wildcard one level above it. */
const namesFor = (host: string): readonly string[] =>
  host.includes('.') ? [host, `*${host.slice(host.indexOf('.'))}`] : [host];
