import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/evidence/collect.ts';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { areIssuersAsked, isChainSent, isExpiredSent } from '../../../src/evidence/sources/reasons.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import type { Handshake } from '../../../src/model/server/evidence.ts';
import { authority, made, PAST, sending } from '../../support/authorities.ts';
import { chainLab, expiredChain, ISSUING, put, strangeRoot } from '../../support/chain-lab.ts';
import { evidence, FRONT_KEY, handshake, met, SHOP_KEY, serves } from '../../support/evidence-folder.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const root = authority('Root', 0);
const issuing = authority('Issuing', 1, root);
const old = authority('Issuing', 1, root, PAST);
const own = made('front.example.test', 2, { issuer: issuing });

/** Shop is answered with a certificate of which nothing more is known, Front with this. */
const seen = (got: Handshake) =>
  evidence({
    handshakes: met([
      [FRONT_KEY, handshake(got)],
      [SHOP_KEY, serves('AB'.repeat(20))],
    ]),
  });

const NONE = [false, false, false];

describe('what visitors were sent is a reason to ask', () => {
  it.each<readonly [string, Handshake, readonly boolean[]]>([
    ['for nothing, where nobody was answered', { outcome: 'no-tls', detail: 'reset' }, NONE],
    ['for nothing, where the certificate signs itself', sending(made('front.example.test', 2)), NONE],
    ['for nothing, where it cannot be read', sending({ der: Buffer.from('no certificate') }), NONE],
    ['for what Windows distrusts, where the chain is whole', sending(own, issuing), [true, false, false]],
    ['for the issuers too, where nothing is behind it', sending(own), [true, true, false]],
    ["and for SYSTEM's own, where an authority has expired", sending(own, old), [true, true, true]],
    ['not where a root has', sending(own, issuing, authority('Root', 0, undefined, PAST)), [true, false, false]],
  ])('%s', (_what, got, expected) => {
    const reasons = [isChainSent, areIssuersAsked, isExpiredSent];
    expect(reasons.map((reason) => reason(seen(got), new Map()))).toEqual(expected);
  });
});

/** The exports of stores of issuers that a check of this lab starts, among how many programs. */
async function started(disk: MemoryDisk): Promise<readonly [count: number, stores: readonly string[]]> {
  const machine = machineOn(disk);
  const keys: string[] = [];
  const run: typeof machine.run = (command, secrets) => {
    keys.push(String(command.args[1]));
    return machine.run(command, secrets);
  };
  await collect(liveReader({ ...machine, run }));
  const stores = keys.flatMap((key) => /(?:S-1-5-18\\)?[^\\]+$/.exec(key.replace(/Software.*\\/, ''))?.[0] ?? []);
  return [keys.length, stores.filter((each) => /\b(?:CA|ROOT|Disallowed)$/.test(each)).sort()];
}

describe('a check starts no program for a chain', () => {
  it.each<readonly [string, () => MemoryDisk, readonly string[]]>([
    ['that nobody is sent', () => labDisk(), []],
    ['that is whole, but one', () => chainLab((server) => put(server, 'CA', ISSUING)), ['Disallowed']],
    ['that is not, but three', () => labDisk({ faults: ['broken-chain'] }), ['CA', 'Disallowed', 'ROOT']],
    ['that has expired, but four', () => expiredChain(), ['CA', 'Disallowed', 'ROOT', 'S-1-5-18\\CA']],
    ['of a client, but three', () => strangeRoot(), ['CA', 'Disallowed', 'ROOT']],
  ])('%s', async (_what, lab, stores) => {
    const [healthy] = await started(labDisk());
    expect(await started(lab())).toEqual([healthy + stores.length, stores]);
  });
});
