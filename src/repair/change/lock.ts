// One change at a time on a machine: a file that names its owner. A dead owner's lock is taken over.
// The owner lives while its process id does and the name of its token is held: an id alone is handed out again, after a
// reboot most of all, and a clock can be set.

import { randomUUID } from 'node:crypto';
import { digest } from '../../chain/memory/fingerprint.ts';
import type { Machine, ReadResult } from '../../machine/machine.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import { dataFolder } from '../../model/server/places.ts';
import { type LockOwner, readLockFile, writeLockFile } from '../../own-files/lock-file.ts';
import { readOwnFile } from './own-file.ts';

/** Why it is not ours, and whose it is. `full`: nobody has it, the disk has no room for it. */
interface LockedOut {
  readonly owner: LockOwner | undefined;
  readonly why: string;
  readonly full?: true;
}

/** The lock, or who has it. */
export type Locking = Result<{ release(): Promise<void> }, LockedOut>;

const lockFile = (machine: Machine): string => `${dataFolder(machine)}\\lock.json`;

/** Takes the lock. The data folder must exist. */
export async function takeLock(machine: Machine, who: string): Promise<Locking> {
  const token = randomUUID();
  const name = await machine.hold(token);
  const letGo = async () => (name.held === 'now' ? name.letGo() : undefined);
  const owner: LockOwner = {
    token,
    processId: machine.processId,
    since: machine.now().toISOString(),
    who,
    holds: name.held === 'now',
  };
  const refused = await lockedOut(machine, owner);
  if (refused !== undefined) {
    await letGo();
    return fail(refused);
  }
  return ok({
    async release() {
      if ((await readLock(machine))?.token === token) await machine.remove(lockFile(machine));
      await letGo();
    },
  });
}

/** Undefined where the lock is the owner's now. */
async function lockedOut(machine: Machine, owner: LockOwner): Promise<LockedOut | undefined> {
  const written = await writeLock(machine, owner);
  if (written === 'ok') return undefined;
  if (written === 'full') return noRoom(machine);
  let found = await readOwnFile(machine, lockFile(machine));
  // One that makes no sense was cut off by a crash, or is being written at this moment.
  if (ownerIn(found) === undefined) {
    const before = found;
    await machine.sleep(WRITING_MS);
    found = await readOwnFile(machine, lockFile(machine));
    // Senseless still, but another one: somebody who took it over is writing his own at this moment.
    if (ownerIn(found) === undefined && isOther(before, found)) return refused(undefined);
  }
  const other = ownerIn(found);
  if (found.result !== 'ok' && found.result !== 'absent') return refused(undefined);
  if (other !== undefined && (await isAlive(machine, other))) return refused(other);
  return found.result === 'absent' ? writeAgain(machine, owner) : takeOver(machine, owner, found.bytes);
}

/**
 * Removes a dead lock and writes the own one. Whoever does so holds a name made of that lock's bytes, and has read them again
 * under it: a lock that another one has written in its place meanwhile is not removed.
 */
async function takeOver(machine: Machine, owner: LockOwner, dead: Uint8Array) {
  const turn = await machine.hold(`takes-over-${digest(dead)}`);
  if (turn.held === 'by-another') return refused(undefined);
  try {
    const now = await readOwnFile(machine, lockFile(machine));
    if (now.result !== 'ok' || digest(now.bytes) !== digest(dead)) return refused(ownerIn(now));
    if ((await machine.remove(lockFile(machine))).result !== 'ok') return refused(ownerIn(now));
    return await writeAgain(machine, owner);
  } finally {
    if (turn.held === 'now') await turn.letGo();
  }
}

async function writeAgain(machine: Machine, owner: LockOwner) {
  const again = await writeLock(machine, owner);
  if (again === 'full') return noRoom(machine);
  return again === 'ok' ? undefined : refused(await readLock(machine));
}

async function writeLock(machine: Machine, owner: LockOwner): Promise<'ok' | 'full' | 'not-ours'> {
  const written = await machine.write(lockFile(machine), writeLockFile(owner), { exclusive: true });
  if (written.result === 'full') return 'full';
  return written.result === 'ok' && (await readLock(machine))?.token === owner.token ? 'ok' : 'not-ours';
}

const WRITING_MS = 250;

const isOther = (before: ReadResult, now: ReadResult): boolean =>
  now.result === 'ok' && (before.result !== 'ok' || digest(before.bytes) !== digest(now.bytes));

/** Who is changing the machine now; undefined where nobody is, or only one that is dead. */
export async function lockOwner(machine: Machine): Promise<LockOwner | undefined> {
  const owner = await readLock(machine);
  return owner !== undefined && (await isAlive(machine, owner)) ? owner : undefined;
}

/** Asked by trying to hold the owner's name; twice, since somebody else may be asking at that moment. */
async function isAlive(machine: Machine, { processId, token, holds }: LockOwner): Promise<boolean> {
  if (!machine.isAlive(processId)) return false;
  if (holds !== true) return true;
  return !(await isFree(machine, token)) && !(await isFree(machine, token));
}

async function isFree(machine: Machine, name: string): Promise<boolean> {
  const holding = await machine.hold(name);
  if (holding.held === 'now') await holding.letGo();
  else await machine.sleep(ASKING_MS);
  return holding.held === 'now';
}

const ASKING_MS = 25;

const ownerIn = (read: ReadResult): LockOwner | undefined =>
  read.result === 'ok' ? readLockFile(read.bytes) : undefined;

const readLock = async (machine: Machine): Promise<LockOwner | undefined> =>
  ownerIn(await readOwnFile(machine, lockFile(machine)));

const noRoom = (machine: Machine): LockedOut => ({
  owner: undefined,
  why: `${lockFile(machine)} cannot be written: the disk is full`,
  full: true,
});

/** In words. */
export function whoHolds(owner: LockOwner | undefined): string {
  const whose = owner === undefined ? '' : ` by ${owner.who} since ${owner.since} (process ${owner.processId})`;
  return `another run is changing this server${whose}`;
}

const refused = (owner: LockOwner | undefined): LockedOut => ({
  owner,
  why: whoHolds(owner),
});
