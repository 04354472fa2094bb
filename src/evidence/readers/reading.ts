// What a probe asks for and what it gets: raw bytes with their origin, from a live machine or from an evidence folder.

import type { Command } from '../../model/repair/command.ts';
import type { Result } from '../../model/result.ts';
import { broken, type Known, known, type Source, unknown } from '../../model/server/known.ts';

/** One thing to read, and the file of the evidence folder that keeps its bytes. */
export type Request =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly folderFile: string;
      /** Of a folder whose permissions the command saves: the files that matter. A live server is asked for these alone. */
      readonly only?: AclsWanted;
      /**
       * A key above the one that is asked for, which every Windows has. Most servers lack what is asked for, and then its list
       * alone tells so: a live server is asked for that first.
       */
      readonly below?: string;
      /** The file of another request whose answer holds this one's. */
      readonly inside?: string;
      /** Its own part of that answer, where that was asked for already: a live server is not asked again. */
      readonly part?: Uint8Array;
    }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly folderFile: string;
      /** Bytes that it may have at most; the port's own limit where nothing is said. */
      readonly most?: number;
    };

/** Key files of one folder whose permissions are wanted. */
export interface AclsWanted {
  readonly folder: string;
  /** Names of files in it. */
  readonly names: readonly string[];
  /** How many files lie there. */
  readonly of: number;
}

/** The bytes, or why there are none. `absent` is an answer of its own: the file is not there, the key does not exist. */
export type Reading =
  | {
      readonly result: 'ok';
      readonly bytes: Uint8Array;
      readonly source: Source;
      /** Of a file that somebody sent: as what it was read, where that is unusual; told where it could not be understood. */
      readonly encoding?: () => string | undefined;
      /** Gives their memory back, for who alone reads them and has done so: they are gone then. */
      readonly release?: (() => void) | undefined;
    }
  | { readonly result: 'absent'; readonly why: string; readonly source: Source }
  | {
      readonly result: 'denied' | 'timeout' | 'failed';
      readonly why: string;
      readonly source: Source;
      /** A part of an evidence folder that is there and was not read. */
      readonly broken?: true;
    };

/** Runs a pure reader over the bytes of a reading; whatever is missing or malformed stays unknown, with its reason. */
export function interpret<T>(reading: Reading | undefined, read: (bytes: Uint8Array) => Result<T>): Known<T> {
  if (reading === undefined) return unknown('it was not asked for', { kind: 'file', path: '' });
  if (reading.result !== 'ok') {
    const isBroken = reading.result !== 'absent' && reading.broken;
    return isBroken ? broken(reading.why, reading.source) : unknown(reading.why, reading.source);
  }
  const result = read(reading.bytes);
  if (result.ok) return known(result.value, reading.source);
  const encoding = reading.encoding?.();
  return broken(encoding === undefined ? result.error : `${result.error} (it was read as ${encoding})`, reading.source);
}
