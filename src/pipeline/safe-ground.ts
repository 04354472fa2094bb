// Whether the folders that an elevated program trusts are closed to everybody else, up to the root of the drive.
// Owners cannot be read in a language-neutral way through icacls; our own data folder is given to the Administrators
// when it is made, because an owner can always open a folder again.

import { ADMINISTRATORS_SID, makePrivate, saveAcl } from '../commands-of-windows/icacls.ts';
import { showCommand } from '../commands-of-windows/shown-command.ts';
import { readIcaclsSave } from '../formats/icacls-save.ts';
import { isDenial, isInheritOnly, readSddl } from '../formats/sddl.ts';
import type { Machine } from '../machine/machine.ts';
import { SYSTEM_SID } from '../model/evidence.ts';

/** Accounts that may write where we trust what lies there. */
const TRUSTED = new Set([
  ADMINISTRATORS_SID,
  SYSTEM_SID,
  'S-1-3-0', // CREATOR OWNER: stands for whoever makes something there
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464', // TrustedInstaller
]);

/** Rights that let somebody change what lies in a folder: add files and folders, delete, change rights or owner. */
const WRITES = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;

/** Rights on a folder above that let somebody put another folder in the place of ours. */
const REPLACES = 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000;

/** The first thing that makes these folders unsafe, with the command that mends it; undefined where there is none. */
export async function unsafeGround(
  machine: Machine,
  folders: readonly string[],
  callerSid: string,
): Promise<string | undefined> {
  for (const folder of folders) {
    for (const [path, rights] of withFoldersAbove(folder)) {
      if (await machine.isLink(path)) return `${path} is a link: it must be a folder of its own`;
      const writer = await strangerWith(machine, path, rights, callerSid);
      if (writer === undefined) continue;
      const mend = showCommand(makePrivate(folder), machine.systemRoot);
      return `${path} can be changed by ${writer}; close it first: ${mend}`;
    }
  }
  return undefined;
}

function withFoldersAbove(folder: string): readonly (readonly [path: string, rights: number])[] {
  const parts = folder.split('\\');
  const above = parts.slice(1, -1).map((_part, index) => parts.slice(0, index + 2).join('\\'));
  return [[folder, WRITES], ...above.map((path) => [path, REPLACES] as const)];
}

/** A SID outside the trusted ones that has one of the rights here. A list that cannot be read is no proof of anything. */
async function strangerWith(
  machine: Machine,
  path: string,
  rights: number,
  callerSid: string,
): Promise<string | undefined> {
  const ran = await machine.run(saveAcl(path));
  const saved = ran.started && ran.output !== undefined ? readIcaclsSave(ran.output) : undefined;
  if (!saved?.ok) return 'accounts that are not known: its permissions cannot be read';
  const sddl = readSddl([...saved.value.values()][0] ?? '');
  if (!sddl.ok) return 'accounts that are not known: its permissions cannot be read';
  if (sddl.value.unprotected) return 'everybody';
  // Whether a condition holds for somebody is not known here: rights that are given under one count.
  const stranger = sddl.value.aces.find(
    (ace) =>
      !isDenial(ace) &&
      !isInheritOnly(ace) &&
      (ace.rights & rights) !== 0 &&
      !TRUSTED.has(ace.sid) &&
      ace.sid !== callerSid,
  );
  return stranger?.sid;
}
