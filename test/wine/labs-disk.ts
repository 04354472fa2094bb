// What Wine's own disk cannot be: a folder that is closed to an administrator, one on another volume, a name of the 8.3 kind; and
// the log of an http.sys that writes none. Here the lab's own functions say them, as they do on Linux.

import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { temporaryFolder } from '../../src/lab/disk/temporary-folder.ts';
import { logIfRefused } from '../../src/lab/http/probe.ts';
import { mayList } from '../../src/lab/keys/may-list.ts';
import { openFacts } from '../../src/lab/open.ts';
import { crossesVolumes } from '../../src/lab/permissions/acls.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Command } from '../../src/model/repair/command.ts';
import type { Greeting } from '../../src/model/server/evidence.ts';
import { thisServer } from './lab-programs/this-server.ts';

const lab = () => openFacts(folderDisk('C:\\'));

const ADMINISTRATOR = { sid: 'S-1-5-32-544', name: '', elevated: true };

/** The machine, but for what its disk cannot show. */
export const onTheLabsDisk = (machine: Machine): Machine => ({
  ...machine,
  list: async (path) =>
    mayList(lab(), ADMINISTRATOR, path) ? machine.list(path) : { result: 'denied', detail: 'access is denied' },
  rename: async (from, to) =>
    crossesVolumes(lab(), from, to)
      ? { result: 'other-volume', detail: 'it lies on another volume' }
      : machine.rename(from, to),
});

/** The same command, with a path for its output that the lab's programs see; the usual one where that is long. */
export function withLabsPath({ program, args }: Command): Command {
  const folder = temporaryFolder(lab());
  if (!folder.includes('~')) return { program, args };
  return { program, args: args.map((each) => (typeof each === 'object' ? `${folder}\\output.tmp` : each)) };
}

/** A visitor came: http.sys logs what it logs. */
export function logVisit({ address, port, name }: Greeting): void {
  const ip = address.includes(':') ? `[${address}]` : address;
  logIfRefused(thisServer().server, { ip, port }, name || undefined);
}
