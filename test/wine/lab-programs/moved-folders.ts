// Permissions go with a folder that another process has renamed, as on NTFS: the lab keeps them by path, and under Wine it
// hears of no rename but its own. So it remembers which folder each path was, by the number that a folder keeps for life.

import { closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { Disk } from '../../../src/lab/disk/disk.ts';

const ACLS = 'C:\\acls.json';
/** `{ "c:\\path in lower case": "the folder's number" }`: of the paths in the list of permissions. */
const NUMBERS = 'C:\\acl-folders.json';

/** Where a renamed folder is looked for: what the product renames comes from here, and goes here. */
const PLACES = ['c:\\windows', 'c:\\programdata'];

type Texts = Readonly<Record<string, string | undefined>>;

/** Does the work with the permissions at their new places, and remembers where the folders are then. */
export function withMovedPermissions<T>(disk: Disk, work: () => T): T {
  return inTurn(() => {
    followRenames(disk);
    const result = work();
    const paths = Object.keys(readJson(disk, ACLS));
    writeJson(disk, NUMBERS, Object.fromEntries(paths.map((path) => [path, numberOf(path)])));
    return result;
  });
}

const TURN = 'C:\\acls.turn';
const WAIT_MS = 5;
/** Ten seconds, longer than any icacls works: whoever has the turn by then was ended. */
const TRIES = 2000;

/**
 * Several icacls are started at once, and each reads the whole list and writes it back: one that read it half written could
 * not tell who may write where. A file that only one can make, since Wine makes no links, by which the lab's folders take turns.
 */
function inTurn<T>(work: () => T): T {
  for (let tries = 1; !isTaken(); tries += 1) {
    if (tries % TRIES === 0) rmSync(TURN, { force: true });
    if (tries > 2 * TRIES) throw new Error(`${TURN} cannot be made`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
  }
  try {
    return work();
  } finally {
    rmSync(TURN, { force: true });
  }
}

function isTaken(): boolean {
  try {
    closeSync(openSync(TURN, 'wx'));
    return true;
  } catch {
    return false;
  }
}

function followRenames(disk: Disk): void {
  const [lists, numbers] = [readJson(disk, ACLS), readJson(disk, NUMBERS)];
  const away = Object.entries(numbers).filter(([path, number]) => isInPlaces(path) && numberOf(path) !== number);
  if (away.length === 0) return;
  const now = new Map(PLACES.flatMap(foldersIn).map((path) => [numberOf(path), path] as const));
  const moves = away.flatMap(([from, number]) => (now.has(number) ? [[from, now.get(number) ?? ''] as const] : []));
  const moved = Object.entries(lists).map(([path, sddl]) => {
    const [from = '', to = ''] = moves.find(([each]) => path === each || path.startsWith(`${each}\\`)) ?? [];
    return [to + path.slice(from.length), sddl] as const;
  });
  writeJson(disk, ACLS, Object.fromEntries(moved));
}

const isInPlaces = (path: string): boolean => PLACES.includes(path.slice(0, path.lastIndexOf('\\')));

const foldersIn = (place: string): readonly string[] =>
  readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${place}\\${name.toLowerCase()}`);

const numberOf = (path: string): string | undefined =>
  statSync(path, { bigint: true, throwIfNoEntry: false })?.ino.toString();

const readJson = (disk: Disk, file: string): Texts => JSON.parse(disk.read(file)?.toString('utf8') ?? '{}') as Texts;
const writeJson = (disk: Disk, file: string, value: Texts): void =>
  disk.write(file, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
