// A lab as the server that is asked, to try the questions on.

import { type AddressInfo, createServer } from 'node:net';
import { findUserEntry, putEntry } from '../../src/lab/certificates/store.ts';
import type { Disk } from '../../src/lab/disk/disk.ts';
import { hears } from '../../src/lab/http/listeners.ts';
import { answer } from '../../src/lab/http/tls-answer.ts';
import { openLab } from '../../src/lab/open.ts';
import { labMachine } from '../../src/machine/lab/lab-machine.ts';
import type { Greeting } from '../../src/model/server/evidence.ts';
import type { Host, Visit } from './host.ts';
import { visitAt } from './visit.ts';

/** The lab on this disk, with its owner at the keyboard and a clock that waits for nothing. */
export function labHost(disk: Disk): Host {
  const machine = labMachine(disk, { as: 'owner', targetArguments: '', sleep: async () => {} });
  return {
    machine,
    run: (command) => machine.run(command),
    visit: (greeting) => visitLab(disk, greeting),
    drag: async (thumbprint) => dragInLab(disk, thumbprint),
    withoutPassword: async (program, args) => {
      const there = labMachine(disk, { as: 'owner-without-password', targetArguments: '' });
      const ran = await there.run({ program, args });
      return ran.started ? Buffer.from(ran.stdout).toString('latin1') : ran.detail;
    },
  };
}

async function visitLab(disk: Disk, { address, port, name }: Greeting): Promise<Visit> {
  const place = { ip: address.includes(':') ? `[${address}]` : address, port };
  if (!hears(openLab(disk), place)) return 'no-connection';
  const listener = createServer((socket) => answer(socket, () => openLab(disk), place));
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  try {
    return await visitAt('127.0.0.1', (listener.address() as AddressInfo).port, name);
  } finally {
    listener.close();
  }
}

/** The entry arrives as it is, with the key property of a user's key. */
function dragInLab(disk: Disk, thumbprint: string): void {
  const server = openLab(disk);
  const entry = findUserEntry(server, server.facts.owner, thumbprint);
  if (entry === undefined) throw new Error(`the owner's store has no certificate ${thumbprint}`);
  putEntry(server, 'MY', entry);
  server.save();
}
