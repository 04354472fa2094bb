import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/chain/memory/fingerprint.ts';
import type { Plan } from '../../../src/model/repair/plan.ts';
import { rivalOf } from '../../../src/repair/planning/make-plans.ts';
import { type Placed, standing } from '../../../src/repair/planning/standing.ts';
import { config, evidence, FRONT_RECORD, have } from '../../support/evidence-folder.ts';

const { endpoint } = FRONT_RECORD;
const CONFIG_PATH = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';

/** A plan made for one of two configurations, with or without a record, that leaves one of these. */
const plans = fc.record({
  config: fc.constantFrom('rests on a', 'rests on b', 'no matter'),
  record: fc.constantFrom('is there', 'is absent', 'no matter'),
  leaves: fc.uniqueArray(fc.constantFrom('a', 'b', 'record', 'no record'), { maxLength: 2 }),
});

const CONFIG = { kind: 'config' } as const;
const RECORD = { kind: 'record', endpoint } as const;
const [configA, configB] = [config(), config([], [])];
const shaOf = (text: typeof configA) => (text.known ? text.value.sha256 : '');

function planOf({ config: rests, record, leaves }: typeof plans extends fc.Arbitrary<infer Made> ? Made : never): Plan {
  const before = {
    ...(rests !== 'no matter' &&
      fingerprint(evidence({ config: rests === 'rests on a' ? configA : configB }), [CONFIG])),
    ...(record !== 'no matter' &&
      fingerprint(evidence({ records: have(record === 'is there' ? [FRONT_RECORD] : []) }), [RECORD])),
  };
  const holds = {
    a: { kind: 'file-is', path: CONFIG_PATH, sha256: shaOf(configA) },
    b: { kind: 'file-is', path: CONFIG_PATH, sha256: shaOf(configB) },
    record: { kind: 'record-is', record: FRONT_RECORD },
    'no record': { kind: 'record-absent', endpoint },
  } as const;
  return { before, covers: [], steps: leaves.map((left) => ({ holds: holds[left] })) } as unknown as Plan;
}

const clash = (one: Placed, other: Placed): boolean =>
  one.place < other.place
    ? rivalOf(other.plan, [one.plan]) !== undefined
    : rivalOf(one.plan, [other.plan]) !== undefined;

describe('plans beside each other', () => {
  it('clash with a further one where one of them does', () => {
    fc.assert(
      fc.property(fc.array(plans, { minLength: 1, maxLength: 6 }), fc.nat(5), (made, at) => {
        const placed = made.map((each, place) => ({ place, plan: planOf(each) }));
        const [further] = placed.splice(at % placed.length, 1);
        const expected = placed.some((each) => clash(each, further!));
        expect(standing(placed).clashes(further!)).toBe(expected);
      }),
    );
  });
});
