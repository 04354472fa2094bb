// One change at a time on a machine: a file that names its owner. A dead owner's lock is taken over.

import { randomUUID } from 'node:crypto';
import type { Machine } from '../machine/machine.ts';
import { dataFolder } from '../model/places.ts';

/** Who holds the lock. */
export interface LockOwner {
  readonly token: string;
  readonly processId: number;
  /** ISO 8601 in UTC. */
  readonly since: string;
  readonly who: string;
}

/** The lock, or who has it. `full`: nobody has it, the disk has no room for it. */
export type Locking =
  | { readonly held: true; release(): Promise<void> }
  | { readonly held: false; readonly owner: LockOwner | undefined; readonly why: string; readonly full?: true };

const lockFile = (machine: Machine): string => `${dataFolder(machine)}\\lock.json`;

/** Takes the lock. The data folder must exist. Taking over renames the dead lock first, which only one can do. */
export async function takeLock(machine: Machine, who: string): Promise<Locking> {
  const owner: LockOwner = {
    token: randomUUID(),
    processId: machine.processId,
    since: machine.now().toISOString(),
    who,
  };
  const written = await writeLock(machine, owner);
  if (written === 'ok') return held(machine, owner);
  if (written === 'full') return noRoom(machine);
  const other = (await readLock(machine)) ?? (await readLater(machine));
  if (other !== undefined && machine.isAlive(other.processId)) return refused(other);
  const dead = `${lockFile(machine)}.${owner.token}`;
  const moved = await machine.rename(lockFile(machine), dead);
  if (moved.result !== 'ok') return refused(await readLock(machine));
  await machine.remove(dead);
  const again = await writeLock(machine, owner);
  if (again === 'full') return noRoom(machine);
  return again === 'ok' ? held(machine, owner) : refused(await readLock(machine));
}

async function writeLock(machine: Machine, owner: LockOwner): Promise<'ok' | 'full' | 'not-ours'> {
  const bytes = Buffer.from(`${JSON.stringify(owner)}\n`);
  const written = await machine.write(lockFile(machine), bytes, { exclusive: true });
  if (written.result === 'full') return 'full';
  return written.result === 'ok' && (await readLock(machine))?.token === owner.token ? 'ok' : 'not-ours';
}

/** One that cannot be read was cut off by a crash, or is being written at this moment. */
async function readLater(machine: Machine): Promise<LockOwner | undefined> {
  await machine.sleep(WRITING_MS);
  return readLock(machine);
}

const WRITING_MS = 250;

/** Who is changing the machine now; undefined where nobody is, or only one that is dead. */
export async function lockOwner(machine: Machine): Promise<LockOwner | undefined> {
  const owner = await readLock(machine);
  return owner !== undefined && machine.isAlive(owner.processId) ? owner : undefined;
}

/** Undefined where there is none, or where a crash cut it off while it was written. */
async function readLock(machine: Machine): Promise<LockOwner | undefined> {
  const read = await machine.read(lockFile(machine));
  if (read.result !== 'ok') return undefined;
  try {
    return JSON.parse(Buffer.from(read.bytes).toString('utf8')) as LockOwner;
  } catch {
    return undefined;
  }
}

function held(machine: Machine, owner: LockOwner): Locking {
  return {
    held: true,
    async release() {
      if ((await readLock(machine))?.token === owner.token) await machine.remove(lockFile(machine));
    },
  };
}

const noRoom = (machine: Machine): Locking => ({
  held: false,
  owner: undefined,
  why: `${lockFile(machine)} cannot be written: the disk is full`,
  full: true,
});

/** In words. */
export function whoHolds(owner: LockOwner | undefined): string {
  const whose = owner === undefined ? '' : ` by ${owner.who} since ${owner.since} (process ${owner.processId})`;
  return `another run is changing this server${whose}`;
}

function refused(owner: LockOwner | undefined): Locking {
  return { held: false, owner, why: whoHolds(owner) };
}
