import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../src/model/server/healthy-state.ts';
import { readBaselineFile, writeBaselineFile } from '../../src/own-files/baseline.ts';
import { healthyWith, record, thumb } from '../support/evidence-folder.ts';
import { neverThrows } from '../support/fuzz.ts';

const state = {
  ...healthyWith(record('ip', '0.0.0.0:443', { thumbprint: thumb('front') })),
  certificates: [
    {
      thumbprint: thumb('front'),
      store: 'MY',
      subject: 'CN=front',
      names: ['front'],
      notAfter: '2027-01-01T00:00:00.000Z',
    },
  ],
};
const good = { formatVersion: 2, states: [state] };
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const changed = (changes: object) => json({ ...good, states: [{ ...state, ...changes }] });
const spoiled = (changes: object) => changed({ records: [{ ...state.records[0], ...changes }] });

const text = fc.string({ unit: 'binary', maxLength: 12 });
const bits = fc.nat(0xffffffff);
const hash = fc.oneof(
  fc.constant(''),
  fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase()),
);
const time = fc
  .date({ min: new Date(0), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString());
const anyRecord = fc.record(
  {
    endpoint: fc.record({ table: fc.constantFrom('ip', 'sni', 'ccs'), name: text }, { noNullPrototype: true }),
    thumbprint: hash,
    appId: text,
    store: text,
    checkMode: bits,
    freshnessTime: bits,
    urlTimeout: bits,
    ctlIdentifier: text,
    ctlStore: text,
    flags: bits,
    notUnderstood: fc.array(text, { maxLength: 2 }),
  },
  { noNullPrototype: true },
);
const anyState = fc
  .record(
    {
      times: fc.tuple(time, time).map((both) => both.sort()),
      records: fc.array(anyRecord, { maxLength: 3 }),
      bindings: fc.array(
        fc.record({ siteId: bits, site: text, information: text, sslFlags: bits }, { noNullPrototype: true }),
        { maxLength: 3 },
      ),
      certificates: fc.array(
        fc.record(
          { thumbprint: hash, store: text, subject: text, names: fc.array(text, { maxLength: 2 }), notAfter: time },
          { noNullPrototype: true },
        ),
        { maxLength: 3 },
      ),
    },
    { noNullPrototype: true },
  )
  .map(({ times: [firstSeen = '', lastSeen = ''], ...content }) => ({ firstSeen, lastSeen, ...content }));
const anyBaseline: fc.Arbitrary<Baseline> = fc.array(anyState, { minLength: 1, maxLength: 31 }).map((states) => ({
  states: states.sort((a, b) => (a.lastSeen < b.lastSeen ? 1 : a.lastSeen > b.lastSeen ? -1 : 0)),
}));

describe('readBaselineFile', () => {
  it('reads the states', () => {
    expect(readBaselineFile(json(good))).toEqual({ ok: true, value: { states: [state] } });
  });

  it('reads what is written, every value', () => {
    fc.assert(
      fc.property(anyBaseline, (baseline) => {
        expect(readBaselineFile(writeBaselineFile(baseline))).toEqual({ ok: true, value: baseline });
      }),
    );
  });

  it.each([
    ['no JSON', json(good).subarray(1), 'the baseline is not JSON'],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe]), 'the baseline is not JSON'],
    [
      'another version',
      json({ ...good, formatVersion: 3 }),
      'the baseline has format version 3, and this program reads 2',
    ],
    ['nothing in it', json(null), 'the baseline is not one of this program'],
    [
      'an accepted name without a hash',
      changed({ accepted: [{ host: 'a.test', thumbprint: 'x' }] }),
      'the baseline is not one of this program: states.0.accepted.0.thumbprint is not as it should be',
    ],
    [
      'no state',
      json({ ...good, states: [] }),
      'the baseline is not one of this program: states is not as it should be',
    ],
    ['an unknown field', json({ ...good, '\u001b[2J': 1 }), 'the baseline is not one of this program'],
    ['too many states', json({ ...good, states: Array.from({ length: 32 }, () => state) }), placed('states')],
    ['a record that lacks a value', changed({ records: [{}] }), placed('states.0.records.0.endpoint')],
    ['a hash that is none', spoiled({ thumbprint: 'abc' }), placed('states.0.records.0.thumbprint')],
    ['a number that is none', spoiled({ flags: -1 }), placed('states.0.records.0.flags')],
    ['a number out of range', spoiled({ flags: 2 ** 32 }), placed('states.0.records.0.flags')],
    ['a time that is none', changed({ lastSeen: 'yesterday' }), placed('states.0.lastSeen')],
    ['a time of another spelling', changed({ lastSeen: '2026-02-01' }), placed('states.0.lastSeen')],
    ['a state that ends before it begins', changed({ lastSeen: '2025-01-01T00:00:00.000Z' }), placed('states.0')],
    [
      'states out of order',
      json({ ...good, states: [state, { ...state, lastSeen: '2026-02-01T00:00:00.000Z' }] }),
      placed('states'),
    ],
  ])('refuses %s', (_name, bytes, error) => {
    expect(readBaselineFile(bytes)).toEqual({ ok: false, error });
  });

  it('answers any bytes', () => neverThrows(readBaselineFile, json(good), writeBaselineFile({ states: [state] })));
});

function placed(path: string): string {
  return `the baseline is not one of this program: ${path} is not as it should be`;
}
