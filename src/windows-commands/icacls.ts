// icacls: access lists, by SID and never by name, since names are translated.

import type { Command } from '../model/repair/command.ts';
import { SYSTEM_SID } from '../model/server/evidence.ts';

/** The well-known SID of the local Administrators. */
export const ADMINISTRATORS_SID = 'S-1-5-32-544';

/** The access lists of a folder and all in it as SDDL, UTF-16, the same in every language; goes on over errors. */
export function saveAcls(folder: string): Command {
  return { program: 'icacls', args: [folder, '/save', { outputFile: true }, '/t', '/c'] };
}

/** The access list of this one file or folder. */
export function saveAcl(path: string): Command {
  return { program: 'icacls', args: [path, '/save', { outputFile: true }] };
}

/**
 * Those of all that lies in a folder, by its name there, and not of what lies below (Microsoft's page about icacls gives
 * `c:\\windows\\*` as its example). Goes on over errors.
 */
export function saveAclsIn(folder: string): Command {
  return { program: 'icacls', args: [`${folder.replace(/\\$/, '')}\\*`, '/save', { outputFile: true }, '/c'] };
}

/** The access list of one file or folder, into a file that is kept. */
export function keepAcl(path: string, file: string): Command {
  return { program: 'icacls', args: [path, '/save', file] };
}

/** Takes away what refuses SYSTEM something; entries that the folder hands down stay. */
export function stopRefusingSystem(path: string): Command {
  return { program: 'icacls', args: [path, '/remove:d', `*${SYSTEM_SID}`] };
}

/** Gives SYSTEM full access beside what others have. */
export function giveToSystem(path: string): Command {
  return { program: 'icacls', args: [path, '/grant', `*${SYSTEM_SID}:F`] };
}

/** Gives files of `folder` the access lists that a saved file names for them. */
export function restoreAcls(folder: string, file: string): Command {
  return { program: 'icacls', args: [folder, '/restore', file] };
}

/** Gives a folder to the Administrators: whoever owned it could always have opened it again. */
export function ownByAdministrators(folder: string): Command {
  return { program: 'icacls', args: [folder, '/setowner', `*${ADMINISTRATORS_SID}`] };
}

/** Shuts a folder to all but Administrators and SYSTEM; entries that others were given there by name stay. */
export function makePrivate(folder: string): Command {
  const grants = [ADMINISTRATORS_SID, SYSTEM_SID].map((sid) => `*${sid}:(OI)(CI)F`);
  return { program: 'icacls', args: [folder, '/inheritance:r', '/grant:r', ...grants] };
}

/** Takes away every entry of its own: a folder is left with what it inherits. */
export function resetAcl(folder: string): Command {
  return { program: 'icacls', args: [folder, '/reset'] };
}

/** Makes what a folder inherits its own, so that it can be changed. */
export function copyInherited(folder: string): Command {
  return { program: 'icacls', args: [folder, '/inheritance:d'] };
}

/** Leaves these accounts the right to read and to start what lies there, in place of all that they were given. */
export function onlyRead(folder: string, sids: readonly string[]): Command {
  return { program: 'icacls', args: [folder, '/grant:r', ...sids.map((sid) => `*${sid}:(OI)(CI)RX`)] };
}
