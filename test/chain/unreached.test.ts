import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { cutInWords, greetingsCut, unreachedEndpoints } from '../../src/chain/unreached.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence, Greeted, Handshake } from '../../src/model/server/evidence.ts';
import { unasked } from '../../src/model/server/known.ts';
import { evidence, FRONT, FRONT_KEY, FRONT_RECORD, have, SHOP, SHOP_KEY, serves } from '../support/evidence-folder.ts';

const at = (address: string, got: Greeted['got'], name = ''): Greeted => ({
  greeting: { address, port: 443, name },
  got,
});
const LATE = unasked<Handshake>({ kind: 'handshake', endpoint: 'test' }, 'the time was over');
const RESET = have<Handshake>({ outcome: 'no-tls', detail: 'ECONNRESET' });
const shop = (got: Greeted['got'], address = '127.0.0.1') => at(address, got, 'shop.example.test');
const seen = (front: readonly Greeted[], ofShop: readonly Greeted[], changes: Partial<Evidence> = {}) =>
  evidence({
    handshakes: new Map([
      [FRONT_KEY, front],
      [SHOP_KEY, ofShop],
    ]),
    ...changes,
  });
const look = (of: Evidence) => {
  const { verdict, notChecked, chains } = diagnose(of, playbooks);
  return {
    verdict,
    notChecked: notChecked.map(({ what, why }) => `${what}: ${why}`),
    handshakes: chains.map(({ links }) => links.find(({ name }) => name === 'handshake')?.state),
  };
};

const SENTENCE = 'the TLS handshakes: 1 of 2 endpoints were greeted in 30 s; the rest is not checked';
const RIGHT = [at('127.0.0.1', serves(FRONT.thumbprint))];

describe('an endpoint whose turn did not come', () => {
  it('is counted, and said in one sentence', () => {
    const cut = seen(RIGHT, [shop(LATE)]);
    expect([...unreachedEndpoints(cut)]).toEqual([SHOP_KEY]);
    expect(greetingsCut(cut)).toEqual({ endpoints: 2, greeted: 1, seconds: 30 });
    expect(greetingsCut(seen(RIGHT, [shop(serves(SHOP.thumbprint))]))).toBeUndefined();
    expect(cutInWords({ endpoints: 500, greeted: 412, seconds: 30 })).toBe(
      '412 of 500 endpoints were greeted in 30 s; the rest is not checked',
    );
    expect(cutInWords({ endpoints: 1, greeted: 0, seconds: 30 })).toMatch(/^0 of 1 endpoint was greeted/);
  });

  it('is neither healthy nor faulty, on a live server and in a folder', () => {
    const unknown = { verdict: 'unknown', notChecked: [SENTENCE], handshakes: ['ok', 'unknown'] };
    expect(look(seen(RIGHT, [shop(LATE)]))).toEqual(unknown);
    expect(look(seen(RIGHT, [shop(LATE)], { recorded: true }))).toEqual(unknown);
  });

  it('is not healthy by the visitors who had their turn', () => {
    const half = [shop(serves(SHOP.thumbprint)), shop(LATE, '::1')];
    expect(look(seen(RIGHT, half))).toEqual({
      verdict: 'unknown',
      notChecked: [SENTENCE],
      handshakes: ['ok', 'unknown'],
    });
  });

  it('is faulty by what those got', () => {
    const half = [shop(RESET), shop(LATE, '::1')];
    expect(look(seen(RIGHT, half))).toMatchObject({ verdict: 'faulty', handshakes: ['ok', 'broken'] });
  });

  it('hides no fault elsewhere', () => {
    expect(look(seen([at('127.0.0.1', RESET)], [shop(LATE)]))).toMatchObject({
      verdict: 'faulty',
      notChecked: [SENTENCE],
    });
    expect(look(seen(RIGHT, [shop(LATE)], { records: have([FRONT_RECORD]) }))).toMatchObject({ verdict: 'faulty' });
  });
});
