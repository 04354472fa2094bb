// Greetings in a person's words: where, as whom, and what they got; and where nobody was greeted.

import {
  addressOf,
  addressOfBinding,
  endpointOfBinding,
  greetingName,
  hostOfBinding,
  portOf,
} from '../../formats/http-sys/endpoint.ts';
import { listensOn } from '../../formats/http-sys/visitors.ts';
import { groupBy, once } from '../../model/once.ts';
import type { Evidence, Greeted, Handshake } from '../../model/server/evidence.ts';
import { httpsBindings, type SiteBinding } from '../../model/server/iis-config.ts';
import { known } from '../../model/server/known.ts';
import { isCentralStore } from '../../model/server/ssl-record.ts';
import { calledName, shortThumbprint } from '../certificates/certificates.ts';
import { factsOf } from '../meant.ts';
import { standInFor } from '../records/stand-in.ts';
import { listed } from '../words.ts';
import type { Unlinked } from './link.ts';

/** ` at 192.0.2.10, ::1`; '' where nobody knows. */
export function placesOf(all: readonly Greeted[]): string {
  const places = unique(all.flatMap(({ greeting }) => greeting?.address ?? []));
  return places.length === 0 ? '' : ` at ${listed(places, 6)}`;
}

/** Each once. */
export const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];

/** What went wrong; those who met the same are told together. All of them ask for one name. */
export function wordsOf(wrong: readonly Greeted[], chain: Unlinked, evidence: Evidence): readonly string[] {
  const groups = groupBy(wrong, ({ got }) => (got.known ? wordsFor(got.value, chain, evidence) : got.why));
  return [...groups].map(([words, all]) => {
    const [name = ''] = all.flatMap(({ greeting }) => greeting?.name ?? []);
    const places = all.flatMap(({ greeting }) => (greeting ? greetingName({ ...greeting, name: '' }) : []));
    return places.length === 0 ? words : `at ${listed(places)}${name && ` as ${name}`} ${words}`;
  });
}

function wordsFor(got: Handshake, chain: Unlinked, evidence: Evidence): string {
  if (got.outcome === 'no-connection') return `nobody answers: ${got.detail}`;
  const { record, binding, handshake } = chain;
  const isCentral = record.known && record.value !== undefined && isCentralStore(record.value.endpoint);
  const host = hostOfBinding(binding.information);
  const store = ` (the central certificate store is off, cannot be reached, or has no usable file for ${host || 'the name'})`;
  if (got.outcome === 'no-tls') return `no TLS answer: ${got.detail}${isCentral ? store : ''}`;
  const facts = factsOf(got, evidence);
  const certificate = facts ? calledName({ facts, thumbprint: got.thumbprint }) : shortThumbprint(got.thumbprint);
  if (isCentral) return `visitors get ${certificate}, which is not valid for ${host}`;
  const served = standInFor({ ...chain, handshake: known(got, handshake?.source ?? evidence.config.source) }, evidence);
  return served === undefined
    ? `visitors get another certificate: ${certificate}`
    : `visitors get another certificate, ${certificate}, through ${served.through}`;
}

/** Addresses of this server with a record of their own at the port, at which no visitor of this binding was greeted. */
export function leftOut({ binding, endpoint, greeted }: Unlinked, evidence: Evidence): readonly string[] {
  const { records, addresses, listenList } = evidence;
  if (!records.known || !addresses.known || addressOfBinding(binding.information) !== '0.0.0.0') return [];
  if (greeted.some(({ greeting }) => greeting === undefined)) return [];
  const port = portOf(endpoint);
  const came = greeted.map(({ greeting }) => greeting?.address);
  return (recordedAddresses(evidence).get(port) ?? []).filter(
    (each) => !came.includes(each) && listensOn(each, listenList.known ? listenList.value : []),
  );
}

/** By port. Whoever comes to an address that a site has bound for itself is that site's visitor. */
const recordedAddresses = once(({ records, addresses, config }: Evidence) => {
  const bindings = config.known ? config.value.sites.flatMap(httpsBindings) : [];
  const bound = new Set(bindings.map(placeOfBinding));
  const own = new Set(addresses.known ? addresses.value : []);
  const places = (records.known ? records.value : [])
    .filter(({ endpoint }) => endpoint.table === 'ip' && own.has(addressOf(endpoint)) && !bound.has(endpoint.name))
    .map(({ endpoint }) => ({ port: portOf(endpoint), address: addressOf(endpoint) }));
  return new Map(
    [...groupBy(places, ({ port }) => port)].map(([port, all]) => [port, all.map(({ address }) => address)]),
  );
});

/** '' for one that is looked up by its host name: it keeps nobody else out. */
function placeOfBinding({ information, sslFlags }: SiteBinding): string {
  const endpoint = endpointOfBinding(information, sslFlags);
  return endpoint.ok && endpoint.value.table === 'ip' ? endpoint.value.name : '';
}
