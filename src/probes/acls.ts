// Who may read the machine's key files: icacls /save writes SDDL, which no language changes.

import { readIcaclsSave } from '../formats/icacls-save.ts';
import { type Known, known, unknown } from '../model/known.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret } from './reading.ts';
import { aclRequests } from './requests.ts';

/** SDDL by lower-case full path. */
export async function readAcls(reader: EvidenceReader): Promise<Known<ReadonlyMap<string, string>>> {
  const requests = aclRequests(reader.places);
  const [asked, others] = await Promise.all([
    Promise.all(requests.map(({ request }) => reader.read(request))),
    reader.otherAcls?.() ?? [],
  ]);
  const saved = [...others, ...asked].map((reading) => interpret(reading, readIcaclsSave));
  const all = new Map<string, string>();
  for (const acls of saved) {
    if (!acls.known) continue;
    for (const { folder } of requests) {
      const pathOf = fullPath(folder.toLowerCase());
      for (const [name, sddl] of acls.value) {
        const path = pathOf(name);
        if (path !== undefined) all.set(path, sddl);
      }
    }
  }
  const source = asked[0]?.source ?? { kind: 'file' as const, path: 'acls' };
  if (all.size > 0) return known(all, source);
  return saved.find((acls) => !acls.known) ?? unknown('no permissions of key files were saved', source);
}

/**
 * The full path of a saved name. icacls writes names relative to the parent of the folder that it was given, and not
 * which folder that was: its name is the first part, and it is `folder` or a folder above. Undefined for other folders.
 */
function fullPath(folder: string): (name: string) => string | undefined {
  const parts = folder.split('\\');
  return (name) => {
    const [given = ''] = name.split('\\', 1);
    const at = parts.lastIndexOf(given);
    const path = at < 0 ? '' : [...parts.slice(0, at), name].join('\\');
    return path === folder || path.startsWith(`${folder}\\`) ? path : undefined;
  };
}
