// The Windows we run on as a lab server: its real drive C: and its real registry, with the lab's own facts in C:\lab.json.

import { type CallerName, callerOf } from '../../../src/lab/callers.ts';
import { folderDisk } from '../../../src/lab/disk/folder-disk.ts';
import { openFacts } from '../../../src/lab/open.ts';
import type { Caller } from '../../../src/lab/program.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { followConfig } from '../../../src/lab/services/config-change.ts';
import { realRegistry } from './real-registry.ts';

const SYSTEM32 = `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32`;

/** Says who is at the keyboard: one of the lab's people by name, and on a second line "not elevated" where that is so. */
export const CALLER_FILE = 'C:\\lab-caller.txt';

/** Opens it. Wine has one account only, so a file says who calls. */
export function thisServer(): { readonly server: LabServer; readonly caller: Caller } {
  const disk = folderDisk('C:\\');
  const { facts, save } = openFacts(disk);
  const real = realRegistry(`${SYSTEM32}\\reg.exe`);
  const server: LabServer = {
    disk,
    facts,
    registry: real.registry,
    save() {
      real.save();
      save();
    },
  };
  if (followConfig(server)) server.save();
  const [who = 'owner', elevation] = (disk.read(CALLER_FILE)?.toString('utf8') ?? 'owner').split('\n');
  const caller = callerOf(server, who as CallerName);
  return { server, caller: { ...caller, elevated: elevation !== 'not elevated' } };
}
