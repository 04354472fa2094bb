// npm run demo: two faults, from a broken server to a healed one, told by real TLS handshakes of an outside client.
// npm run demo -- --all: every fault in short, with what visitors get before, after and after the undo.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { everyFault } from './demo/every-fault.mjs';
import { heading, say } from './demo/program.mjs';
import { staleHash, strandedKey } from './demo/two-faults.mjs';

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });
const folder = await mkdtemp(join(tmpdir(), 'iis-ssl-heal-demo-'));
try {
  if (values.all) await everyFault(folder);
  else {
    await strandedKey(join(folder, 'server-1'));
    await staleHash(join(folder, 'server-2'));
    heading('A stranded key and a stale hash were found, healed and proved; a second fix had nothing left to do');
    say('npm run demo -- --all shows the other faults too.');
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
