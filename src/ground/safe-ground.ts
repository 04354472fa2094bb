// Whether the folders that an elevated program trusts are closed to everybody else, up to the root of the drive.
// Owners cannot be read in a language-neutral way through icacls, and an owner can always open a folder again: that our
// own data folder is ours is therefore proved outside it (own-folder.ts).

import { isDenial, isInheritOnly, readSddl } from '../formats/acl/sddl.ts';
import type { Machine } from '../machine/machine.ts';
import type { Command } from '../model/repair/command.ts';
import { SYSTEM_SID } from '../model/server/evidence.ts';
import { dataFolder } from '../model/server/places.ts';
import { ADMINISTRATORS_SID, copyInherited, makePrivate, onlyRead, resetAcl } from '../windows-commands/icacls.ts';
import { showCommand } from '../windows-commands/shown-command.ts';
import { accessLists } from './access-lists.ts';

/** Accounts that may write where we trust what lies there. */
const TRUSTED = new Set([
  ADMINISTRATORS_SID,
  SYSTEM_SID,
  'S-1-3-0', // CREATOR OWNER: stands for whoever makes something there
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464', // TrustedInstaller
]);

/** Rights that let somebody change what lies in a folder: add files and folders, make it a link, delete, change rights or owner. */
const WRITES = 0x2 | 0x4 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;

/** Rights on a folder above that let somebody put another folder in the place of ours. */
const REPLACES = 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000;

/**
 * The first thing that makes these folders unsafe, with what mends it; undefined where there is none. Of a place in which
 * nothing lies yet only the folders above are judged.
 */
export async function unsafeGround(
  machine: Machine,
  folders: readonly string[],
  callerSid = '',
  place?: string,
): Promise<string | undefined> {
  const paths = new Map<string, boolean>();
  for (const folder of [...folders, ...(place === undefined ? [] : [place])])
    for (const above of foldersAbove(folder)) paths.set(above, false);
  for (const folder of folders) paths.set(folder, true);
  const lists = await accessLists(machine, [...paths.keys()]);
  const judged = await Promise.all(
    [...paths].map(([path, itself]) => whyUnsafe(machine, path, strangers(lists.get(path), itself, callerSid))),
  );
  return judged.find((why) => why !== undefined);
}

function foldersAbove(folder: string): readonly string[] {
  const parts = folder.split('\\');
  return parts.slice(1, -1).map((_part, index) => parts.slice(0, index + 2).join('\\'));
}

async function whyUnsafe(machine: Machine, path: string, who: Strangers) {
  // rmdir takes a link away and leaves what it leads to.
  if (await machine.isLink(path)) return `${path} is a link; remove it first: rmdir "${path}"`;
  if (who === 'unread') return `${path} can be changed by accounts that are not known: its permissions cannot be read`;
  if (who !== 'everybody' && who.length === 0) return undefined;
  const names = who === 'everybody' ? who : who.join(', ');
  const commands = mending(machine, path, who).map((command) => showCommand(command, machine.systemRoot));
  return `${path} can be changed by ${names}; close it first: ${commands.join(' and then ')}`;
}

/**
 * Our own folder begins anew: /inheritance and /grant:r alone would leave the entries of others as they are. Any other
 * folder is somebody's: whoever may change it may go on reading it, since programs of others can lie there.
 */
function mending(machine: Machine, path: string, who: readonly string[] | 'everybody'): readonly Command[] {
  const below = `${path}\\`.toLowerCase().startsWith(`${dataFolder(machine)}\\`.toLowerCase());
  if (below) return [resetAcl(path), makePrivate(path)];
  return who === 'everybody' ? [resetAcl(path)] : [copyInherited(path), onlyRead(path, who)];
}

type Strangers = readonly string[] | 'everybody' | 'unread';

/**
 * The SIDs outside the trusted ones that may change the folder itself, or put another in its place. What is only handed
 * down counts for the folder itself: it gives rights on what is made in it. A list that cannot be read proves nothing.
 */
function strangers(list: string | undefined, itself: boolean, callerSid: string): Strangers {
  const sddl = readSddl(list ?? '');
  if (!sddl.ok) return 'unread';
  if (sddl.value.unprotected) return 'everybody';
  // Whether a condition holds for somebody is not known here: rights that are given under one count.
  const found = sddl.value.aces.filter(
    (ace) =>
      !isDenial(ace) &&
      (itself || !isInheritOnly(ace)) &&
      (ace.rights & (itself ? WRITES : REPLACES)) !== 0 &&
      !TRUSTED.has(ace.sid) &&
      ace.sid !== callerSid,
  );
  return [...new Set(found.map(({ sid }) => sid))];
}
