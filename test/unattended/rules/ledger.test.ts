import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../src/model/run/ledger.ts';
import { readLedgerFile, writeLedgerFile } from '../../../src/own-files/ledger-file.ts';
import {
  attempted,
  awaitingProof,
  calmAfter,
  emptyLedger,
  failed,
  looked,
  onClock,
  proofDone,
  withoutGone,
} from '../../../src/unattended/rules/ledger.ts';
import { neverThrows } from '../../support/fuzz.ts';
import { planOf } from '../../support/unattended-plans.ts';

const NOON = new Date('2026-03-02T12:00:00.000Z');
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);
const empty = emptyLedger(NOON);

const time = fc
  .integer({ min: -3_000_000, max: 3_000_000 })
  .map((seconds) => new Date(NOON.getTime() + seconds * 1000));
const ledgers: fc.Arbitrary<Ledger> = fc
  .record({
    looks: fc.array(time, { maxLength: 3 }),
    attempts: fc.array(fc.record({ at: time, subjects: fc.array(fc.string(), { maxLength: 2 }) }), { maxLength: 4 }),
    failures: fc.array(fc.record({ finding: fc.string(), count: fc.integer({ min: 1, max: 9 }), at: time }), {
      maxLength: 3,
    }),
    awaiting: fc.option(
      fc.record({ runId: fc.string(), at: time, findings: fc.array(fc.string()), endpoints: fc.array(fc.string()) }),
      {
        nil: undefined,
      },
    ),
  })
  .map(({ looks, attempts, failures, awaiting }) => {
    const text = (at: Date) => at.toISOString();
    return {
      seenAt: text(NOON),
      looks: looks.map(text),
      attempts: attempts.map((each) => ({ ...each, at: text(each.at) })),
      failures: failures.map((each) => ({ ...each, at: text(each.at) })),
      ...(awaiting && { awaiting: { ...awaiting, at: text(awaiting.at) } }),
    };
  });

describe('the ledger', () => {
  it('counts an attempt before it is made, by endpoint, or by finding where there is none', () => {
    const plans = [planOf('a'), planOf('b', { endpoints: [{ table: 'ip', name: '0.0.0.0:443' }] })];
    expect(attempted(empty, plans, NOON).attempts).toEqual([
      { at: NOON.toISOString(), subjects: ['a'] },
      { at: NOON.toISOString(), subjects: ['ip 0.0.0.0:443'] },
    ]);
  });

  it('forgets attempts after a day, and failures only with their finding', () => {
    const full = failed(attempted(empty, [planOf('a')], NOON), ['a', 'b'], NOON);
    expect(onClock(full, later(23 * 60 + 59)).attempts).toHaveLength(1);
    expect(onClock(full, later(24 * 60)).attempts).toHaveLength(0);
    expect(onClock(full, later(24 * 60 * 400)).failures).toHaveLength(2);
    expect(withoutGone(full, ['b']).failures.map(({ finding }) => finding)).toEqual(['b']);
  });

  it('counts failures in a row, each finding once a run', () => {
    const twice = failed(failed(empty, ['a', 'a'], NOON), ['a', 'b'], later(5));
    expect(twice.failures).toEqual([
      { finding: 'a', count: 2, at: later(5).toISOString() },
      { finding: 'b', count: 1, at: later(5).toISOString() },
    ]);
  });

  it('takes a clock that was set back along: nothing grows younger or older by it', () => {
    const full = failed(attempted(empty, [planOf('a')], NOON), ['a'], NOON);
    const seen = onClock(full, later(60));
    const back = onClock(seen, later(-600));
    expect(back.attempts[0]?.at).toBe(later(-660).toISOString());
    expect(back.failures[0]?.at).toBe(later(-660).toISOString());
  });

  it('never has a time that is yet to come, and keeps every age across a clock that is set back', () => {
    fc.assert(
      fc.property(ledgers, fc.integer({ min: 0, max: 5_000_000 }), (ledger, seconds) => {
        const now = new Date(NOON.getTime() - seconds * 1000);
        const on = onClock(ledger, now);
        const times = [...on.looks, ...[...on.attempts, ...on.failures].map(({ at }) => at)];
        for (const at of times) expect(Date.parse(at)).toBeLessThanOrEqual(now.getTime());
        for (const [index, { at }] of on.failures.entries()) {
          const before = Math.max(0, NOON.getTime() - Date.parse(ledger.failures[index]!.at));
          expect(now.getTime() - Date.parse(at)).toBe(before);
        }
        expect(onClock(on, now)).toEqual(on);
      }),
    );
  });

  it('waits out a storm: three looks in five minutes, and not one more', () => {
    const three = [0, 1, 2].reduce((ledger, minute) => looked(ledger, later(minute)), empty);
    expect(calmAfter(three, later(2))).toBe(3 * 60_000);
    expect(calmAfter(three, later(5))).toBe(0);
    expect(calmAfter(looked(looked(empty, NOON), NOON), NOON)).toBe(0);
    expect(looked(three, later(7)).looks).toHaveLength(3);
  });

  it('waits for the proof of all that was repaired, and begins the delay anew', () => {
    const repaired = (runId: string, at: Date, findings: readonly string[], endpoints: readonly string[]) => ({
      runId,
      at: at.toISOString(),
      findings,
      endpoints,
    });
    const first = awaitingProof(empty, repaired('0001', NOON, ['a'], ['x']));
    const both = awaitingProof(first, repaired('0002', later(1), ['b'], ['x', 'y']));
    expect(both.awaiting).toEqual(repaired('0002', later(1), ['a', 'b'], ['x', 'y']));
    expect(awaitingProof(first, repaired('0002', later(1), [], []))).toBe(first);
    expect(proofDone(both).awaiting).toBeUndefined();
  });
});

describe('self-heal.json', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(ledgers, (ledger) => {
        expect(readLedgerFile(writeLedgerFile(ledger))).toEqual({ ok: true, value: ledger });
      }),
    );
  });

  it.each(['', 'null', '{}', '{"formatVersion":2}', '[1]', '{"formatVersion":1,"seenAt":"yesterday"}'])(
    'refuses %s',
    (text) => {
      expect(readLedgerFile(Buffer.from(text)).ok).toBe(false);
    },
  );

  it('of another format version is refused by that version', () => {
    expect(readLedgerFile(Buffer.from('{"formatVersion":2,"new":[]}'))).toEqual({
      ok: false,
      error: 'it has format version 2, and this program reads 1',
    });
  });

  it('that is far too long is refused before it is read', () => {
    const long = Buffer.concat([writeLedgerFile(empty), Buffer.alloc(8 * 1024 * 1024, ' ')]);
    expect(readLedgerFile(long)).toMatchObject({ ok: false, error: expect.stringContaining('longer than') });
  });

  it.each([
    ['a time that is none', (text: string) => text.replace(NOON.toISOString(), 'yesterday')],
    ['a time in another spelling', (text: string) => text.replace('12:00:00.000Z', '12:00:00Z')],
    ['a field more', (text: string) => text.replace('"looks"', '"more": 1, "looks"')],
    ['bytes that are no UTF-8', (text: string) => text.replace('one', '\xff')],
  ])('refuses a whole one with %s', (_name, spoil) => {
    const text = Buffer.from(writeLedgerFile(failed(empty, ['one'], NOON))).toString('latin1');
    expect(readLedgerFile(Buffer.from(text, 'latin1')).ok).toBe(true);
    expect(spoil(text)).not.toBe(text);
    expect(readLedgerFile(Buffer.from(spoil(text), 'latin1')).ok).toBe(false);
  });

  it('never throws', () => {
    neverThrows(
      readLedgerFile,
      writeLedgerFile(
        failed(
          awaitingProof(empty, { runId: '1', at: NOON.toISOString(), findings: ['a'], endpoints: [] }),
          ['a'],
          NOON,
        ),
      ),
    );
  });
});
