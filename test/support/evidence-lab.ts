// A lab, its live diagnosis, and the folder that collect makes of it.

import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { collect } from '../../src/evidence/collect.ts';
import { evidenceFiles } from '../../src/evidence/readers/evidence-files.ts';
import type { EvidenceReader } from '../../src/evidence/readers/evidence-reader.ts';
import { evidenceIn } from '../../src/evidence/readers/folder-reader.ts';
import { liveReader } from '../../src/evidence/readers/live-reader.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { folderFiles } from '../../src/machine/files/folder-files.ts';
import { labMachine } from '../../src/machine/lab/lab-machine.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The reader of a lab, at one and the same moment for every reading. */
export const labReader = (disk: MemoryDisk): EvidenceReader =>
  liveReader(labMachine(disk, { as: 'owner', targetArguments: '', now: () => new Date('2026-03-02T08:00:00Z') }));

/** What check says of a source. */
export const diagnosisOf = async (reader: EvidenceReader): Promise<Diagnosis> =>
  diagnose(await collect(reader), playbooks);

/** The files of a lab's evidence folder, as text keys to bytes. */
export async function filesOf(disk: MemoryDisk): Promise<Record<string, Uint8Array>> {
  const { files } = await evidenceFiles(labReader(disk));
  return Object.fromEntries(files);
}

/** What check --from says of a folder with these files. */
export const folderDiagnosis = async (files: Readonly<Record<string, Uint8Array>>): Promise<Diagnosis> =>
  diagnosisOf(await evidenceIn(folderFiles(temporaryFolder(files))));

/** Everything that two diagnoses of one server must share; where it was read is what they may differ in. */
export function comparable({ findings, chains, verdict }: Diagnosis) {
  return {
    verdict,
    findings: findings.map(({ facts, ...finding }) => ({
      ...finding,
      facts: facts.map(({ name, value }) => ({ name, value })),
    })),
    links: chains.map(({ links }) =>
      links.map(({ name, state, code, message: says }) => ({ name, state, code, says })),
    ),
  };
}
