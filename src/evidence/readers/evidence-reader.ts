// What collecting needs of a source: a live machine (live-reader.ts) or a folder that somebody mailed (evidence-folder.ts).

import type { Greeted, Identity, KeyFiles, PartUnread, Places, Profile } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import type { Visited } from '../greet.ts';
import type { Greetings } from '../turns.ts';
import type { Reading, Request } from './reading.ts';

/** One file of a user's own certificate store. */
export interface ProfileCertificateFile {
  readonly sid: string;
  /** The file's name: a thumbprint. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of the users' own stores, and which were not read. */
export interface ProfileEntries {
  readonly files: readonly ProfileCertificateFile[];
  readonly unread: readonly PartUnread[];
}

/** A source of evidence. Nothing here decides anything. */
export interface EvidenceReader {
  /** See Evidence. */
  readonly recorded: boolean;
  /** A folder in which nobody was greeted: who would come to which endpoint is not asked then. */
  readonly greetsNobody?: boolean;
  readonly places: Places;
  /** How many days of the Security log are asked for, where that is not the most. */
  readonly eventDays?: number;
  /** ISO 8601: now on a live machine, the time of collecting for a folder. */
  collectedAt(): string;
  read(request: Request): Promise<Reading>;
  /** The text files in `folder` that are no file of the table: under names of the sender's own choice; folders only. */
  othersIn?(folder: string): Promise<readonly Reading[]>;
  /** Names of the key files of the machine, SYSTEM, the services and these profiles; undefined: no list could be read. */
  keyFiles(profiles: readonly Profile[] | undefined): Promise<Known<KeyFiles>>;
  /** Names of the files in the folder of the central certificate store, in lower case. */
  centralFiles(location: string): Promise<Known<ReadonlySet<string>>>;
  profileCertificates(profiles: readonly Profile[]): Promise<Known<ProfileEntries>>;
  identity(): Promise<Known<Identity>>;
  addresses(): Promise<Known<readonly string[]>>;
  /** All endpoints of a look, by endpoint key; none at one where the source cannot greet and has no greeting of it recorded. */
  greet(visited: ReadonlyMap<string, Visited>, how?: Greetings): Promise<ReadonlyMap<string, readonly Greeted[]>>;
  /** The endpoints (see endpointKey) whose handshakes were recorded; folders only. */
  recordedHandshakes?(): readonly string[];
}
