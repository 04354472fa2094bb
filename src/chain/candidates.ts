// Which certificate belongs to a site binding whose SSL record is gone. IIS remembers the hash nowhere but in that record.

import { hostOfBinding } from '../formats/endpoint.ts';
import type { StoreCertificate } from '../model/certificate.ts';
import { type Evidence, endpointKey } from '../model/evidence.ts';
import type { Site, SiteBinding } from '../model/iis-config.ts';
import type { Endpoint, SslRecord } from '../model/ssl-record.ts';
import { allCertificates, findCertificate } from './certificates.ts';
import { keyPlace } from './key-place.ts';
import { usableBySystem } from './usable.ts';

/** A certificate that a lost record may have named, and whether its key must be moved first. */
export interface CandidateCertificate {
  readonly certificate: StoreCertificate;
  readonly stranded: boolean;
}

/** The record of this endpoint in the last state that was seen healthy. */
export function remembered(endpoint: Endpoint, evidence: Evidence): SslRecord | undefined {
  if (!evidence.baseline.known) return undefined;
  return evidence.baseline.value?.records.find((record) => endpointKey(record.endpoint) === endpointKey(endpoint));
}

/** That record with its certificate, where it can serve, or can once its key is moved: every setting is known then. */
export function rememberedCandidate(
  endpoint: Endpoint,
  evidence: Evidence,
): (CandidateCertificate & { readonly record: SslRecord }) | undefined {
  const record = remembered(endpoint, evidence);
  if (record === undefined) return undefined;
  const found = findCertificate(evidence, record.store, record.thumbprint);
  if (!found.known || found.value === undefined) return undefined;
  const [candidate] = withKeyState(found.value, evidence);
  return candidate && { ...candidate, record };
}

/**
 * The certificates that fit a binding without a record, usable ones and those that are usable once their key is moved.
 * One entry means that there is no doubt; several mean that a person has to choose.
 */
export function candidatesFor(site: Site, binding: SiteBinding, evidence: Evidence): readonly CandidateCertificate[] {
  const usable = allCertificates(evidence)
    .filter((certificate) => serves(certificate, evidence))
    .flatMap((certificate) => withKeyState(certificate, evidence));
  const hosts = hostsFor(site, binding);
  if (hosts.length > 0) {
    const named = usable.filter(({ certificate }) => hosts.some((host) => covers(certificate, host)));
    if (named.length > 0 || hostOfBinding(binding.information) !== '') return named;
  }
  if (usable.length <= 1) return usable;
  // A binding without a host name fits every certificate, but one that serves another site, or is made out to the host
  // names of other sites alone, is theirs.
  const inUse = thumbprintsInUse(evidence);
  const theirs = hostsOfOtherSites(site, evidence);
  return usable.filter(
    ({ certificate }) =>
      !inUse.has(certificate.thumbprint) && !certificate.facts.names.every((name) => theirs.has(name)),
  );
}

function hostsOfOtherSites(site: Site, { config }: Evidence): ReadonlySet<string> {
  const others = config.known ? config.value.sites.filter((other) => other.id !== site.id) : [];
  const bindings = others.flatMap((other) => other.bindings).filter((each) => /^https?$/i.test(each.protocol));
  return new Set(bindings.map((each) => hostOfBinding(each.information).toLowerCase()));
}

function serves(certificate: StoreCertificate, evidence: Evidence): boolean {
  const { notAfter, notBefore, serverAuth } = certificate.facts;
  return serverAuth && !certificate.archived && notAfter > evidence.collectedAt && notBefore <= evidence.collectedAt;
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

/** True when a name of the certificate is the host, or the wildcard one level above it. */
function covers(certificate: StoreCertificate, host: string): boolean {
  const parent = `*${host.slice(host.indexOf('.'))}`;
  return certificate.facts.names.some((name) => name === host || (host.includes('.') && name === parent));
}

function thumbprintsInUse(evidence: Evidence): ReadonlySet<string> {
  const records = evidence.records.known ? evidence.records.value : [];
  return new Set(records.map((record) => record.thumbprint));
}
