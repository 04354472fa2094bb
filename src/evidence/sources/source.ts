// One row of the table of evidence: everything that collecting, "not checked", the evidence folder, redaction, the
// collecting script and docs/evidence.md know of a source.

import type { UnreadableEntry } from '../../model/server/certificate.ts';
import type { Evidence, PartUnread, Places } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import type { EvidenceReader } from '../readers/evidence-reader.ts';
import type { Reading, Request } from '../readers/reading.ts';
import type { Reason } from './reasons.ts';

/** The fields of the evidence that are one source each, known or not. */
export type SourceName = { [K in keyof Evidence]: Evidence[K] extends Known<unknown> ? K : never }[keyof Evidence];

/**
 * How much to collect. `state`: what plans rest on, without events, services and handshakes. `folder`: also what supports a
 * finding, where a check has no reason to ask for it.
 */
export type Extent = 'everything' | 'state' | 'folder';

/**
 * What needs a source. `verdict`: every check; without it no chain can be followed. `links`: a chain, where it comes to it;
 * that link is then not checked. `support`: nothing that decides; a check says so and is still a check. `origin`: only
 * whoever keeps the folder; collecting says so. `aid`: the choice of a way or a word, which is then the careful one.
 */
export type Need = 'verdict' | 'links' | 'support' | 'origin' | 'aid';

/** What was read of a source, and what within it was not. */
export interface Read<V extends Known<unknown>> {
  readonly value: V;
  readonly entries?: readonly UnreadableEntry[];
  readonly unread?: readonly PartUnread[];
}

/** Another source of the same reader; each is read once, however many rest on it. */
export type Other = <K extends SourceName>(name: K) => Promise<Evidence[K]>;

interface Row<V extends Known<unknown>> {
  /** What it is called for people. */
  readonly what: string;
  readonly needed: Need;
  /** A plan rests on it, unless it is this. With a reason it is asked only where that holds, once visitors were greeted. */
  readonly extent?: 'everything' | Reason;
  /** Which server it is, and what its Windows can do: no repair changes it, and a look behind one does not ask for it again. */
  readonly lasting?: true;
  /** What to ask, each with its file of the evidence folder; nothing where the reader has a question of its own for it. */
  readonly ask?: (places: Places) => readonly Request[];
  /** Asked where the first was not read, never where what was read is malformed. */
  readonly standIn?: { readonly request: Request; readonly read: (reading: Reading) => V };
  /** Its answer stands in the file of this row, which is asked for once. */
  readonly within?: SourceName;
  /** Files of the folder that no request has. */
  readonly files?: readonly string[];
  /** What of its bytes a folder keeps, where that is not all. */
  readonly keeps?: (bytes: Uint8Array) => Uint8Array;
  /** Secrets that its files can hold: they are overwritten in whatever leaves the server. */
  readonly secrets?: 'xml-attributes';
  /** `answer`: most servers lack it, nobody is told. `said`: a .reg file without a key says that the server has none. */
  readonly absence?: 'answer' | 'said';
  /** What its absence means, where `needed` does not say it. */
  readonly lack?: string;
}

/** Most are asked and then read, which is pure. A few must see an answer before they can ask: those gather by themselves. */
export type Source<V extends Known<unknown>> = Row<V> &
  (
    | {
        readonly read: (
          readings: readonly Reading[],
          of: Pick<EvidenceReader, 'places' | 'recorded'>,
        ) => Read<V> | Promise<Read<V>>;
        readonly gather?: undefined;
      }
    | {
        readonly gather: (reader: EvidenceReader, requests: readonly Request[], other: Other) => Promise<Read<V>>;
      }
  );
