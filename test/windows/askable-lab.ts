// Labs to try the questions on.

import type { LabOptions } from '../../src/lab/create.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { HTTP_PARAMETERS } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
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
  server.save();
  return disk;
}
