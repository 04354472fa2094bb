// A machine that dies: at the n-th thing that is done to it; and what a death at each of them would leave.

import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Command } from '../../src/model/repair/command.ts';

/** Thrown where the plug is pulled. */
export class Crash extends Error {}

/** Before a change, or in the middle of a write. */
export type Cut = 'before' | 'torn';

/** Counts what is done to the server (its writes alone, to tear them), and dies at number `at`; queries do not count. */
export function mortal(machine: Machine, at: number, cut: Cut): Machine {
  let count = 0;
  let dead = false;
  return through(machine, cut, async (counts, act, inTheMiddle) => {
    if (dead) throw new Crash();
    if (!counts || count++ !== at) return act();
    dead = true;
    await inTheMiddle(machine);
    throw new Crash();
  });
}

/**
 * The same for every number at once: one run on `disk` comes to its end, and in front of each thing that is done `died` gets
 * the disk that a death there would leave. What happens before a death is not done again for each, which took most of the time.
 */
export const noted = (
  disk: MemoryDisk,
  machineOn: (disk: MemoryDisk) => Machine,
  cut: Cut,
  died: (left: MemoryDisk) => void,
): Machine =>
  through(machineOn(disk), cut, async (counts, act, inTheMiddle) => {
    if (!counts) return act();
    const left = disk.clone();
    await inTheMiddle(machineOn(left));
    died(left);
    return act();
  });

type Passing = <T>(
  counts: boolean,
  act: () => Promise<T>,
  /** What a death would still do. */
  inTheMiddle: (machine: Machine) => Promise<unknown>,
) => Promise<T>;

/** The machine with all that is asked of it, and done to it, passing there. */
function through(machine: Machine, cut: Cut, pass: Passing): Machine {
  const nothing = async () => {};
  const whole = cut === 'before';
  return {
    ...machine,
    processId: DEAD,
    read: (path) => pass(false, () => machine.read(path), nothing),
    list: (path) => pass(false, () => machine.list(path), nothing),
    handshake: (endpoint) => pass(false, () => machine.handshake(endpoint), nothing),
    run: (command, secrets) => pass(whole && !isQuery(command), () => machine.run(command, secrets), nothing),
    rename: (from, to) => pass(whole, () => machine.rename(from, to), nothing),
    remove: (path) => pass(whole, () => machine.remove(path), nothing),
    makeFolder: (path) => pass(whole, () => machine.makeFolder(path), nothing),
    write: (path, bytes, options) =>
      pass(
        true,
        () => machine.write(path, bytes, options),
        async (dying) => cut === 'torn' && dying.write(path, bytes.slice(0, bytes.length / 2), options),
      ),
  };
}

/** The process that held the lock when it died. */
const DEAD = 2 ** 30;

const isQuery = ({ program, args }: Command): boolean =>
  ['reg export', 'reg query', 'wevtutil qe', 'whoami /user', 'sc queryex', 'netstat -ano', 'tasklist /fo'].some(
    (each) => `${program} ${args[0]}` === each,
  ) ||
  (program === 'icacls' && args[1] === '/save') ||
  (program === 'netsh' && (args.includes('help') || args.includes('show')));
