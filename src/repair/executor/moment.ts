// The machine at one moment: for several looks at it between which neither we nor a program of ours did anything to it.

import type { Machine } from '../../machine/machine.ts';
import type { RunResult } from '../../model/repair/command.ts';

/**
 * To look at, never to act through: a program that has answered is not asked the same again, and one that has not is.
 * Files, folders and visitors cost no start, so those are always seen as they are; and a visitor may have been waited for,
 * so behind one everything is asked again. What is seen after a change is seen through the machine itself, or in another moment.
 */
export function momentOf(machine: Machine): Machine {
  const answered = new Map<string, RunResult>();
  return {
    ...machine,
    run: async (command, secrets) => {
      const asked = JSON.stringify(command);
      const earlier = answered.get(asked);
      if (earlier !== undefined) return earlier;
      const ran = await machine.run(command, secrets);
      if (ran.started && ran.exitCode === 0) answered.set(asked, ran);
      return ran;
    },
    handshake: async (greeting) => {
      const got = await machine.handshake(greeting);
      answered.clear();
      return got;
    },
  };
}
