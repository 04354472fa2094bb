// Collects the evidence: everything that can be asked at once is asked at once; nothing is decided here.

import { readStoreEntry } from '../formats/certificates/store-entry.ts';
import type { StoreExport } from '../formats/certificates/store-export.ts';
import { readEvents } from '../formats/events/event-xml.ts';
import { endpointOfBinding } from '../formats/http-sys/endpoint.ts';
import { isOnThisServer } from '../formats/http-sys/on-this-server.ts';
import { readNetshOptions } from '../formats/netsh/options.ts';
import { readProfileList } from '../formats/registry/profile-list.ts';
import { readBuildNumber, readComputerName, readDnsDomain, readMachineGuid } from '../formats/registry/reg-query.ts';
import type { StoreCertificate } from '../model/certificate.ts';
import { type Evidence, endpointKey, type Handshake, type PartUnread } from '../model/evidence.ts';
import type { SiteBinding } from '../model/iis-config.ts';
import { andThen, type Known, known, unknown } from '../model/known.ts';
import type { Endpoint } from '../model/ssl-record.ts';
import { readAcls } from './acls.ts';
import { readBaseline } from './baseline.ts';
import { readConfiguration } from './configuration.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret } from './reading.ts';
import { readRecords, readStore } from './registry.ts';
import { requestsFor } from './requests.ts';
import { readServices } from './services.ts';

/** How much to collect. `state`: what plans rest on, without events, services and handshakes. */
export type Extent = 'everything' | 'state';

/** At most this many handshakes at once: a server may have thousands of endpoints. */
const HANDSHAKES_AT_ONCE = 16;

/** Reads the machine once. Each field says for itself whether it was read. */
export async function collect(reader: EvidenceReader, extent: Extent = 'everything'): Promise<Evidence> {
  const state = await collectState(reader);
  if (extent === 'state') return state;
  const requests = requestsFor(reader.places);
  const [services, systemEvents, securityEvents, profiles, handshakes] = await Promise.all([
    readServices(reader),
    reader.read(requests.systemEvents).then((reading) => interpret(reading, readEvents)),
    reader.read(requests.securityEvents).then((reading) => interpret(reading, readEvents)),
    readProfileCertificates(reader, state),
    shakeHands(reader, state),
  ]);
  const { profileCertificates, unread } = profiles;
  const partsUnread = [...state.partsUnread, ...unread, ...strayHandshakes(reader, state)];
  return { ...state, services, systemEvents, securityEvents, profileCertificates, handshakes, partsUnread };
}

async function collectState(reader: EvidenceReader): Promise<Evidence> {
  const requests = requestsFor(reader.places);
  const [
    identity,
    configuration,
    records,
    storeMy,
    storeWebHosting,
    profiles,
    machineGuid,
    computerName,
    dnsDomain,
    osBuild,
    netshOptions,
    netshUpdateOptions,
    baseline,
    { acls, unread },
    addresses,
  ] = await Promise.all([
    reader.identity(),
    readConfiguration(reader),
    readRecords(reader),
    readStore(reader, requests.storeMy, 'MY'),
    readStore(reader, requests.storeWebHosting, 'WebHosting'),
    reader
      .read(requests.profiles)
      .then((reading) => interpret(reading, (bytes) => readProfileList(bytes, reader.places.systemRoot))),
    reader.read(requests.machineGuid).then((reading) => interpret(reading, readMachineGuid)),
    reader.read(requests.computerName).then((reading) => interpret(reading, readComputerName)),
    reader.read(requests.dnsDomain).then((reading) => interpret(reading, readDnsDomain)),
    reader.read(requests.osBuild).then((reading) => interpret(reading, readBuildNumber)),
    reader.read(requests.netshOptions).then((reading) => interpret(reading, readNetshOptions)),
    reader.read(requests.netshUpdateOptions).then((reading) => interpret(reading, readNetshOptions)),
    readBaseline(reader),
    readAcls(reader),
    reader.addresses(),
  ]);
  const keyFiles = await reader.keyFiles(profiles.known ? profiles.value : undefined);
  const notAsked = unknown<never>('it was not asked for', identity.source);
  return {
    collectedAt: reader.collectedAt(),
    recorded: reader.recorded,
    partsUnread: unread,
    places: reader.places,
    identity,
    addresses,
    ...configuration,
    records,
    ...storesOf(storeMy, storeWebHosting),
    profiles,
    machineGuid,
    computerName,
    dnsDomain,
    osBuild,
    netshOptions,
    netshUpdateOptions,
    baseline,
    acls,
    keyFiles,
    services: notAsked,
    systemEvents: notAsked,
    securityEvents: notAsked,
    profileCertificates: notAsked,
    handshakes: new Map(),
  };
}

function storesOf(my: Known<StoreExport>, webHosting: Known<StoreExport>) {
  const certificates = (store: Known<StoreExport>) =>
    andThen(store, (contents, source) => known(contents.certificates, source));
  return {
    storeMy: certificates(my),
    storeWebHosting: certificates(webHosting),
    unreadableEntries: [my, webHosting].flatMap((store) => (store.known ? store.value.unreadable : [])),
  };
}

/** An entry that cannot be understood decides nothing on a live server: any user may lay one. */
async function readProfileCertificates(
  reader: EvidenceReader,
  state: Evidence,
): Promise<Pick<Evidence, 'profileCertificates'> & { readonly unread: readonly PartUnread[] }> {
  if (!state.profiles.known) return { profileCertificates: state.profiles, unread: [] };
  const found = await reader.profileCertificates(state.profiles.value);
  if (!found.known) return { profileCertificates: found, unread: [] };
  const bySid = new Map<string, StoreCertificate[]>();
  const unread = [...found.value.unread];
  for (const file of found.value.files) {
    const entry = readStoreEntry(file.bytes, file.name, 'user');
    if (entry.ok) bySid.set(file.sid, [...(bySid.get(file.sid) ?? []), entry.value]);
    else
      unread.push({ what: `the certificate ${file.name} of ${file.sid}`, why: entry.error, broken: reader.recorded });
  }
  return { profileCertificates: known(bySid, found.source), unread };
}

/** Handshakes were made with the endpoints of the bindings: one of another shows that either part is not as it was. */
function strayHandshakes(reader: EvidenceReader, state: Evidence): readonly PartUnread[] {
  const asked = new Set(endpointsOf(state).map(endpointKey));
  const stray = state.config.known ? (reader.recordedHandshakes?.() ?? []).filter((key) => !asked.has(key)) : [];
  return stray.map((key) => ({
    what: 'the TLS handshakes',
    why: `there is one with ${key}, for which no site has a binding`,
    broken: true,
  }));
}

/** A handshake with every endpoint that a site binding of this server names. */
async function shakeHands(reader: EvidenceReader, state: Evidence): Promise<Evidence['handshakes']> {
  const waiting = endpointsOf(state, (binding) => mayBeGreeted(binding, reader, state));
  const handshakes = new Map<string, Known<Handshake>>();
  const worker = async () => {
    for (let endpoint = waiting.pop(); endpoint !== undefined; endpoint = waiting.pop()) {
      const handshake = await reader.handshake(endpoint);
      if (handshake !== undefined) handshakes.set(endpointKey(endpoint), handshake);
    }
  };
  await Promise.all(Array.from({ length: HANDSHAKES_AT_ONCE }, worker));
  return handshakes;
}

/** Never an address of another computer; a handshake that was recorded is no greeting. */
function mayBeGreeted(binding: SiteBinding, reader: EvidenceReader, state: Evidence): boolean {
  const endpoint = endpointOfBinding(binding.information, binding.sslFlags);
  const key = endpoint.ok ? endpointKey(endpoint.value) : '';
  return isOnThisServer(binding, state) !== false || reader.recordedHandshakes?.().includes(key) === true;
}

function endpointsOf({ config }: Evidence, wanted: (binding: SiteBinding) => boolean = () => true): Endpoint[] {
  if (!config.known) return [];
  const endpoints = config.value.sites.flatMap((site) =>
    site.bindings
      .filter((binding) => binding.protocol.toLowerCase() === 'https' && wanted(binding))
      .map((binding) => endpointOfBinding(binding.information, binding.sslFlags))
      .flatMap((endpoint) => (endpoint.ok && endpoint.value.table !== 'ccs' ? [endpoint.value] : [])),
  );
  return [...new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint])).values()];
}
