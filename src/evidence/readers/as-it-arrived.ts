// An evidence folder as mail and archives bring it: one level down, its names in other case or with .txt behind them.

import type { FolderFiles, ListResult } from '../../machine/machine.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import { ADDRESSES, CENTRAL_FILES, KEY_FILES, PROFILES_NOTE } from '../sources/file-names.ts';
import { everyRequest } from '../sources/requests.ts';

/** Every file of an evidence folder that has a name of its own, in lower case. */
const FILES: readonly string[] = [
  'manifest.json',
  'handshakes.json',
  KEY_FILES,
  PROFILES_NOTE,
  CENTRAL_FILES,
  ADDRESSES,
  ...everyRequest({ systemRoot: '', programData: '' }).map(({ request }) => request.folderFile),
].map((path) => path.toLowerCase());

/** The evidence in it under the names of the contract; or, in one clause, why there is none. */
export async function asItArrived(files: FolderFiles): Promise<Result<FolderFiles>> {
  const top = await files.list('');
  if (top.result !== 'ok') return fail(`it cannot be listed${top.result === 'absent' ? '' : `: ${top.detail}`}`);
  if (await isEvidence(files, '', top)) return ok(byLooseNames(files, '', top));
  const found: string[] = [];
  for (const folder of top.folders) if (await isEvidence(files, folder, await files.list(folder))) found.push(folder);
  const [only, ...others] = found;
  if (only === undefined)
    return fail('there is no evidence in it: it lies where collect, or its script, has written it');
  if (others.length > 0) return fail(`it has ${found.length} folders of evidence: name one of ${found.join(', ')}`);
  return ok(byLooseNames(files, only));
}

/** A file of the contract lies in it, or in a folder of it. A lone applicationHost.config is evidence too: of little. */
async function isEvidence(files: FolderFiles, at: string, list: ListResult): Promise<boolean> {
  if (list.result !== 'ok') return false;
  if (list.files.some((name) => isNamed(name))) return true;
  for (const folder of list.folders) {
    if (!FILES.some((path) => path.startsWith(`${folder.toLowerCase()}/`))) continue;
    const below = await files.list(at === '' ? folder : `${at}/${folder}`);
    if (below.result === 'ok' && below.files.some((name) => isNamed(`${folder}/${name}`))) return true;
  }
  return false;
}

const isNamed = (path: string): boolean =>
  FILES.includes(path.toLowerCase()) || FILES.includes(path.toLowerCase().replace(/\.txt$/, ''));

/**
 * Each part of a path is the name that is there: as it is asked for, else in another case, else with .txt behind it. What no
 * list has is not looked for: a small folder lacks most of what could be in one. `top` is the list of its top, where it was read.
 */
function byLooseNames(files: FolderFiles, root: string, top?: ListResult): FolderFiles {
  const lists = new Map<string, Promise<ListResult>>();
  if (top !== undefined) lists.set(root, Promise.resolve(top));
  const listOf = (folder: string) => {
    const known = lists.get(folder) ?? files.list(folder);
    lists.set(folder, known);
    return known;
  };
  const find = async (path: string): Promise<Result<string | undefined>> => {
    let at = root;
    for (const part of path.split('/').filter((each) => each !== '')) {
      const name = chosen(part, await listOf(at));
      if (!name.ok || name.value === undefined) return name;
      at = at === '' ? name.value : `${at}/${name.value}`;
    }
    return ok(at);
  };
  return {
    read: async (path, most) => {
      const found = await find(path);
      if (!found.ok) return { result: 'failed', detail: found.error };
      return found.value === undefined ? { result: 'absent' } : files.read(found.value, most);
    },
    list: async (path) => {
      const found = await find(path);
      if (!found.ok) return { result: 'failed', detail: found.error };
      return found.value === undefined ? { result: 'absent' } : listOf(found.value);
    },
    isLink: async (path) => {
      const found = await find(path);
      return found.ok && found.value !== undefined && files.isLink(found.value);
    },
  };
}

/** The name in a list; undefined where it has none like it. The asked one where whoever reads it says what is wrong. */
function chosen(asked: string, list: ListResult): Result<string | undefined> {
  if (list.result === 'absent') return ok(undefined);
  if (list.result !== 'ok') return ok(asked);
  const names = [...list.files, ...list.folders];
  if (names.includes(asked)) return ok(asked);
  const wanted = asked.toLowerCase();
  for (const like of [wanted, `${wanted}.txt`]) {
    const [only, ...others] = names.filter((name) => name.toLowerCase() === like);
    if (others.length > 0) return fail(`two files could be it: ${[only, ...others].join(', ')}`);
    if (only !== undefined) return ok(only);
  }
  return ok(list.others?.some((name) => name.toLowerCase() === wanted) ? asked : undefined);
}
