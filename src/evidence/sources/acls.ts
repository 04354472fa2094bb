// Who may read the machine's key files: icacls /save writes SDDL, which no language changes.

import { readIcaclsSave } from '../../formats/acl/icacls-save.ts';
import { fail, type Result } from '../../model/result.ts';
import type { Evidence, Places } from '../../model/server/evidence.ts';
import { describeSource, known, unknown } from '../../model/server/known.ts';
import { interpret, type Reading } from '../readers/reading.ts';
import { machineAclFolders } from './key-folders.ts';
import type { Read } from './source.ts';

/** SDDL by lower-case full path, and the saved files that could not be understood; those that were asked for come first. */
export function readAcls(
  readings: readonly Reading[],
  { places }: { readonly places: Places },
): Read<Evidence['acls']> {
  const folders = machineAclFolders(places).map(({ path }) => path);
  const asked = readings.slice(0, folders.length);
  const saved = [
    ...readings.slice(folders.length).map((reading) => interpret(reading, readIcaclsSave)),
    ...asked.map((reading, index) => interpret(reading, (bytes) => savedOf(folders[index] ?? '', bytes))),
  ];
  const all = new Map<string, string>();
  for (const acls of saved) {
    if (!acls.known) continue;
    for (const folder of folders) {
      const pathOf = fullPath(folder.toLowerCase());
      for (const [name, sddl] of acls.value) {
        const path = pathOf(name);
        if (path !== undefined) all.set(path, sddl);
      }
    }
  }
  const source = asked[0]?.source ?? { kind: 'file' as const, path: 'acls' };
  const lacking = saved.filter((acls) => !acls.known);
  const unread = lacking.flatMap(({ why, source, broken }) =>
    broken ? [{ what: `the permissions in ${describeSource(source)}`, why, broken }] : [],
  );
  if (all.size > 0) return { value: known(all, source), unread };
  return { value: lacking[0] ?? unknown('no permissions of key files were saved', source), unread };
}

/** What icacls was asked for names the folder, or its names were damaged. */
function savedOf(folder: string, bytes: Uint8Array): Result<ReadonlyMap<string, string>> {
  const saved = readIcaclsSave(bytes);
  const pathOf = fullPath(folder.toLowerCase());
  const isOfIt = saved.ok && [...saved.value.keys()].some((name) => pathOf(name) !== undefined);
  return saved.ok && !isOfIt ? fail(`it names nothing in ${folder}`) : saved;
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
