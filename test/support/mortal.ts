// A machine that dies: at the n-th thing that is done to it.

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
  const alive = async <T>(counts: boolean, act: () => Promise<T>, inTheMiddle: () => Promise<unknown>): Promise<T> => {
    if (dead) throw new Crash();
    if (!counts || count++ !== at) return act();
    dead = true;
    await inTheMiddle();
    throw new Crash();
  };
  const nothing = async () => {};
  const whole = cut === 'before';
  return {
    ...machine,
    processId: DEAD,
    read: (path) => alive(false, () => machine.read(path), nothing),
    list: (path) => alive(false, () => machine.list(path), nothing),
    handshake: (endpoint) => alive(false, () => machine.handshake(endpoint), nothing),
    run: (command, secrets) => alive(whole && !isQuery(command), () => machine.run(command, secrets), nothing),
    rename: (from, to) => alive(whole, () => machine.rename(from, to), nothing),
    remove: (path) => alive(whole, () => machine.remove(path), nothing),
    makeFolder: (path) => alive(whole, () => machine.makeFolder(path), nothing),
    write(path, bytes, options) {
      const half = bytes.slice(0, bytes.length / 2);
      const write = (content: Uint8Array) => machine.write(path, content, options);
      return alive(
        true,
        () => write(bytes),
        () => (cut === 'torn' ? write(half) : nothing()),
      );
    },
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
