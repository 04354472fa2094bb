// Keeps what a reader was asked and answered, as the files of an evidence folder. So a folder holds, by construction,
// what a check reads: there is no second list of things to collect.

import { redactSecrets } from '../../formats/iis/secret-attributes.ts';
import { emptyReg } from '../../formats/registry/reg-writing.ts';
import type { KeyFiles, Profile } from '../../model/server/evidence.ts';
import { greetedText } from '../../own-files/evidence-manifest.ts';
import { ADDRESSES, CENTRAL_FILES, KEY_FILES, KEY_FOLDERS_UNREAD, PROFILES_NOTE } from '../sources/file-names.ts';
import { rowOf } from '../sources/requests.ts';
import type { EvidenceReader, ProfileCertificateFile } from './evidence-reader.ts';
import type { Reading, Request } from './reading.ts';

/** A reader that answers as the one it wraps does, and remembers. */
export interface Recording {
  readonly reader: EvidenceReader;
  /** Bytes by path below the folder, `/` between its parts. What was not read has no file. */
  readonly files: () => ReadonlyMap<string, Uint8Array>;
}

/** What stands in PROFILES_NOTE. ASCII without anything that means something to cmd. */
export const PROFILES_NOTE_TEXT = "The users' own certificate stores were read. SID/My holds those of one user.";

const HANDSHAKES = 'handshakes.json';

/** Wraps `inner`. Nothing is written; secrets are overwritten here, so that no caller can forget to. */
export function recording(inner: EvidenceReader): Recording {
  const files = new Map<string, Uint8Array>();
  const keep = (path: string, text: string) => files.set(path, Buffer.from(text));
  const reader: EvidenceReader = {
    ...inner,
    read: async (request) => {
      const reading = await inner.read(request);
      const bytes = bytesFor(request, reading);
      if (bytes !== undefined) files.set(request.folderFile, bytes);
      return reading.result === 'ok' ? { ...reading, release: undefined } : reading;
    },
    keyFiles: async (profiles: readonly Profile[] | undefined) => {
      const found = await inner.keyFiles(profiles);
      if (found.known) for (const [path, text] of keyFileLists(found.value)) keep(path, text);
      return found;
    },
    centralFiles: async (location) => {
      const found = await inner.centralFiles(location);
      if (found.known) keep(CENTRAL_FILES, lines([...found.value]));
      return found;
    },
    profileCertificates: async (profiles) => {
      const found = await inner.profileCertificates(profiles);
      if (!found.known) return found;
      keep(PROFILES_NOTE, lines([PROFILES_NOTE_TEXT]));
      for (const file of found.value.files.filter(isThumbprint))
        files.set(`profiles/${file.sid}/My/${file.name}`, file.bytes);
      return found;
    },
    addresses: async () => {
      const found = await inner.addresses();
      if (found.known) keep(ADDRESSES, lines(found.value));
      return found;
    },
    greet: async (visited, how) => {
      const greeted = await inner.greet(visited, how);
      if (greeted.size > 0) keep(HANDSHAKES, greetedText(greeted));
      return greeted;
    },
  };
  return { reader, files: () => files };
}

/** What the folder keeps of a reading, as its row says; nothing of what has no row. */
function bytesFor({ folderFile }: Request, reading: Reading): Uint8Array | undefined {
  const row = rowOf(folderFile);
  if (reading.result === 'ok') {
    const kept = row?.keeps?.(reading.bytes) ?? reading.bytes;
    return row && (row.secrets === 'xml-attributes' ? redactSecrets(kept).bytes : kept);
  }
  const answered = reading.result === 'absent' && reading.source.kind === 'command';
  return answered && row?.absence === 'said' ? emptyReg() : undefined;
}

function keyFileLists({ paths, unread }: KeyFiles): readonly (readonly [string, string])[] {
  const all = [KEY_FILES, lines(paths)] as const;
  return unread.length === 0 ? [all] : [all, [KEY_FOLDERS_UNREAD, lines(unread)]];
}

// The name comes from a user's own folder; nothing else may become a path here.
const isThumbprint = ({ sid, name }: ProfileCertificateFile): boolean =>
  /^[0-9a-f]{40}$/i.test(name) && /^S-1-[0-9-]+$/i.test(sid);

const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');
