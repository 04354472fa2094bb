// A lab as the stage, to try the acceptance run on where there is no Windows.

import { type AddressInfo, createServer } from 'node:net';
import type { Disk } from '../../../src/lab/disk/disk.ts';
import { hears } from '../../../src/lab/http/listeners.ts';
import { answer } from '../../../src/lab/http/tls-answer.ts';
import { openLab } from '../../../src/lab/open.ts';
import type { Knock } from './visitors.ts';

/** A real listener for the time of one visit, where the lab's http.sys hears at all. */
export const knockAtLab =
  (disk: Disk): Knock =>
  async (address, port, visit) => {
    const place = { ip: address.includes(':') ? `[${address}]` : address, port };
    if (!hears(openLab(disk), place)) return 'nobody listens';
    const listener = createServer((socket) => answer(socket, () => openLab(disk), place));
    await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
    try {
      return await visit('127.0.0.1', (listener.address() as AddressInfo).port);
    } finally {
      listener.close();
    }
  };
