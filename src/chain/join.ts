// Joins what was read into chains: one for every https site binding, six links each. The only place where evidence is put together.

import { endpointOfBinding, hostOfBinding } from '../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../model/once.ts';
import type { StoreCertificate } from '../model/server/certificate.ts';
import type { Chain, KeyPlace } from '../model/server/chain.ts';
import { type Evidence, endpointKey } from '../model/server/evidence.ts';
import { httpsBindings, type Site, type SiteBinding } from '../model/server/iis-config.ts';
import { andThen, type Known, known, unknown } from '../model/server/known.ts';
import { type Endpoint, isCentralStore, type SslRecord } from '../model/server/ssl-record.ts';
import { findCertificate } from './certificates/certificates.ts';
import { keyPlace } from './certificates/key-place.ts';
import { linksOf } from './links/links.ts';
import { type JudgedEntry, judgeMapperEntries } from './mapper.ts';
import { meantFor } from './meant.ts';
import { recordAt } from './records/records.ts';
import { visitorsOf, worstAnswer } from './visit.ts';

/** Every https site binding followed to the client. Empty where the configuration was not read; see `evidence.config`. */
export const joinChains = once((evidence: Evidence): readonly Chain[] => {
  if (!evidence.config.known) return [];
  const entries = entriesBySite(judgeMapperEntries(evidence));
  return evidence.config.value.sites.flatMap((site) =>
    httpsBindings(site).map((binding) => chainOf(site, binding, entries.get(site.id), evidence)),
  );
});

/** Those with a link that is broken, warns or has a note: whoever looks for faults in links need not look at thousands that hold. */
export const troubledChains = once((evidence: Evidence) =>
  joinChains(evidence).filter(({ links }) =>
    links.some(({ state }) => state === 'broken' || state === 'warning' || state === 'note'),
  ),
);

/** The chains of one site. */
export const chainsOfSite = (site: Site, evidence: Evidence): readonly Chain[] => bySite(evidence).get(site.id) ?? [];

const bySite = once((evidence: Evidence) => groupBy(joinChains(evidence), (chain) => chain.site.id));

/** The chains on one endpoint: several bindings may share it. */
export const chainsAt = (endpoint: Endpoint, evidence: Evidence): readonly Chain[] =>
  byEndpoint(evidence).get(endpointKey(endpoint)) ?? [];

const byEndpoint = once((evidence: Evidence) => groupBy(joinChains(evidence), (chain) => endpointKey(chain.endpoint)));

/** The chains whose binding has this host name, in A-labels. */
export const chainsWithHost = (host: string, evidence: Evidence): readonly Chain[] => byHost(evidence).get(host) ?? [];

const byHost = once((evidence: Evidence) =>
  groupBy(joinChains(evidence), ({ binding }) => hostOfBinding(binding.information)),
);

/** The chains whose endpoint has no SSL record, by endpoint (see endpointKey): several bindings may share one. */
export const lostChains = once((evidence: Evidence) =>
  groupBy(troubledChains(evidence).filter(hasNoRecord), (chain) => endpointKey(chain.endpoint)),
);

/** Whether a chain needs a record that is not there. */
export const hasNoRecord = ({ links }: Chain): boolean =>
  links.some(({ code }) => code === 'no-record' || code === 'falls-back');

function entriesBySite(entries: readonly JudgedEntry[]): ReadonlyMap<number, JudgedEntry> {
  return new Map(entries.flatMap((entry) => entry.sites.map((site) => [site.id, entry] as const)));
}

function chainOf(site: Site, binding: SiteBinding, entry: JudgedEntry | undefined, evidence: Evidence): Chain {
  const parsed = endpointOfBinding(binding.information, binding.sslFlags);
  const endpoint: Endpoint = parsed.ok ? parsed.value : { table: 'ip', name: '' };
  const record = andThen(evidence.records, (all, source) => known(recordFor(binding, endpoint, all), source));
  const certificate = certificateOf(record, evidence);
  // That an entry names no key, or none that has a file, is read in the entry itself.
  const key = andThen(certificate, (found, source): Known<KeyPlace | undefined> => {
    if (found === undefined) return known(undefined, source);
    const place = keyPlace(found.key, evidence);
    return place.known && (place.value.at === 'no-link' || place.value.at === 'hardware')
      ? { ...place, source }
      : place;
  });
  const greeted = visitorsOf(binding, evidence.handshakes.get(endpointKey(endpoint)));
  const met = { site, binding, endpoint, record, certificate, key, greeted };
  const handshake = worstAnswer(greeted, meantFor(met, evidence));
  const unlinked = { site, binding, endpoint, record, certificate, key, greeted, handshake };
  const links = linksOf(unlinked, evidence, entry, parsed.ok ? undefined : parsed.error);
  // Put together out of spreads, each of 10,000 chains has a shape of its own to the engine, and is slow to look at for all.
  return { site, binding, endpoint, record, certificate, key, greeted, handshake, links };
}

/** The central store has records for a whole port, and since Windows 10 1709 for one host name. */
function recordFor({ information }: SiteBinding, endpoint: Endpoint, all: readonly SslRecord[]): SslRecord | undefined {
  const record = recordAt(all, endpoint);
  if (record !== undefined || endpoint.table !== 'ccs') return record;
  return recordAt(all, { table: 'scoped-ccs', name: `${hostOfBinding(information)}:${endpoint.name}` });
}

function certificateOf(record: Known<SslRecord | undefined>, evidence: Evidence): Known<StoreCertificate | undefined> {
  return andThen(record, (found, source) => {
    if (found === undefined || found.thumbprint === '') return known(undefined, source);
    if (isCentralStore(found.endpoint)) return unknown('the central certificate store chooses it by file name', source);
    return findCertificate(evidence, found.store, found.thumbprint);
  });
}
