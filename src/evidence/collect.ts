// Collects the evidence: everything that can be asked at once is asked at once; nothing is decided here.

import { endpointOfBinding } from '../formats/http-sys/endpoint.ts';
import { isOnThisServer } from '../formats/http-sys/on-this-server.ts';
import { type Evidence, endpointKey, type Handshake, type PartUnread } from '../model/evidence.ts';
import type { SiteBinding } from '../model/iis-config.ts';
import { type Known, unknown } from '../model/known.ts';
import type { Endpoint } from '../model/ssl-record.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { type SourceReader, sourceReader } from './read-source.ts';
import type { Extent, Read, SourceName } from './source.ts';
import { sourceNames, sources } from './sources.ts';

/** At most this many handshakes at once: a server may have thousands of endpoints. */
const HANDSHAKES_AT_ONCE = 16;

/** Reads just these sources; every other field says that it was not asked for. */
export async function collectOnly(reader: EvidenceReader, names: readonly SourceName[]): Promise<Evidence> {
  return assemble(reader, await readAll(sourceReader(reader), names));
}

/** Reads the machine once. Each field says for itself whether it was read. */
export async function collect(reader: EvidenceReader, extent: Extent = 'everything'): Promise<Evidence> {
  const read = sourceReader(reader);
  const stateNames = sourceNames.filter((name) => sources[name].extent !== 'everything');
  const state = assemble(reader, await readAll(read, stateNames));
  if (extent === 'state') return state;
  const [all, handshakes] = await Promise.all([readAll(read, sourceNames), shakeHands(reader, state)]);
  const evidence = assemble(reader, all);
  return { ...evidence, handshakes, partsUnread: [...evidence.partsUnread, ...strayHandshakes(reader, state)] };
}

type Reads = { [K in SourceName]?: Read<Evidence[K]> };

async function readAll(read: SourceReader, names: readonly SourceName[]): Promise<Reads> {
  const reads: Reads = {};
  await Promise.all(names.map(async (name) => Object.assign(reads, { [name]: await read(name) })));
  return reads;
}

/** The evidence of what was read; the rest was not asked for. */
function assemble(reader: EvidenceReader, reads: Reads): Evidence {
  const source = reads.identity?.value.source ?? { kind: 'file' as const, path: '' };
  const notAsked = unknown<never>('it was not asked for', source);
  const all = sourceNames.flatMap((name): readonly Read<Known<unknown>>[] => (reads[name] ? [reads[name]] : []));
  const values = sourceNames.map((name) => [name, reads[name]?.value ?? notAsked] as const);
  return {
    collectedAt: reader.collectedAt(),
    recorded: reader.recorded,
    places: reader.places,
    // Each value is that of its own name: the table holds it.
    ...(Object.fromEntries(values) as Pick<Evidence, SourceName>),
    unreadableEntries: all.flatMap(({ entries = [] }) => entries),
    partsUnread: all.flatMap(({ unread = [] }) => unread),
    handshakes: new Map(),
  };
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
