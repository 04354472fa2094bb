// Everything that a server tells of itself, as the files of an evidence folder, format version 1.

import { unreadableEntry } from '../model/certificate.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Known } from '../model/known.ts';
import { collect } from './collect.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { recording } from './recording-reader.ts';
import { requestsFor } from './requests.ts';

/** A part that was not read. `required`: without it nobody can call the server healthy. */
export interface UnreadPart {
  readonly what: string;
  readonly why: string;
  readonly required: boolean;
}

/** The files by path below the folder, and what is missing among them. */
export interface EvidenceFiles {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly unread: readonly UnreadPart[];
}

/** Collects once, as a check does, and also what a check reads only where the registry is closed. */
export async function evidenceFiles(reader: EvidenceReader): Promise<EvidenceFiles> {
  const kept = recording(reader);
  const requests = requestsFor(reader.places);
  const [evidence] = await Promise.all([collect(kept.reader), kept.reader.read(requests.netshRecords)]);
  const manifest = Buffer.from(`${JSON.stringify(manifestOf(evidence), null, 2)}\n`);
  return { files: new Map([['manifest.json', manifest], ...kept.files()]), unread: unreadParts(evidence) };
}

const valueIn = <T>(part: Known<T>): T | undefined => (part.known ? part.value : undefined);

/** JSON leaves out what is not known. */
function manifestOf(evidence: Evidence) {
  return {
    formatVersion: 1,
    computer: valueIn(evidence.computerName),
    osBuild: valueIn(evidence.osBuild),
    machineGuid: valueIn(evidence.machineGuid),
    collectedAt: evidence.collectedAt,
    identity: valueIn(evidence.identity),
  };
}

// The same words as in the list of what a check could not look at.
const PARTS: readonly {
  readonly what: string;
  readonly of: (evidence: Evidence) => Known<unknown>;
  readonly required: boolean;
}[] = [
  { what: 'the site bindings', of: ({ config }) => config, required: true },
  { what: 'the SSL records of http.sys', of: ({ records }) => records, required: true },
  { what: 'LocalMachine\\MY', of: ({ storeMy }) => storeMy, required: true },
  { what: 'LocalMachine\\WebHosting', of: ({ storeWebHosting }) => storeWebHosting, required: true },
  { what: 'the key files', of: ({ keyFiles }) => keyFiles, required: true },
  { what: 'the MachineGuid', of: ({ machineGuid }) => machineGuid, required: true },
  { what: 'the user profiles', of: ({ profiles }) => profiles, required: false },
  { what: "the users' own certificate stores", of: ({ profileCertificates }) => profileCertificates, required: false },
  { what: 'the permissions of the key files', of: ({ acls }) => acls, required: false },
  { what: 'the addresses of this server', of: ({ addresses }) => addresses, required: false },
  { what: 'the services', of: ({ services }) => services, required: false },
  { what: 'the System event log', of: ({ systemEvents }) => systemEvents, required: false },
  { what: 'the Security event log', of: ({ securityEvents }) => securityEvents, required: false },
  { what: 'the last healthy state', of: ({ baseline }) => baseline, required: false },
  { what: 'the build of Windows', of: ({ osBuild }) => osBuild, required: false },
  { what: 'who collected', of: ({ identity }) => identity, required: false },
];

function unreadParts(evidence: Evidence): readonly UnreadPart[] {
  const parts = PARTS.flatMap(({ what, of, required }) => {
    const part = of(evidence);
    return part.known ? [] : [{ what, why: part.why, required }];
  });
  const folders = evidence.keyFiles.known ? evidence.keyFiles.value.unread : [];
  const entries = evidence.unreadableEntries.map((entry) => ({
    what: `LocalMachine\\${entry.store}`,
    why: unreadableEntry(entry),
    required: true,
  }));
  const within = evidence.partsUnread.map(({ what, why, broken }) => ({ what, why, required: broken }));
  return [
    ...parts,
    ...entries,
    ...within,
    ...folders.map((what) => ({ what, why: 'it could not be listed', required: false })),
  ];
}
