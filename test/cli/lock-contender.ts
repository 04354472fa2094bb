// One of three processes that want the same lock: started by dead-lock.test.ts, which tells it when. Before one
// in four things that it does to the disk a seeded moment passes, long enough for another one to do all that it wants.

import { setTimeout as after } from 'node:timers/promises';
import { folderDisk } from '../../src/lab/folder-disk.ts';
import { labMachine } from '../../src/machine/lab-machine.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { takeLock } from '../../src/pipeline/lock.ts';
import { numbersFrom } from './seeded.ts';

const [, , lab = '', seed = '1'] = process.argv;
const random = numbersFrom(Number(seed));
const machine = labMachine(folderDisk(lab), { as: 'owner', targetArguments: '' });

const moment =
  <A extends readonly unknown[], R>(act: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    if (random() < 0.25) await after(10 * random());
    return act(...args);
  };

const slow: Machine = {
  ...machine,
  read: moment(machine.read),
  write: moment(machine.write),
  rename: moment(machine.rename),
  remove: moment(machine.remove),
  list: moment(machine.list),
  sleep: (milliseconds) => after(milliseconds / 20),
};

let release: (() => Promise<void>) | undefined;

process.on('message', async (word: 'take' | 'release') => {
  if (word === 'take') {
    const locking = await takeLock(slow, `contender ${process.pid}`);
    if (locking.held) release = locking.release;
    process.send?.(locking.held ? 'held' : 'refused');
  } else {
    await release?.();
    release = undefined;
    process.send?.('released');
  }
});
process.send?.('ready');
