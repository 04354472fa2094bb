import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeKeys, newKeys } from '../../../src/lab/certificates/new-keys.ts';

describe('the keys of a new lab', () => {
  it('are made for the first sites alone, however many there are', () => {
    let made = 0;
    const next = newKeys([], () => {
      made += 1;
      return { made } as unknown as KeyObject;
    });
    const keys = Array.from({ length: 1000 }, next);
    expect(made).toBe(24);
    expect(new Set(keys.slice(0, 24)).size).toBe(24);
    const [first, rest] = [keys.slice(0, 16), keys.slice(16)];
    expect(rest.some((key) => first.includes(key))).toBe(false);
  });

  it('are those that were made before, as long as there are any', async () => {
    const before = await makeKeys(3);
    const next = newKeys(before, () => ({}) as KeyObject);
    expect(Array.from({ length: 3 }, next)).toEqual(before);
    expect(before.map(({ asymmetricKeyDetails }) => asymmetricKeyDetails?.modulusLength)).toEqual([2048, 2048, 2048]);
    expect(next()).toEqual({});
  });
});
