// Reads a row of the table from a reader: asks what it asks, all at once, and gives the answers to its reader.

import { regPart } from '../../formats/registry/reg-part.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import { requestsOf } from '../sources/requests.ts';
import type { Other, Read, Source, SourceName } from '../sources/source.ts';
import { sourceNames, sources } from '../sources/sources.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import type { Reading, Request } from './reading.ts';

/** The rows of one reader, each read at most once. */
export type SourceReader = <K extends SourceName>(name: K) => Promise<Read<Evidence[K]>>;

type Started = { [K in SourceName]?: Promise<Read<Evidence[K]>> };

/** Opens a reader by the names of the table. `earlier`: what this very server has told this process before. */
export function sourceReader(of: EvidenceReader, earlier?: Evidence): SourceReader {
  const reader = { ...of, read: askedOnce(of) };
  const started = earlier === undefined ? {} : lastingOf(earlier);
  const start = <K extends SourceName>(name: K): Promise<Read<Evidence[K]>> => {
    // By its name each is what the table says.
    const begun: Promise<Read<Evidence[K]>> | undefined = started[name];
    const now = begun ?? readRow<Evidence[K]>(sources[name], reader, other);
    Object.assign(started, { [name]: now });
    return now;
  };
  const other: Other = async (name) => (await start(name)).value;
  return start;
}

/** What was read of it. What was not is asked again where anything rests on it. */
function lastingOf(earlier: Evidence): Started {
  const lasting = sourceNames.filter(
    (name) => sources[name].lasting && (earlier[name].known || sources[name].needed === 'aid'),
  );
  return Object.fromEntries(lasting.map((name) => [name, Promise.resolve({ value: earlier[name] })])) as Started;
}

/** Two rows may rest on one file: it is asked for once. What stands in an answer that is asked for already is taken from that. */
function askedOnce({ read, recorded }: EvidenceReader): EvidenceReader['read'] {
  const asked = new Map<string, Promise<Reading>>();
  return (request) => {
    const holder = request.kind === 'command' && !recorded ? asked.get(request.inside ?? '') : undefined;
    const earlier =
      asked.get(request.folderFile) ?? holder?.then((whole) => read(partOf(request, whole))) ?? read(request);
    asked.set(request.folderFile, earlier);
    return earlier;
  };
}

/** With its part of the whole answer, where that has one. */
function partOf(request: Request, whole: Reading): Request {
  const key = request.kind === 'command' ? request.command.args[1] : undefined;
  const part = whole.result === 'ok' && typeof key === 'string' ? regPart(whole.bytes, key) : undefined;
  return part === undefined ? request : ({ ...request, part } as Request);
}

async function readRow<V extends Known<unknown>>(
  row: Source<V>,
  reader: EvidenceReader,
  other: Other,
): Promise<Read<V>> {
  const requests = requestsOf(row, reader.places);
  if (row.gather !== undefined) return row.gather(reader, requests, other);
  const asked = await Promise.all(requests.map((request) => reader.read(request)));
  const read = await row.read(asked, reader);
  if (row.standIn === undefined || asked[0]?.result === 'ok') return read;
  const instead = row.standIn.read(await reader.read(row.standIn.request));
  return instead.known || instead.broken ? { value: instead } : read;
}
