import { describe, expect, it } from 'vitest';
import { readBaselineFile } from '../../src/formats/baseline.ts';
import { record } from '../evidence/build.ts';
import { neverThrows } from '../fuzz.ts';

const good = { formatVersion: 1, savedAt: '2026-03-01T12:00:00.000Z', records: [record('ip', '0.0.0.0:443')] };
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('readBaselineFile', () => {
  it('reads the records', () => {
    const { savedAt, records } = good;
    expect(readBaselineFile(json(good))).toMatchObject({ ok: true, value: { savedAt, records } });
  });

  it.each([
    [json({ ...good, formatVersion: 2 }), 'the baseline is not one of this program'],
    [json({ ...good, records: [{}] }), 'the baseline is not one of this program'],
    [json(good).subarray(1), 'the baseline is not JSON'],
  ])('refuses another shape', (bytes, error) => {
    expect(readBaselineFile(bytes)).toEqual({ ok: false, error });
  });

  it('answers any bytes', () => neverThrows(readBaselineFile, json(good)));
});
