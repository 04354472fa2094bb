// Labs to try the questions on.

import type { LabOptions } from '../../src/lab/create.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { HTTP_PARAMETERS } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { startService, stopWithDependents } from '../../src/lab/services/service-control.ts';
import { type Answers, UNKNOWNS, type UnknownName } from '../../src/lab/unknowns.ts';
import { newLab } from '../support/new-lab.ts';

/** Windows has these keys, and keeps them when the last record of a kind is gone. */
const TABLES = ['SslBindingInfo', 'SslSniBindingInfo', 'SslCcsBindingInfo'].map(
  (name) => `${HTTP_PARAMETERS}\\${name}`,
);

/** A lab in memory. */
export function askableLab(options: LabOptions = {}): MemoryDisk {
  const { disk } = newLab(options);
  const server = openLab(disk);
  for (const key of TABLES) server.registry.makeKey(key);
  // The lab remembers which services run from the first time on that one is stopped.
  const stopped = ['HTTP', 'WAS'].flatMap((each) => stopWithDependents(server, each));
  for (const { name } of stopped.toReversed()) startService(server, name);
  server.save();
  return disk;
}

/** Where the other answer hides another switch: the central store behind a wildcard, what an update leaves out. */
export const SEEN: Answers = {
  'record-order': 'sni-first',
  'update-sslcert': 'by-build',
  'netsh-help': 'plain',
};

/** The last answer of each switch, but for those that would hide another one. */
export const otherAnswers = (): Answers =>
  Object.fromEntries(
    Object.entries(UNKNOWNS).map(([name, { answers }]) => [name, SEEN[name as UnknownName] ?? answers.at(-1)]),
  );
