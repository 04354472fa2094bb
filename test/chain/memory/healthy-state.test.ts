import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRemembered, healthyState, isNews, withState } from '../../../src/chain/memory/healthy-state.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import type { Baseline, HealthyState } from '../../../src/model/server/healthy-state.ts';
import { readBaselineFile, writeBaselineFile } from '../../../src/own-files/baseline.ts';
import {
  config,
  evidence,
  FRONT,
  FRONT_RECORD,
  have,
  lack,
  record,
  SHOP,
  SHOP_RECORD,
  SHOP_SITE,
} from '../../support/evidence-folder.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T12:00:00.000Z');
const at = (days: number): string => new Date(START + days * DAY).toISOString();

/** A state that is told from others by the flags of its one record. */
const seen = (flags: number): HealthyState => ({
  records: [record('ip', '0.0.0.0:443', { flags })],
  bindings: [],
  certificates: [],
});
const flagsOf = ({ states }: Baseline) => states.map(({ records }) => records[0]?.flags);

/** What a check does with it. */
const look = (earlier: Baseline | undefined, flags: number, days: number): Baseline | undefined =>
  isNews(earlier, seen(flags), at(days)) ? withState(earlier, seen(flags), at(days)) : earlier;

/** A server looked at again and again: what it was, and when. */
const looks = (...all: readonly (readonly [flags: number, days: number])[]): Baseline =>
  all.reduce<Baseline | undefined>((earlier, [flags, days]) => look(earlier, flags, days), undefined)!;

describe('the state of a healthy server', () => {
  it('is its records with every value, its https bindings and the certificates in use', () => {
    const identity = ({ thumbprint, store, facts }: typeof FRONT) => ({
      thumbprint,
      store,
      subject: facts.subject,
      names: facts.names,
      notAfter: facts.notAfter,
    });
    expect(healthyState(evidence())).toEqual({
      records: [FRONT_RECORD, SHOP_RECORD],
      bindings: [
        { siteId: 1, site: 'Front', information: '*:443:', sslFlags: 0 },
        { siteId: 2, site: 'Shop', information: '*:443:shop.example.test', sslFlags: 1 },
      ],
      certificates: [FRONT, SHOP].map(identity).sort((a, b) => (a.thumbprint < b.thumbprint ? -1 : 1)),
    });
  });

  it('keeps the names that a person has accepted while they stand; only a person accepts', () => {
    const wrong = (changes: Partial<Evidence> = {}) =>
      evidence({
        records: have([FRONT_RECORD, { ...SHOP_RECORD, thumbprint: FRONT.thumbprint }]),
        storeMy: have([FRONT]),
        handshakes: new Map(),
        ...changes,
      });
    const name = { host: 'shop.example.test', thumbprint: FRONT.thumbprint };
    expect(healthyState(wrong())).not.toHaveProperty('accepted');
    const said = healthyState(wrong(), true)!;
    expect(said.accepted).toEqual([name]);
    const later = asRemembered(wrong(), said);
    expect(healthyState(later)?.accepted).toEqual([name]);
    expect(healthyState({ ...evidence(), baseline: later.baseline })).not.toHaveProperty('accepted');
    // A usable certificate with the name is at hand: nobody can mean that.
    expect(healthyState(wrong({ storeMy: have([FRONT, SHOP]) }), true)).not.toHaveProperty('accepted');
    const { accepted: _, ...without } = said;
    expect(isNews(withState(undefined, without, at(0)), said, at(0))).toBe(true);
    const file = readBaselineFile(writeBaselineFile(withState(undefined, said, at(0))));
    expect(file.ok && file.value.states[0]?.accepted).toEqual([name]);
  });

  it('is the same whatever the order in which it was read', () => {
    const { endpoint, ...rest } = FRONT_RECORD;
    const turned = evidence({
      records: have([SHOP_RECORD, { ...rest, endpoint }]),
      config: config(
        [],
        [
          SHOP_SITE,
          '<site name="Front" id="1"><bindings><binding protocol="HTTPS" bindingInformation="*:443:" /></bindings></site>',
        ],
      ),
    });
    expect(JSON.stringify(healthyState(turned))).toBe(JSON.stringify(healthyState(evidence())));
  });

  it('is not known where a part was not read', () => {
    expect(healthyState(evidence({ records: lack() }))).toBeUndefined();
    expect(healthyState(evidence({ config: lack() }))).toBeUndefined();
  });
});

describe('a state that is seen', () => {
  it('is written down once, and moves on once a day', () => {
    const first = looks([1, 0]);
    expect(first.states).toEqual([{ firstSeen: at(0), lastSeen: at(0), ...seen(1) }]);
    expect(look(first, 1, 0.99)).toBe(first);
    expect(look(first, 1, 1)?.states).toEqual([{ firstSeen: at(0), lastSeen: at(1), ...seen(1) }]);
  });

  it('goes to the front when it is new, and again when it comes back', () => {
    expect(flagsOf(looks([1, 0], [2, 1], [3, 2]))).toEqual([3, 2, 1]);
    expect(flagsOf(looks([1, 0], [2, 1], [1, 2]))).toEqual([1, 2, 1]);
  });

  it('takes the place of one that came up on the same day, and of none that had stood for longer', () => {
    expect(flagsOf(looks([1, 0], [2, 5], [3, 5.1], [4, 5.2]))).toEqual([4, 1]);
  });

  it('outlives those that were last seen more than 30 days before it', () => {
    expect(flagsOf(looks([1, 0], [2, 30]))).toEqual([2, 1]);
    expect(flagsOf(looks([1, 0], [2, 30.001]))).toEqual([2]);
    expect(flagsOf(looks([1, 0], [1, 20], [2, 40]))).toEqual([2, 1]);
    expect(flagsOf(looks([1, 0], [1, 400]))).toEqual([1]);
  });

  it('stays the newest when the clock was set back, and takes the times back with it', () => {
    const { states } = looks([1, 10], [2, 5]);
    expect(states).toEqual([{ firstSeen: at(5), lastSeen: at(5), ...seen(2) }]);
    expect(looks([1, 0], [1, 10], [2, 5]).states).toEqual([
      { firstSeen: at(5), lastSeen: at(5), ...seen(2) },
      { firstSeen: at(0), lastSeen: at(5), ...seen(1) },
    ]);
    expect(looks([1, 10], [1, 2]).states).toEqual([{ firstSeen: at(2), lastSeen: at(2), ...seen(1) }]);
  });

  it('is kept within bounds, whatever is seen and whatever the clock does', () => {
    const steps = fc.array(
      fc.tuple(
        fc.nat(4),
        fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: -60, max: 60, noNaN: true })),
      ),
      { minLength: 1, maxLength: 120 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let baseline: Baseline | undefined;
        let days = 0;
        for (const [flags, step] of all) {
          days = Math.max(-20_000, days + step);
          baseline = look(baseline, flags, days)!;
          const { states } = baseline;
          expect(states[0]).toMatchObject(seen(flags));
          expect(states.length).toBeLessThanOrEqual(31);
          expect(states.every(({ firstSeen, lastSeen }) => firstSeen <= lastSeen)).toBe(true);
          expect(states.map(({ lastSeen }) => lastSeen)).toEqual(
            states
              .map(({ lastSeen }) => lastSeen)
              .sort()
              .reverse(),
          );
          expect(look(baseline, flags, days)).toBe(baseline);
        }
        expect(readBaselineFile(writeBaselineFile(baseline!))).toEqual({ ok: true, value: baseline });
      }),
    );
  });

  it('is one of 31 at most where every day brings another', () => {
    expect(looks(...Array.from({ length: 100 }, (_none, day) => [day, day] as const)).states).toHaveLength(31);
  });
});
