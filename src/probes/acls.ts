// Who may read the machine's key files: icacls /save writes SDDL, which no language changes.

import { readIcaclsSave } from '../formats/icacls-save.ts';
import { type Known, known, unknown } from '../model/known.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret } from './reading.ts';
import { aclRequests } from './requests.ts';

/** SDDL by lower-case full path. icacls writes names relative to the parent of the folder that it was given. */
export async function readAcls(reader: EvidenceReader): Promise<Known<ReadonlyMap<string, string>>> {
  const all = new Map<string, string>();
  const requests = aclRequests(reader.places);
  const readings = await Promise.all(
    requests.map(async ({ folder, request }) => ({ folder, reading: await reader.read(request) })),
  );
  for (const { folder, reading } of readings) {
    const saved = interpret(reading, readIcaclsSave);
    if (!saved.known) continue;
    const parent = folder.slice(0, folder.lastIndexOf('\\')).toLowerCase();
    for (const [name, sddl] of saved.value) all.set(`${parent}\\${name}`, sddl);
  }
  const [first] = readings;
  const source = first?.reading.source ?? { kind: 'file' as const, path: 'acls' };
  return all.size > 0 ? known(all, source) : unknown('the permissions of the key files were not read', source);
}
