// A lab that says what a visitor gets in place of showing it: for models that look at a server thousands of times. That its
// word, its handshakes and an outside client agree is what test/lab/http/who-answers.test.ts holds.

import { createHash } from 'node:crypto';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { hasAddress } from '../../src/lab/http/addresses.ts';
import { whoAnswers } from '../../src/lab/http/who-answers.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Greeting, Handshake } from '../../src/model/server/evidence.ts';
import { known, unknown } from '../../src/model/server/known.ts';

/** The machine over this disk, greeted without TLS. */
export const byWord = (machine: Machine, disk: MemoryDisk): Machine => ({
  ...machine,
  handshake: async (greeting) => {
    const source = { kind: 'handshake', endpoint: greeting.address } as const;
    const here = hasAddress(openLab(disk), greeting.address);
    return here ? known(answerTo(disk, greeting), source) : unknown('not an address of this server', source);
  },
});

function answerTo(disk: MemoryDisk, { address, port, name }: Greeting): Handshake {
  const ip = address.includes(':') ? `[${address}]` : address;
  const answer = whoAnswers(openLab(disk), { ip, port }, name || undefined);
  if (answer.gets === 'nothing') return { outcome: 'no-connection', detail: 'ECONNREFUSED' };
  if (answer.gets === 'silence') return { outcome: 'no-tls', detail: 'no answer to the ClientHello in time' };
  if (answer.gets === 'reset' || answer.resetsAfterwards) return { outcome: 'no-tls', detail: 'ECONNRESET' };
  const [own = Buffer.alloc(0)] = answer.sends;
  const thumbprint = createHash('sha1').update(own).digest('hex').toUpperCase();
  return { outcome: 'certificate', thumbprint, protocol: 'TLSv1.3', sent: answer.sends };
}
