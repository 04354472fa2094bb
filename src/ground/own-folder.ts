// Whether the data folder is ours. Every account may make a folder below ProgramData, fill it, and close it like ours;
// its owner could open it again at any time. So what proves it lies outside, where only administrators write: below HKLM
// the hash of the folder's path and of an id. The id is the name of a file in the closed folder, where an ordinary
// account can neither read nor guess it, so nobody can make another folder with it, not even when ours was removed.

import { createHash } from 'node:crypto';
import { readProofs, readSubkeys } from '../formats/registry/reg-query.ts';
import type { Machine } from '../machine/machine.ts';
import { dataFolder, ownFolders } from '../model/server/places.ts';
import { queryKey } from '../windows-commands/reg.ts';
import { unsafeGround } from './safe-ground.ts';

/** `foreign`: certainly not ours. `refused`: ours or not, it is not used until a person has done what `why` says. */
export type OwnFolder =
  | { readonly state: 'ours'; readonly id: string }
  | { readonly state: 'absent' }
  | { readonly state: 'foreign' | 'refused'; readonly why: string };

const SOFTWARE = 'HKLM\\SOFTWARE';

/** Where the proofs lie: ordinary accounts can read it, and not write it. */
export const PROOFS = `${SOFTWARE}\\iis-ssl-heal`;

/** The name of a file whose name is the id; the file is empty. */
export const ID_FILE = /^id-[0-9a-f]{64}$/;

/** The value that proves a data folder with this id. */
export const proofOf = (machine: Machine, id: string): string =>
  createHash('sha256')
    .update(`${dataFolder(machine).toLowerCase()}\n${id}`)
    .digest('hex');

/** Looks at the names in the folder, at the proofs, and at who may write there: at nothing that is in a file. */
export async function judgeOwnFolder(machine: Machine): Promise<OwnFolder> {
  const folder = dataFolder(machine);
  const foreign = (why: string) => ({ state: 'foreign', why: `${folder} is not ours: ${why}` }) as const;
  if (await machine.isLink(folder)) return foreign('it is a link');
  const list = await machine.list(folder);
  if (list.result === 'absent') return (await isFile(machine)) ? foreign('it is a file') : { state: 'absent' };
  if (list.result !== 'ok') return { state: 'refused', why: `${folder} cannot be read: ${list.detail}` };
  const proofs = await proofsOn(machine);
  if (proofs === undefined) return { state: 'refused', why: `${folder} is not used: ${PROOFS} cannot be read` };
  const id = list.files.find((name) => ID_FILE.test(name) && proofs.has(proofOf(machine, name)));
  if (id === undefined) return foreign(`nothing below ${PROOFS} proves that an administrator has made it`);
  const lies = async (path: string) => list.folders.includes(path.slice(folder.length + 1)) || machine.isLink(path);
  const there = await Promise.all(ownFolders(machine).map(async (path) => ((await lies(path)) ? [path] : [])));
  const unsafe = await unsafeGround(machine, [folder, ...there.flat()]);
  return unsafe === undefined ? { state: 'ours', id } : { state: 'refused', why: unsafe };
}

async function isFile(machine: Machine): Promise<boolean> {
  const list = await machine.list(machine.programData);
  const name = dataFolder(machine).slice(machine.programData.length + 1);
  return list.result === 'ok' && list.files.some((file) => file.toLowerCase() === name);
}

/**
 * All proofs; undefined where they cannot be read, which must not pass for "there is none": our own folder would be
 * moved aside. reg ends with 1 for a key that is absent and for one that is closed: the list of the key above tells.
 */
export async function proofsOn(machine: Machine): Promise<ReadonlySet<string> | undefined> {
  const ran = await machine.run(queryKey(PROOFS));
  const answered = ran.started && ran.exitCode === 0;
  const proofs = answered ? readProofs(ran.stdout) : new Set<string>();
  if (proofs.size > 0) return proofs;
  const above = await machine.run(queryKey(SOFTWARE));
  const keys = above.started && above.exitCode === 0 ? readSubkeys(above.stdout, SOFTWARE) : undefined;
  if (!keys?.ok) return undefined;
  return answered || !keys.value.has('iis-ssl-heal') ? proofs : undefined;
}
