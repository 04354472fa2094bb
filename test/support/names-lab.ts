// Labs whose bindings are not as IIS wrote them.

import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { noteFlags } from '../../src/lab/services/config-change.ts';
import type { Answers } from '../../src/lab/unknowns.ts';
import { configBytes, labDisk } from './run-lab.ts';

/** A program has written Shop's binding anew, and its SNI flag is gone. */
export function flaglessLab(unknowns: Answers = {}, attribute = ''): MemoryDisk {
  const disk = labDisk();
  const text = configBytes(disk).replace(' sslFlags="1"', attribute);
  disk.write(CONFIG_PATH, Buffer.from(text, 'latin1'));
  const server = openLab(disk);
  server.facts.unknowns = unknowns;
  noteFlags(server);
  server.save();
  return disk;
}
