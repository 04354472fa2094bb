import { describe, expect, it } from 'vitest';
import { validityAt } from '../../src/chain/certificates/certificates.ts';

const facts = { notBefore: '2025-01-01T00:00:00.000Z', notAfter: '2027-01-01T00:00:00.000Z' };

describe('the validity of a certificate', () => {
  it.each([
    ['2024-12-31T23:59:59.999Z', 'not-yet'],
    ['2025-01-01T00:00:00.000Z', 'valid'],
    ['2026-06-01T00:00:00Z', 'valid'],
    ['2027-01-01T00:00:00.000Z', 'valid'],
    ['2027-01-01T00:00:00Z', 'valid'],
    ['2027-01-01T01:00:00+01:00', 'valid'],
    ['2027-01-01T00:00:00.001Z', 'expired'],
  ])('counts its first and its last instant, however the time is written: %s', (at, expected) => {
    expect(validityAt(facts, at)).toBe(expected);
  });
});
