// A process of its own that takes the lock of a folder when it is told to, says whether it has it, and keeps it until told.
// Before one in four things that it does a moment passes, long enough for another one to do all that it wants: a lock
// that is read, judged and then moved away went to two in 11 of 100 rounds.

import { fileSystem } from '../../src/machine/files/file-system.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { isAlive } from '../../src/machine/programs/process-alive.ts';
import { holdName } from '../../src/machine/windows/hold-name.ts';
import { type Locking, takeLock } from '../../src/repair/change/lock.ts';

const folder = process.argv[2] ?? '';

const moment = () =>
  new Promise<void>((done) => (Math.random() < 0.25 ? setTimeout(done, 10 * Math.random()) : done()));
const late =
  <Arguments extends readonly unknown[], Result>(act: (...args: Arguments) => Promise<Result>) =>
  async (...args: Arguments): Promise<Result> => {
    await moment();
    return act(...args);
  };
const files = fileSystem(() => `${folder}/lock.json`);

const machine = {
  ...files,
  read: late(files.read),
  write: late(files.write),
  rename: late(files.rename),
  remove: late(files.remove),
  programData: '',
  now: () => new Date(),
  processId: process.pid,
  isAlive,
  hold: late(holdName),
  sleep: (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds)),
} as unknown as Machine;

let lock: Locking | undefined;

process.on('message', async (told) => {
  if (told === 'take') {
    lock = await takeLock(machine, 'a contender');
    process.send?.(lock.ok);
    return;
  }
  if (lock?.ok) await lock.value.release();
  process.send?.('let go');
});
