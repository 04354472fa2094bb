// Who may read the machine's key files: icacls /save writes SDDL, which no language changes.

import { readIcaclsSave } from '../../formats/acl/icacls-save.ts';
import { keyFileNames } from '../../formats/certificates/key-file-name.ts';
import { fail, type Result } from '../../model/result.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { describeSource, known, unknown } from '../../model/server/known.ts';
import type { EvidenceReader } from '../readers/evidence-reader.ts';
import { type AclsWanted, interpret, type Reading, type Request } from '../readers/reading.ts';
import { machineAclFolders } from './key-folders.ts';
import type { Other, Read } from './source.ts';

/**
 * A folder of evidence holds what its collector saved, under names of its own too. A server is asked for the key files that
 * store entries name: MachineKeys of a server can hold millions, each program's own ("MachineKeys full", PushSharp 929).
 */
export async function gatherAcls(
  reader: EvidenceReader,
  requests: readonly Request[],
  other: Other,
): Promise<Read<Evidence['acls']>> {
  const folders = machineAclFolders(reader.places).map(({ path }) => path);
  if (!reader.recorded) {
    const wanted = await aclsWanted(folders, other);
    const asked = requests.map((request, index) => {
      const only = wanted[index];
      return only === undefined ? undefined : reader.read({ ...request, only } as Request);
    });
    return readAcls(folders, await Promise.all(asked), []);
  }
  const asked = await Promise.all(requests.map((request) => reader.read(request)));
  return readAcls(folders, asked, (await reader.othersIn?.('acls')) ?? []);
}

/** What is wanted of each folder; where no entry names a file of it, nothing. Of the first at least its own list. */
async function aclsWanted(folders: readonly string[], other: Other): Promise<readonly (AclsWanted | undefined)[]> {
  const [digits, keyFiles] = await Promise.all([namedDigits(other), other('keyFiles')]);
  const paths = keyFiles.known ? keyFiles.value.paths : [];
  const all = folders.map((folder) => {
    const inside = paths.filter((path) => path.lastIndexOf('\\') === folder.length && path.startsWith(folder));
    const names = inside.map((path) => path.slice(folder.length + 1));
    return { folder, names: names.filter((name) => digits.has(name.slice(0, 32).toLowerCase())), of: names.length };
  });
  const isAnyNamed = all.some(({ names }) => names.length > 0);
  return all.map((each, index) => (each.names.length > 0 || (index === 0 && !isAnyNamed) ? each : undefined));
}

/** What the files of keys that the machine's entries name begin with. */
async function namedDigits(other: Other): Promise<ReadonlySet<string>> {
  const stores = await Promise.all([other('storeMy'), other('storeWebHosting'), other('storeRequest')]);
  const certificates = stores.flatMap((store) => (store.known ? store.value : []));
  const names = certificates.flatMap(({ key }) => (key === undefined ? [] : [keyFileNames(key)]));
  return new Set(names.flatMap(({ capi, cng }) => [...capi, ...cng]));
}

/** SDDL by lower-case full path, and the saved files that could not be understood; those that were asked for come first. */
function readAcls(
  folders: readonly string[],
  asked: readonly (Reading | undefined)[],
  others: readonly Reading[],
): Read<Evidence['acls']> {
  const saved = [
    ...others.map((reading) => interpret(reading, readIcaclsSave)),
    ...asked.flatMap((reading, index) =>
      reading === undefined ? [] : [interpret(reading, (bytes) => savedOf(folders[index] ?? '', bytes))],
    ),
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
  const source = asked.find((reading) => reading !== undefined)?.source ?? { kind: 'file' as const, path: 'acls' };
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
  if (!saved.ok) return saved;
  for (const name of saved.value.keys()) if (pathOf(name) !== undefined) return saved;
  return fail(`it names nothing in ${folder}`);
}

/**
 * The full path of a saved name. icacls writes names relative to the parent of the folder that it was given, and not
 * which folder that was: its name is the first part, and it is `folder` or a folder above. Undefined for other folders.
 */
function fullPath(folder: string): (name: string) => string | undefined {
  const below = `${folder}\\`;
  // What stands above a name, by the first part of it: thousands of names have the same.
  const above = new Map<string, string | undefined>();
  return (name) => {
    const end = name.indexOf('\\');
    const given = end < 0 ? name : name.slice(0, end);
    if (!above.has(given)) above.set(given, aboveIn(folder, given));
    const top = above.get(given);
    if (top === undefined) return undefined;
    const path = top + name;
    return path === folder || path.startsWith(below) ? path : undefined;
  };
}

function aboveIn(folder: string, given: string): string | undefined {
  const parts = folder.split('\\');
  const at = parts.lastIndexOf(given);
  return at < 0
    ? undefined
    : parts
        .slice(0, at)
        .map((part) => `${part}\\`)
        .join('');
}
