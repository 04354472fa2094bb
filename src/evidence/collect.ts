// Collects the evidence: everything that can be asked at once is asked at once; nothing is decided here.

import type { Evidence, Greeted, PartUnread } from '../model/server/evidence.ts';
import { type Known, unknown } from '../model/server/known.ts';
import { isCentralStore } from '../model/server/ssl-record.ts';
import { type Visited, visitedEndpoints } from './greet.ts';
import type { EvidenceReader } from './readers/evidence-reader.ts';
import { type SourceReader, sourceReader } from './readers/read-source.ts';
import type { Extent, Read, SourceName } from './sources/source.ts';
import { sourceNames, sources } from './sources/sources.ts';

/** Reads just these sources; every other field says that it was not asked for. */
export async function collectOnly(reader: EvidenceReader, names: readonly SourceName[]): Promise<Evidence> {
  return assemble(reader, await readAll(sourceReader(reader), names));
}

/** Reads the machine once. Each field says for itself whether it was read. */
export async function collect(reader: EvidenceReader, extent: Extent = 'everything'): Promise<Evidence> {
  const read = sourceReader(reader);
  const state = assemble(reader, await readAll(read, namesOf(undefined)));
  if (extent === 'state') return state;
  const visited = visitedEndpoints(state);
  // The visitors go first: each start of a program holds this process up.
  const [handshakes, all] = await Promise.all([
    shakeHands(reader, visited),
    readAll(read, [...namesOf(undefined), ...namesOf('everything')]),
  ]);
  const isAsked = reader.recorded || isSomebodyUnanswered(state, visited, handshakes);
  const evidence = assemble(reader, { ...all, ...(isAsked && (await readAll(read, namesOf('unanswered')))) });
  return {
    ...evidence,
    handshakes,
    partsUnread: [...evidence.partsUnread, ...strayHandshakes(reader, state, visited)],
  };
}

const namesOf = (extent: (typeof sources)[SourceName]['extent']): readonly SourceName[] =>
  sourceNames.filter((name) => sources[name].extent === extent);

/** Somebody got no certificate, or one that no record names: the central store alone gives others. Or nobody could ask. */
function isSomebodyUnanswered(
  { records }: Evidence,
  visited: ReadonlyMap<string, Visited>,
  handshakes: Evidence['handshakes'],
): boolean {
  if ([...visited.keys()].some((key) => !handshakes.get(key)?.some(({ got }) => got.known))) return true;
  const all = records.known ? records.value : [];
  const named = new Set(all.map(({ thumbprint }) => thumbprint));
  const isStrange = ({ got }: Greeted) =>
    got.known &&
    (got.value.outcome !== 'certificate' ||
      !(named.has(got.value.thumbprint) || all.some(({ endpoint }) => isCentralStore(endpoint))));
  return [...handshakes.values()].flat().some(isStrange);
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
): Promise<Evidence['handshakes']> {
  const recorded = new Set(reader.recordedHandshakes?.());
  const waiting = [...visited].filter(([key, { doors }]) => doors.length > 0 || recorded.has(key));
  const greeted = await Promise.all(
    waiting.map(async ([key, { endpoint, doors }]) => [key, await reader.greet(endpoint, doors)] as const),
  );
  return new Map(greeted.filter(([, all]) => all.length > 0));
}
