// The article's two faults, from a broken server to a healed one, with all that the program prints.

import { greet, sayWhatIsSeen, whileServed } from './client.mjs';
import { heading, run, say } from './program.mjs';

/**
 * @param {string} lab
 * @param {boolean} up
 * @param {string} when
 */
async function demand(lab, up, when) {
  const seen = await whileServed(lab, ({ endpoints: [first] }) => (first ? greet(first) : Promise.resolve(undefined)));
  say(`\n  TLS client, ${when}: ${sayWhatIsSeen(seen)}`);
  if ((seen !== undefined) !== up) throw new Error(`HTTPS should be ${up ? 'up' : 'down'} ${when}`);
  return seen?.thumbprint;
}

/** @param {string} lab */
export async function strandedKey(lab) {
  heading("Fault 1: a certificate was dragged, its key stayed in a user's key store");
  await run(0, 'lab', 'create', lab, '--fault', 'stranded-key');
  const before = await demand(lab, true, 'before the reboot');
  await run(0, 'lab', 'reboot', lab);
  await demand(lab, false, 'after the reboot');
  await run(1, 'check', '--lab', lab);
  await run(0, 'fix', '--lab', lab, '--yes');
  await run(0, 'lab', 'reboot', lab);
  const after = await demand(lab, true, 'after the repair and one more reboot');
  if (after !== before) throw new Error('another certificate answers');
  await run(0, 'fix', '--lab', lab, '--yes');
}

/** @param {string} lab */
export async function staleHash(lab) {
  heading('Fault 2: an invalid certificate hash in applicationHost.config');
  await run(0, 'lab', 'create', lab, '--fault', 'stale-hash');
  await run(1, 'check', '--lab', lab);
  await run(0, 'lab', 'restart-iis', lab);
  await demand(lab, false, 'after the restart of IIS');
  await run(0, 'fix', '--lab', lab, '--yes');
  await run(0, 'lab', 'restart-iis', lab);
  await demand(lab, true, 'after the repair and one more restart of IIS');
  await run(0, 'fix', '--lab', lab, '--yes');
}
