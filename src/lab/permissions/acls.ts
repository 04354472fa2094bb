// The security descriptors of the lab's key files: NTFS keeps them, a folder of the host cannot.

import { isDeepStrictEqual } from 'node:util';
import { type Disk, DiskError } from '../disk/disk.ts';
import { replaceWhole } from '../disk/text-file.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';

/** `{ "c:\\path in lower case": "SDDL" }`. */
const ACLS = 'C:\\acls.json';

/** What Windows gives a new machine key file: full access for SYSTEM and the administrators, nothing inherited. */
export const DEFAULT_KEY_SDDL = 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)';

/** The descriptor of a key file as SDDL. */
export function keySddl(server: LabServer, path: string): string {
  return storedSddl(server, path) ?? DEFAULT_KEY_SDDL;
}

/** The descriptor that a file or folder was given; undefined where it has what Windows gives by default. */
export function storedSddl(server: LabServer, path: string): string | undefined {
  return readAll(server)[path.toLowerCase()];
}

/** Sets the descriptor of a key file, or forgets it where none is given. */
export function setKeySddl(server: Pick<LabServer, 'disk'>, path: string, sddl: string | undefined): void {
  const all = readAll(server);
  if (all[path.toLowerCase()] === sddl) return;
  if (sddl === undefined) delete all[path.toLowerCase()];
  else all[path.toLowerCase()] = sddl;
  if (!gathered.has(server.disk)) writeAll(server, all);
}

/** By disk: the descriptors as work of many files has them so far. */
const gathered = new WeakMap<Disk, Record<string, string>>();

/** Work of many files: the descriptors are read once before it and written once behind it. */
export function sddlsAtOnce<T>(server: Pick<LabServer, 'disk'>, work: () => T): T {
  const all = readAll(server);
  const before = text(all);
  gathered.set(server.disk, all);
  try {
    return work();
  } finally {
    gathered.delete(server.disk);
    if (text(all) !== before) writeAll(server, all);
  }
}

/** True where these lie on two volumes: ProgramData may be one of its own. */
export const crossesVolumes = ({ facts }: Pick<LabServer, 'facts'>, from: string, to: string): boolean =>
  isOfProgramData(from) !== isOfProgramData(to) && answerOf(facts, 'temporary-folder') === 'another-volume';

/**
 * Moves a file, or a folder with all in it, and its descriptors along; those of what was in its place are gone. NTFS does
 * that as one act: where nothing is yet the descriptors come first, so that a kill leaves no folder without them.
 */
export function moveWithSddl({ disk, facts }: LabServer, from: string, to: string): void {
  // ERROR_NOT_SAME_DEVICE: nothing is moved from one volume to another as one act.
  if (crossesVolumes({ facts }, from, to)) throw new DiskError('other-volume', to);
  const all = readAll({ disk });
  const [source, target] = [from.toLowerCase(), to.toLowerCase()];
  const isAt = (path: string, place: string) => path === place || path.startsWith(`${place}\\`);
  const stay = Object.entries(all).filter(([path]) => !isAt(path, source) && !isAt(path, target));
  const moving = Object.entries(all).filter(([path]) => isAt(path, source));
  const moved = moving.map(([path, sddl]) => [target + path.slice(source.length), sddl] as const);
  const isFree = disk.read(to) === undefined && disk.list(to) === undefined && !disk.isLink(to);
  const write = (entries: readonly (readonly [string, string])[]) => {
    const next = Object.fromEntries(entries);
    if (!isDeepStrictEqual(next, readAll({ disk }))) writeAll({ disk }, next);
  };
  if (isFree) write([...stay, ...moving, ...moved]);
  try {
    disk.rename(from, to);
  } catch (error) {
    if (isFree) write([...stay, ...moving]);
    throw error;
  }
  write([...stay, ...moved]);
}

const isOfProgramData = (path: string): boolean => /^c:\\programdata\\/i.test(path);

function readAll(server: Pick<LabServer, 'disk'>): Record<string, string> {
  return gathered.get(server.disk) ?? (JSON.parse(server.disk.text(ACLS) ?? '{}') as Record<string, string>);
}

const writeAll = ({ disk }: Pick<LabServer, 'disk'>, all: Readonly<Record<string, string>>): void =>
  replaceWhole(disk, ACLS, text(all));

const text = (all: Readonly<Record<string, string>>): string => `${JSON.stringify(all, null, 2)}\n`;
