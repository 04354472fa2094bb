// The Windows we run on as a lab server: its real drive C: and its real registry, with the lab's own facts in C:\lab.json.

import { type CallerName, callerOf } from '../../../src/lab/callers.ts';
import { folderDisk } from '../../../src/lab/disk/folder-disk.ts';
import { openFacts } from '../../../src/lab/open.ts';
import type { Caller } from '../../../src/lab/program.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { followConfig } from '../../../src/lab/services/config-change.ts';
import { type Exports, exportedNow, realRegistry } from './real-registry.ts';

const REG_EXE = `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\reg.exe`;

/** Says who is at the keyboard: one of the lab's people by name, and on a second line "not elevated" where that is so. */
export const CALLER_FILE = 'C:\\lab-caller.txt';

interface ThisServer {
  readonly server: LabServer;
  readonly caller: Caller;
  /** The parts of the registry that were asked for so far. */
  readonly parts: () => readonly string[];
}

/** Opens it when these parts of its registry have been read, at once. */
export const thisServerAfter = async (parts: readonly string[]): Promise<ThisServer> =>
  thisServer(await exportedNow(REG_EXE, parts));

/** Opens it. Wine has one account only, so a file says who calls. */
export function thisServer(exports?: Exports): ThisServer {
  const disk = folderDisk('C:\\');
  const { facts, save } = openFacts(disk);
  const real = realRegistry(REG_EXE, exports);
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
  return { server, caller: { ...caller, elevated: elevation !== 'not elevated' }, parts: real.parts };
}
