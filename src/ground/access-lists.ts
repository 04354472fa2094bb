// Who may do what with folders, with as few starts of icacls as may be: those that lie side by side are asked for at once.

import { win32 } from 'node:path';
import { readIcaclsSave } from '../formats/acl/icacls-save.ts';
import type { Machine } from '../machine/machine.ts';
import type { Command } from '../model/repair/command.ts';
import { saveAcl, saveAclsIn } from '../windows-commands/icacls.ts';

/** SDDL by path; a path whose list cannot be read is not in it. */
export async function accessLists(machine: Machine, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const parents = [...new Set(paths.map(win32.dirname))];
  const lists = parents.map((parent) =>
    listsIn(
      machine,
      parent,
      paths.filter((path) => win32.dirname(path) === parent),
    ),
  );
  return new Map((await Promise.all(lists)).flat());
}

type List = readonly [path: string, sddl: string];

/** What the answer for all does not name, or nobody has ever seen answered, is asked for by itself. */
async function listsIn(machine: Machine, parent: string, paths: readonly string[]): Promise<readonly List[]> {
  const all = paths.length > 1 ? await saved(machine, saveAclsIn(parent)) : undefined;
  const one = async (path: string): Promise<readonly List[]> => {
    const named = all?.get(win32.basename(path).toLowerCase());
    const [sddl] = named === undefined ? ((await saved(machine, saveAcl(path)))?.values() ?? []) : [named];
    return sddl === undefined ? [] : [[path, sddl]];
  };
  return (await Promise.all(paths.map(one))).flat();
}

async function saved(machine: Machine, command: Command): Promise<ReadonlyMap<string, string> | undefined> {
  const ran = await machine.run(command);
  const lists = ran.started && ran.output !== undefined ? readIcaclsSave(ran.output) : undefined;
  return lists?.ok ? lists.value : undefined;
}
