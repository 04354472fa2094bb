// The metrics that an unattended run leaves for a textfile collector, in a folder that is not ours.

import { unsafeGround } from '../ground/safe-ground.ts';
import type { Machine } from '../machine/machine.ts';
import type { Remembered } from '../model/run/unattended.ts';
import { replaceSharedFile, whyNotWritten } from '../repair/change/own-file.ts';
import { lastHeal } from '../repair/journal/read-journal.ts';
import { givenUpIn, readLedger, readPolicy } from './memory.ts';
import { readTrailOf } from './trail.ts';

/** What is remembered. `last`: the end of the run that asks, which its log may not hold yet, or could not be told. */
export async function rememberedOn(machine: Machine, last?: Remembered['last']): Promise<Remembered> {
  const [policy, ledger] = [await readPolicy(machine), await readLedger(machine)];
  return {
    lastHeal: await lastHeal(machine),
    last: last ?? (await readTrailOf(machine)).at(-1),
    ...(policy.ok && ledger.ok && { givenUp: givenUpIn(policy.value, ledger.value).length }),
  };
}

/**
 * Writes them where config.json says so; why they could not be written, undefined where they were or are not wanted. The
 * task runs as SYSTEM: a folder in which an ordinary account may write, or may put a link, is not written into.
 */
export async function writeMetricsFile(machine: Machine, metrics: () => Promise<string>): Promise<string | undefined> {
  const policy = await readPolicy(machine);
  // Settings that are wrong are never half obeyed, and are told as the end of the run.
  const file = policy.ok ? policy.value.metricsFile : undefined;
  if (file === undefined) return undefined;
  const unsafe = await unsafeGround(machine, [file.slice(0, file.lastIndexOf('\\'))]);
  if (unsafe !== undefined) return `${file}: ${unsafe}`;
  return whyNotWritten(await replaceSharedFile(machine, file, Buffer.from(await metrics()), machine.processId));
}
