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

/** The lock, or who has it. */
export type Locking =
  | { readonly held: true; release(): Promise<void> }
  | { readonly held: false; readonly owner: LockOwner | undefined; readonly why: string };

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
  if (written) return held(machine, owner);
  const other = await readLock(machine);
  if (other !== undefined && machine.isAlive(other.processId)) return refused(other);
  const dead = `${lockFile(machine)}.${owner.token}`;
  const moved = await machine.rename(lockFile(machine), dead);
  if (moved.result !== 'ok') return refused(await readLock(machine));
  await machine.remove(dead);
  return (await writeLock(machine, owner)) ? held(machine, owner) : refused(await readLock(machine));
}

async function writeLock(machine: Machine, owner: LockOwner): Promise<boolean> {
  const bytes = Buffer.from(`${JSON.stringify(owner)}\n`);
  const written = await machine.write(lockFile(machine), bytes, { exclusive: true });
  return written.result === 'ok' && (await readLock(machine))?.token === owner.token;
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

function refused(owner: LockOwner | undefined): Locking {
  const whose = owner === undefined ? '' : ` by ${owner.who} since ${owner.since} (process ${owner.processId})`;
  return { held: false, owner, why: `another run is changing this server${whose}` };
}
