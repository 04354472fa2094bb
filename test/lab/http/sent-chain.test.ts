import { describe, expect, it } from 'vitest';
import { readStore } from '../../../src/lab/certificates/store.ts';
import { readRecords } from '../../../src/lab/http/http-sys.ts';
import { probe } from '../../../src/lab/http/probe.ts';
import { makeChain, sentChain } from '../../../src/lab/http/sent-chain.ts';
import { openLab } from '../../../src/lab/open.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { UNKNOWNS } from '../../../src/lab/unknowns.ts';
import { chainLab, EXPIRED, ISSUING, put } from '../../support/chain-lab.ts';

const sent = async (server: ReturnType<typeof openLab>) => {
  const got = await probe(server, '0.0.0.0', 443);
  return got.outcome === 'certificate' ? got.sent.slice(1) : got.outcome;
};

describe('the chain that the lab sends', () => {
  it('is made of the authorities, the older of two that fit, and never of the roots', async () => {
    const server = openLab(chainLab((lab) => put(lab, 'Root', ISSUING)));
    expect(await sent(server)).toEqual([]);
    put(server, 'CA', ISSUING);
    expect(await sent(server)).toEqual([ISSUING.der]);
    put(server, 'CA', EXPIRED);
    expect(await sent(server)).toEqual([EXPIRED.der]);
  });

  it.each(UNKNOWNS['sent-chain'].answers)('is %s', (answer) => {
    const server = openLab(chainLab(() => {}, { 'sent-chain': answer }));
    const { thumbprint } = readRecords(server).find(({ endpoint }) => endpoint === '0.0.0.0:443')!;
    const { der } = readStore(server, 'MY')!.find((entry) => entry.thumbprint === thumbprint)!;
    put(server, 'CA', ISSUING);
    const now = sentChain(server, der).length;
    makeChain(server, der);
    const bound = sentChain(server, der).length;
    rebootLab(server);
    expect([now, bound, sentChain(server, der).length]).toEqual(
      { 'made-at-once': [1, 1, 1], 'kept-with-the-binding': [0, 1, 1], 'kept-until-the-reboot': [0, 0, 1] }[answer],
    );
  });
});
