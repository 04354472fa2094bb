// lock.json: who is changing the server.

import * as v from 'valibot';

/** Who holds the lock. */
export interface LockOwner {
  /** Also the name that the owner's process holds while it lives: see hold in the Machine port. */
  readonly token: string;
  readonly processId: number;
  /** ISO 8601 in UTC. */
  readonly since: string;
  readonly who: string;
  /** False where no name could be held: then the process id alone says whether the owner lives. */
  readonly holds?: boolean;
}

const MOST_BYTES = 16 * 1024;

const text = v.pipe(v.string(), v.maxLength(1000));
const owner = v.strictObject({
  token: text,
  // 0 and negative ids mean groups of processes to whoever asks for them.
  processId: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  since: text,
  who: text,
  holds: v.exactOptional(v.boolean()),
});

/** Undefined where it is no lock of ours: cut off by a crash, being written at this moment, or somebody else's. */
export function readLockFile(bytes: Uint8Array): LockOwner | undefined {
  if (bytes.length > MOST_BYTES) return undefined;
  try {
    const checked = v.safeParse(owner, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return checked.success ? checked.output : undefined;
  } catch {
    return undefined;
  }
}

/** The file as readLockFile reads it. */
export const writeLockFile = (content: LockOwner): Uint8Array => Buffer.from(`${JSON.stringify(content)}\n`);
