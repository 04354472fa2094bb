import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/evidence/collect.ts';
import { evidenceFiles } from '../../../src/evidence/readers/evidence-files.ts';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { areIssuersAsked, isChainSent, isExpiredSent } from '../../../src/evidence/sources/reasons.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import type { Handshake } from '../../../src/model/server/evidence.ts';
import { authority, made, PAST, sending } from '../../support/authorities.ts';
import { chainLab, expiredChain, ISSUING, put, strangeRoot } from '../../support/chain-lab.ts';
import { evidence, FRONT_KEY, handshake, met, SHOP_KEY, serves } from '../../support/evidence-folder.ts';
import { diagnoseLab, failure, labDisk, machineOn, tell } from '../../support/run-lab.ts';

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

/** The starts of wevtutil that ask the Security log, in one check of this lab. */
async function askedOfSecurity(disk: MemoryDisk, how: Parameters<typeof liveReader>[1] = {}) {
  const machine = machineOn(disk);
  const asked: string[] = [];
  const run: typeof machine.run = (command, secrets) => {
    if (command.args[1] === 'Security') asked.push(command.args.join(' '));
    return machine.run(command, secrets);
  };
  const { securityEvents } = await collect(liveReader({ ...machine, run }, how));
  return { asked, securityEvents };
}

/** A31: a Security log of 4 GB was read to its end by each look, and each hour, where no key was in doubt. */
describe('A31: the Security log', () => {
  it('is not asked where no key is suspected, and nobody is told that it was not', async () => {
    const { asked, securityEvents } = await askedOfSecurity(labDisk());
    expect([asked, securityEvents]).toEqual([[], expect.objectContaining({ known: false, unasked: true })]);
    const { verdict, notChecked } = await diagnoseLab(machineOn(labDisk()));
    expect([verdict, notChecked]).toEqual(['healthy', []]);
  });

  it.each(['closed-key', 'stranded-key', 'lost-key-link'])('is asked for %s', async (fault) => {
    const { asked, securityEvents } = await askedOfSecurity(labDisk({ faults: [fault] }));
    expect([asked.length, securityEvents.known]).toEqual([1, true]);
    expect(asked[0]).toContain('timediff(@SystemTime) <= 604800000]');
  });

  it('is asked for one day by who asks every hour', async () => {
    const { asked } = await askedOfSecurity(labDisk({ faults: ['closed-key'] }), { eventDays: 1 });
    expect(asked).toEqual([expect.stringContaining('timediff(@SystemTime) <= 86400000]')]);
  });

  it('is not checked, and said to be, where it was asked and could not be read', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    tell(disk, failure('wevtutil', 'Security', 'fail', 1, 5));
    const { notChecked } = await diagnoseLab(machineOn(disk));
    expect(notChecked.map(({ what }) => what)).toEqual(['the Security event log']);
  });

  it('is kept in a folder of evidence, whether a key is suspected or not', async () => {
    const { files, evidence } = await evidenceFiles(liveReader(machineOn(labDisk())));
    expect([files.has('events/Security.xml'), evidence.securityEvents.known]).toEqual([true, true]);
  });
});
