// The gate before our data folder: every machine that is handed out has it, so that no reader can forget to ask whether
// the folder is ours. Programs are not behind it: they are given paths in the folder under the lock alone, on judged ground.

import { win32 } from 'node:path';
import type { Machine, WriteResult } from '../machine/machine.ts';
import { dataFolder } from '../model/server/places.ts';
import { judgeOwnFolder, type OwnFolder } from './own-folder.ts';

type Passage = { readonly open: true } | { readonly open: false; readonly absent: boolean; readonly why: string };

/** The same machine; nothing below the data folder is read, listed or changed unless the folder is ours. */
export function guarded(machine: Machine): Machine {
  let known: string | undefined;
  let judging: Promise<OwnFolder> | undefined;
  const folder = dataFolder(machine);
  const shut = (why: string, absent = false): Passage => ({ open: false, absent, why });

  /** Judged once for all who ask meanwhile; then known again by its id, which nobody can put into another folder. */
  const isOurs = async (): Promise<Passage> => {
    const list = known === undefined || (await machine.isLink(folder)) ? undefined : await machine.list(folder);
    if (known !== undefined && list?.result === 'ok' && list.files.includes(known)) return { open: true };
    judging ??= judgeOwnFolder(machine).finally(() => {
      judging = undefined;
    });
    const own = await judging;
    if (own.state === 'absent') return shut(`there is no ${folder}`, true);
    if (own.state !== 'ours') return shut(`${own.why}; nothing in it is read`);
    known = own.id;
    return { open: true };
  };

  const passage = async (...paths: readonly string[]): Promise<Passage> => {
    for (const path of paths.map((each) => win32.normalize(each))) {
      if (!path.toLowerCase().startsWith(`${folder.toLowerCase()}\\`)) continue;
      const ours = await isOurs();
      if (!ours.open) return ours;
      const names = path.slice(folder.length + 1).split('\\');
      for (const [index] of names.entries()) {
        const part = [folder, ...names.slice(0, index + 1)].join('\\');
        if (await machine.isLink(part)) return shut(`${part} is a link, which is not followed`);
      }
    }
    return { open: true };
  };

  const changing = async (act: () => Promise<WriteResult>, ...paths: readonly string[]): Promise<WriteResult> => {
    const way = await passage(...paths);
    return way.open ? act() : { result: way.absent ? 'absent' : 'denied', detail: way.why };
  };

  const looking = async <T>(act: () => Promise<T>, path: string) => {
    const way = await passage(path);
    if (way.open) return act();
    return way.absent ? ({ result: 'absent' } as const) : ({ result: 'failed', detail: way.why } as const);
  };

  return {
    ...machine,
    read: (path, most) => looking(() => machine.read(path, most), path),
    list: (path) => looking(() => machine.list(path), path),
    write: (path, bytes, options) => changing(() => machine.write(path, bytes, options), path),
    rename: (from, to) => changing(() => machine.rename(from, to), from, to),
    remove: async (path) => {
      const removed = await changing(() => machine.remove(path), path);
      return removed.result === 'absent' ? { result: 'ok' } : removed;
    },
    makeFolder: (path) => changing(() => machine.makeFolder(path), path),
    knowOwnFolder: (id) => {
      known = id;
    },
  };
}
