// A process of its own that takes the lock of a folder when it is told to, says whether it has it, and keeps it until told.

import { fileSystem } from '../../src/machine/file-system.ts';
import { holdName } from '../../src/machine/hold-name.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { isAlive } from '../../src/machine/process-alive.ts';
import { type Locking, takeLock } from '../../src/pipeline/lock.ts';

const folder = process.argv[2] ?? '';

const machine = {
  ...fileSystem(() => `${folder}/lock.json`),
  programData: '',
  now: () => new Date(),
  processId: process.pid,
  isAlive,
  hold: holdName,
  sleep: (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds)),
} as unknown as Machine;

let lock: Locking | undefined;

process.on('message', async (told) => {
  if (told === 'take') {
    lock = await takeLock(machine, 'a contender');
    process.send?.(lock.held);
    return;
  }
  if (lock?.held) await lock.release();
  process.send?.('let go');
});
