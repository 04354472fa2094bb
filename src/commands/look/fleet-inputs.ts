// What lies in the folders of report --fleet, read one after the other: documents as they are, evidence judged now.

import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { checkOutcome } from '../../diagnosis/outcome.ts';
import { collect } from '../../evidence/collect.ts';
import { LARGEST_INPUT, MOST_INPUTS } from '../../fleet/limits.ts';
import type { Origin } from '../../fleet/row.ts';
import { readSent, type SentDocument, sentDocument } from '../../fleet/sent-document.ts';
import { everyEntry, type FolderEntry } from '../../machine/files/folder-entries.ts';
import { readRegularFile } from '../../machine/files/read-file.ts';
import { planningHere } from '../../model/repair/planning.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import { UserError } from '../../model/user-error.ts';
import { makePlans } from '../../repair/planning/make-plans.ts';
import { diagnosisJson } from '../../report/documents/json.ts';
import { openTarget } from '../target.ts';

/** A document, and where it is from. */
export interface Sent extends Origin {
  readonly document: SentDocument;
}

/** Something that may be one; it can be read again. */
export interface FleetInput {
  readonly place: string;
  readonly read: () => Promise<Result<Sent>>;
}

/** All that lies in the folders, and how many more there are than are read. `own`: what this very run writes. */
export async function fleetInputs(
  folders: readonly string[],
  own: string | undefined,
): Promise<{ readonly inputs: readonly FleetInput[]; readonly beyond: number }> {
  const inputs = new Map<string, FleetInput>();
  for (const folder of folders) {
    const entries = await everyEntry(folder, own);
    if (!entries.ok)
      throw new UserError(
        `${folder} cannot be listed: ${entries.error}`,
        'Name a folder that documents were gathered in',
      );
    const isEvidence = entries.value.some(({ name, kind }) => kind === 'file' && OF_EVIDENCE.test(name));
    const found: readonly FolderEntry[] = isEvidence ? [{ name: folder, path: folder, kind: 'folder' }] : entries.value;
    for (const entry of found) inputs.set(entry.path, { place: entry.path, read: () => readEntry(entry) });
  }
  const all = [...inputs.values()];
  return { inputs: all.slice(0, MOST_INPUTS), beyond: Math.max(0, all.length - MOST_INPUTS) };
}

/** A folder with such a file is what one server has sent, and no gathering. */
const OF_EVIDENCE = /^(manifest\.json|applicationHost\.config)$/i;

async function readEntry({ name, path, kind }: FolderEntry): Promise<Result<Sent>> {
  if (kind === 'other') return fail('it is a link or a device: neither is followed');
  if (kind === 'folder' || /\.zip$/i.test(name)) return readEvidence(path);
  if (!/\.json$/i.test(name)) return fail('it is neither a .json file nor a folder of evidence');
  const read = await readRegularFile(path, LARGEST_INPUT, { followLink: false });
  if (read.result !== 'ok') return fail(read.result === 'absent' ? 'it is gone' : read.detail);
  const document = readSent(read.bytes);
  return document.ok ? ok({ place: path, kind: 'document', isDated: true, document: document.value }) : document;
}

/** Judged as check --from does it. What has no date of its own is dated when it is read: that says nothing of its age. */
async function readEvidence(path: string): Promise<Result<Sent>> {
  const begun = new Date().toISOString();
  try {
    const { reader, name } = await openTarget({ from: path });
    const diagnosis = diagnose(await collect(reader), playbooks);
    const repairs = makePlans(diagnosis.found, planningHere(diagnosis.evidence));
    const made = diagnosisJson(diagnosis, repairs, name, checkOutcome(diagnosis));
    const document = sentDocument(made);
    const at = diagnosis.evidence.collectedAt;
    const isDated = at < begun || at > new Date().toISOString();
    return document.ok ? ok({ place: path, kind: 'evidence', isDated, document: document.value }) : document;
  } catch (error) {
    if (error instanceof UserError) return fail(error.message.replace(/\.$/, ''));
    throw error;
  }
}
