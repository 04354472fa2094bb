// Whether unattended repairs are paused, and files that look as if they paused them and do not.

import type { Machine } from '../machine/machine.ts';
import { dataFolder, pauseFile } from '../model/server/places.ts';
import { type Pause, pauseIn } from '../own-files/pause-file.ts';
import { readOwnFile } from '../repair/change/own-file.ts';

/** The pause that holds now; undefined where there is none. A file that cannot be read pauses too. */
export async function pauseOf(machine: Machine): Promise<Pause | undefined> {
  const read = await readOwnFile(machine, pauseFile(machine));
  if (read.result === 'absent') return undefined;
  return read.result === 'ok' ? pauseIn(read.bytes, machine.now()) : {};
}

/** What a person should know of pausing: clauses, none where nothing is paused and nobody has tried to. */
export async function pauseNotes(machine: Machine): Promise<readonly string[]> {
  const paused = await pauseHere(machine);
  return [...(paused === undefined ? [] : [paused]), ...(await looksLikePause(machine))];
}

/** Why nothing is repaired unattended now, as a clause; undefined where nothing is paused. */
export async function pauseHere(machine: Machine): Promise<string | undefined> {
  const file = pauseFile(machine);
  const read = await readOwnFile(machine, file);
  if (read.result === 'absent') return undefined;
  if (read.result !== 'ok') return `whether unattended repairs are paused could not be read: ${read.detail}`;
  const pause = pauseIn(read.bytes, machine.now());
  if (pause === undefined) return undefined;
  const until = pause.until === undefined ? '' : ` until ${pause.until.slice(0, 16)}Z`;
  return `nothing is repaired unattended${until}: ${file} is there (iis-ssl-heal schedule resume)`;
}

/** Editors put .txt behind a name, and the Explorer hides it: whoever made such a file believes that repairs are paused. */
export async function looksLikePause(machine: Machine): Promise<readonly string[]> {
  const list = await machine.list(dataFolder(machine));
  if (list.result !== 'ok') return [];
  return [...list.files, ...list.folders]
    .filter((name) => /^pause[._ -]/i.test(name))
    .map((name) => `${dataFolder(machine)}\\${name} pauses nothing: the file is called pause, with nothing behind it`);
}
