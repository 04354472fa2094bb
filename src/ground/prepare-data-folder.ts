// Makes the data folder: born closed where ordinary accounts cannot write, proved, and only then moved to its place, so
// that there is no moment in which somebody else could have put something into it or kept a way in.

import { randomBytes } from 'node:crypto';
import type { Machine } from '../machine/machine.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { dataFolder, ownFolders } from '../model/server/places.ts';
import { makePrivate, ownByAdministrators } from '../windows-commands/icacls.ts';
import { setString } from '../windows-commands/reg.ts';
import { ID_FILE, judgeOwnFolder, PROOFS, proofOf, proofsOn } from './own-folder.ts';
import { unsafeGround } from './safe-ground.ts';

/** Where what was not ours lies now; or why there is no folder: `unmade` where it could not be made, else a refusal. */
export type Prepared = Result<readonly MovedAside[], { readonly why: string; readonly unmade?: true }>;

/** A folder in the place of ours that was none of ours; nothing in it was read. */
export interface MovedAside {
  readonly movedTo: string;
  readonly why: string;
}

/** Two first runs at once make the folder under each other's hands, and somebody may put his own there again and again. */
const ROUNDS = 5;

/** Our own data folder in its place, made where it is not there. What is there and not ours is moved aside, never read. */
export async function prepareDataFolder(machine: Machine): Promise<Prepared> {
  const aside: MovedAside[] = [];
  let why = 'it is taken away again and again';
  for (let round = 1; round <= ROUNDS; round += 1) {
    const own = await judgeOwnFolder(machine);
    if (own.state === 'refused') return fail({ why: own.why });
    if (own.state === 'ours') return trusted(machine, own.id, aside);
    if (own.state === 'foreign') {
      const moved = await moveAside(machine, own.why);
      if (!moved.ok) return fail({ why: `${own.why}; ${moved.error}` });
      if (moved.value !== undefined) aside.push(moved.value);
      continue;
    }
    const made = await make(machine);
    if ('id' in made) {
      if (await isInPlace(machine, made.id)) return trusted(machine, made.id, aside);
      continue;
    }
    if (made.refused) return fail({ why: made.why });
    if (!made.taken) return unmade(machine, made.why);
    why = made.why;
    await machine.sleep(round * 100);
  }
  return unmade(machine, why);
}

/** The gate has no need to judge anew what was judged just now. */
function trusted(machine: Machine, id: string, aside: readonly MovedAside[]): Prepared {
  machine.knowOwnFolder?.(id);
  return ok(aside);
}

/** What was made closed on safe ground is ours wherever its id is: nobody else can put that into a folder. */
async function isInPlace(machine: Machine, id: string): Promise<boolean> {
  const folder = dataFolder(machine);
  const list = (await machine.isLink(folder)) ? undefined : await machine.list(folder);
  return list?.result === 'ok' && list.files.includes(id);
}

const unmade = (machine: Machine, why: string): Prepared =>
  fail({ why: `${dataFolder(machine)} cannot be made: ${why}`, unmade: true });

/** To a name that nobody can have taken beforehand, and that says what it is. Nothing where it was gone by then. */
async function moveAside(machine: Machine, why: string): Promise<Result<MovedAside | undefined>> {
  const folder = dataFolder(machine);
  const stamp = machine
    .now()
    .toISOString()
    .replace(/[-:]|\.\d+/g, '');
  const movedTo = `${folder}.not-ours-${stamp}-${randomBytes(4).toString('hex')}`;
  const moved = await machine.rename(folder, movedTo);
  if (moved.result === 'absent') return ok(undefined);
  if (moved.result !== 'ok')
    return fail(
      `it cannot be moved aside (${moved.detail}): end what has it open, or restart the server, and run this again`,
    );
  // Another first run may have put ours there since we looked.
  if (await isProved(machine, movedTo)) {
    await machine.rename(movedTo, folder);
    return ok(undefined);
  }
  return ok({ movedTo, why });
}

async function isProved(machine: Machine, folder: string): Promise<boolean> {
  const list = (await machine.isLink(folder)) ? undefined : await machine.list(folder);
  const ids = list?.result === 'ok' ? list.files.filter((name) => ID_FILE.test(name)) : [];
  const proofs = ids.length === 0 ? undefined : await proofsOn(machine);
  return ids.some((id) => proofs?.has(proofOf(machine, id)));
}

/** The id of what was made and moved to its place. */
interface Made {
  readonly id: string;
}

/** Why it could not be made; `taken`: something has appeared in its place meanwhile, or holds it. `refused`: for unsafe ground. */
interface Unmade {
  readonly why: string;
  readonly taken: boolean;
  readonly refused?: true;
}

/**
 * Made in a folder on the volume of ProgramData that ordinary accounts cannot write in: Windows' own. Where ProgramData lies
 * on another volume, which a mounted one does under the same letter, in one that is closed first: what is made in it is born
 * closed, whoever has seen it come.
 */
async function make(machine: Machine): Promise<Made | Unmade> {
  await removeLeftOver(machine);
  const { systemRoot, programData } = machine;
  const isSameDrive = systemRoot.slice(0, 2).toLowerCase() === programData.slice(0, 2).toLowerCase();
  const made = isSameDrive ? await makeIn(machine, systemRoot, stagingName(machine)) : ELSEWHERE;
  if (made !== ELSEWHERE) return made;
  const name = stagingName(machine);
  const parent = `${programData}\\${name}`;
  const why = await closedParent(machine, parent);
  if (why !== undefined) return { why, taken: false };
  const again = await makeIn(machine, parent, name);
  await machine.remove(parent);
  return again === ELSEWHERE ? { why: 'it lies on another volume than its own folder', taken: false } : again;
}

const ELSEWHERE = 'other-volume';

async function makeIn(machine: Machine, parent: string, name: string): Promise<Made | Unmade | typeof ELSEWHERE> {
  const staging = `${parent}\\${name}`;
  const filled = await fill(machine, staging);
  const moved = 'id' in filled ? await machine.rename(staging, dataFolder(machine)) : undefined;
  if (moved?.result !== 'ok') await removeStaging(machine, staging);
  if (moved === undefined || moved.result === 'ok') return filled;
  return moved.result === ELSEWHERE ? ELSEWHERE : { why: moved.detail, taken: true };
}

/** Why there is no such folder, closed and empty. */
async function closedParent(machine: Machine, path: string): Promise<string | undefined> {
  const why = await closed(machine, path);
  if (why !== undefined) return why;
  // Before it was closed, somebody could have made the empty folder a junction, or put something into it.
  const list = (await machine.isLink(path)) ? undefined : await machine.list(path);
  const empty = list?.result === 'ok' && list.files.length + list.folders.length === 0;
  return empty ? undefined : `${path} was changed by somebody else while it was made`;
}

/** The folder with its id and the folders in it, closed and proved; why, where one of that fails. */
async function fill(machine: Machine, staging: string): Promise<Made | Unmade> {
  const not = (why: string): Unmade => ({ why, taken: false });
  const open = await closed(machine, staging);
  if (open !== undefined) return not(open);
  // Nobody can open what is safe now but those who are trusted, so the folder that it goes to is judged in the same start.
  const unsafe = await unsafeGround(machine, [staging], '', dataFolder(machine));
  if (unsafe !== undefined) return { ...not(unsafe), refused: true };
  const id = `id-${randomBytes(32).toString('hex')}`;
  const written = await machine.write(`${staging}\\${id}`, new Uint8Array(), { exclusive: true });
  if (written.result !== 'ok') return not(written.detail);
  for (const path of inStaging(machine, staging)) {
    const made = await machine.makeFolder(path);
    if (made.result !== 'ok') return not(made.detail);
  }
  // A proof of a folder that never comes to its place is worth nothing to anybody: nobody has its id.
  await machine.run(setString(PROOFS, proofOf(machine, id), dataFolder(machine)));
  return (await proofsOn(machine))?.has(proofOf(machine, id)) ? { id } : not(`${PROOFS} cannot be written`);
}

async function closed(machine: Machine, folder: string): Promise<string | undefined> {
  const made = await machine.makeFolder(folder);
  if (made.result !== 'ok') return made.detail;
  for (const command of [ownByAdministrators(folder), makePrivate(folder)]) {
    const ran = await machine.run(command);
    if (!ran.started || ran.exitCode !== 0) {
      await machine.remove(folder);
      return 'it could not be closed to other users';
    }
  }
  return undefined;
}

/** Names the process, so that another one can tell what was left over from what is being made. */
const stagingName = (machine: Machine): string =>
  `iis-ssl-heal.new-${machine.processId}-${randomBytes(16).toString('hex')}`;

const STAGING = /^iis-ssl-heal\.new-(\d+)-[0-9a-f]{32}$/;

const inStaging = (machine: Machine, staging: string): readonly string[] =>
  ownFolders(machine).map((path) => staging + path.slice(dataFolder(machine).length));

/** Of runs that were cut off. Only in Windows' own folder: anywhere else somebody could have laid out what is removed. */
async function removeLeftOver(machine: Machine): Promise<void> {
  const list = await machine.list(machine.systemRoot);
  for (const name of list.result === 'ok' ? list.folders : []) {
    const processId = STAGING.exec(name)?.[1];
    if (processId === undefined || machine.isAlive(Number(processId))) continue;
    await removeStaging(machine, `${machine.systemRoot}\\${name}`);
  }
}

async function removeStaging(machine: Machine, staging: string): Promise<void> {
  const list = await machine.list(staging);
  const ids = list.result === 'ok' ? list.files.filter((name) => ID_FILE.test(name)) : [];
  for (const path of [...ids.map((id) => `${staging}\\${id}`), ...inStaging(machine, staging), staging])
    await machine.remove(path);
}
