// Everything that a server tells of itself, as the files of an evidence folder, format version 1.

import type { Evidence } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import { collect, type Look } from '../collect.ts';
import { everyRequest } from '../sources/requests.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { recording } from './recording-reader.ts';

/** The files by path below the folder, and the evidence that they hold. */
export interface EvidenceFiles {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly evidence: Evidence;
}

/** Collects once, as a check does, and also what a check reads only where the registry is closed. */
export async function evidenceFiles(reader: EvidenceReader, look: Look = {}): Promise<EvidenceFiles> {
  const kept = recording(reader);
  const standIns = everyRequest(reader.places).filter(({ isStandIn }) => isStandIn);
  const [evidence] = await Promise.all([
    collect(kept.reader, 'folder', look),
    ...standIns.map(({ request }) => kept.reader.read(request)),
  ]);
  const manifest = Buffer.from(`${JSON.stringify(manifestOf(evidence), null, 2)}\n`);
  return { files: new Map([['manifest.json', manifest], ...kept.files()]), evidence };
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
