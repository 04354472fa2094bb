import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newKeys } from '../../../src/lab/certificates/new-keys.ts';

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

  it('are those that were made before, as long as there are any', () => {
    const [before, later] = [[{}, {}, {}] as KeyObject[], {} as KeyObject];
    const next = newKeys(before, () => later);
    const keys = Array.from({ length: 4 }, next);
    expect(keys.map((key) => [...before, later].indexOf(key))).toEqual([0, 1, 2, 3]);
  });
});
