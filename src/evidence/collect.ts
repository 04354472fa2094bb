// Collects the evidence: everything that can be asked at once is asked at once; nothing is decided here.

import type { Evidence, PartUnread } from '../model/server/evidence.ts';
import { httpsBindings } from '../model/server/iis-config.ts';
import { type Known, unasked } from '../model/server/known.ts';
import { type Visited, visitedEndpoints } from './greet.ts';
import type { EvidenceReader } from './readers/evidence-reader.ts';
import { type SourceReader, sourceReader } from './readers/read-source.ts';
import type { Extent, Read, SourceName } from './sources/source.ts';
import { sourceNames, sources } from './sources/sources.ts';
import type { Greetings } from './turns.ts';

/** Reads just these sources; every other field says that it was not asked for. */
export async function collectOnly(reader: EvidenceReader, names: readonly SourceName[]): Promise<Evidence> {
  return assemble(reader, await readAll(sourceReader(reader), names));
}

/** What a look is about, and what it tells. */
export interface Look extends Greetings {
  /** How many https bindings there are, once that is known. */
  readonly found?: (bindings: number) => void;
  /** What this process has seen of the same server: what lasts is not asked again. */
  readonly earlier?: Evidence;
}

/** Reads the machine once. Each field says for itself whether it was read. */
export async function collect(
  reader: EvidenceReader,
  extent: Extent = 'everything',
  how: Look = {},
): Promise<Evidence> {
  const read = sourceReader(reader, how.earlier);
  // The key of a service holds what its records are read from: with the services asked for first, it is exported once.
  const services: readonly SourceName[] = extent === 'state' ? [] : ['services'];
  const state = assemble(reader, await readAll(read, [...services, ...namesOf(undefined)]));
  if (extent === 'state') return state;
  if (state.config.known) how.found?.(state.config.value.sites.flatMap(httpsBindings).length);
  const visited = reader.greetsNobody ? new Map<string, Visited>() : visitedEndpoints(state);
  // The visitors go first: each start of a program holds this process up.
  const [handshakes, all] = await Promise.all([
    shakeHands(reader, visited, how),
    readAll(read, [...namesOf(undefined), ...namesOf('everything')]),
  ]);
  const more = await readAll(read, namesWithReason({ ...state, handshakes }, visited, extent));
  const evidence = assemble(reader, { ...all, ...more });
  return {
    ...evidence,
    handshakes,
    partsUnread: [...evidence.partsUnread, ...strayHandshakes(reader, state, visited)],
  };
}

const namesOf = (extent: 'everything' | undefined): readonly SourceName[] =>
  sourceNames.filter((name) => sources[name].extent === extent);

/** What there is a reason to ask once visitors were greeted. A folder may have it, or keeps it, whatever the reason. */
const namesWithReason = (
  seen: Evidence,
  visited: ReadonlyMap<string, Visited>,
  wanted: Extent,
): readonly SourceName[] =>
  sourceNames.filter((name) => {
    const { extent, needed } = sources[name];
    const isKept = seen.recorded || (wanted === 'folder' && needed === 'support');
    return typeof extent === 'function' && (isKept || extent(seen, visited));
  });

type Reads = { [K in SourceName]?: Read<Evidence[K]> };

async function readAll(read: SourceReader, names: readonly SourceName[]): Promise<Reads> {
  const reads: Reads = {};
  await Promise.all(names.map(async (name) => Object.assign(reads, { [name]: await read(name) })));
  return reads;
}

/** The evidence of what was read; the rest was not asked for. */
function assemble(reader: EvidenceReader, reads: Reads): Evidence {
  const source = reads.identity?.value.source ?? { kind: 'file' as const, path: '' };
  const notAsked = unasked<never>(source);
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
function strayHandshakes(
  reader: EvidenceReader,
  state: Evidence,
  visited: ReadonlyMap<string, Visited>,
): readonly PartUnread[] {
  const stray = state.config.known ? (reader.recordedHandshakes?.() ?? []).filter((key) => !visited.has(key)) : [];
  return stray.map((key) => ({
    what: 'the TLS handshakes',
    why: `there is one with ${key}, for which no site has a binding`,
    broken: true,
  }));
}

/** Greets every endpoint through its doors. A handshake that was recorded is no greeting, so it is taken wherever it is. */
async function shakeHands(
  reader: EvidenceReader,
  visited: ReadonlyMap<string, Visited>,
  how: Greetings,
): Promise<Evidence['handshakes']> {
  const recorded = new Set(reader.recordedHandshakes?.());
  const waiting = [...visited].filter(([key, { doors }]) => doors.length > 0 || recorded.has(key));
  const greeted = await reader.greet(new Map(waiting), how);
  return new Map([...greeted].filter(([, all]) => all.length > 0));
}
