import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WEEKDAYS } from '../../../src/model/run/policy.ts';
import { mayRepairAt } from '../../../src/unattended/rules/windows.ts';

/** Local time, as a window is read; 2026-03-02 is a Monday. */
const at = (day: number, hour: number, minute = 0): Date => new Date(2026, 2, 1 + day, hour, minute);
const MON = 1;
const TUE = 2;

describe('a maintenance window', () => {
  it('is always open where there is none', () => {
    expect(mayRepairAt([], at(MON, 3))).toBe(true);
  });

  it('opens at its first minute and closes at its last', () => {
    const windows = [{ days: ['Mon' as const], from: 120, to: 240 }];
    expect(
      [at(MON, 1, 59), at(MON, 2), at(MON, 3, 59), at(MON, 4), at(TUE, 3)].map((now) => mayRepairAt(windows, now)),
    ).toEqual([false, true, true, false, false]);
  });

  it('over midnight belongs to the day on which it begins', () => {
    const windows = [{ days: ['Mon' as const], from: 22 * 60, to: 5 * 60 }];
    expect(
      [at(MON, 21, 59), at(MON, 23), at(TUE, 4, 59), at(TUE, 5), at(MON, 4)].map((now) => mayRepairAt(windows, now)),
    ).toEqual([false, true, true, false, false]);
  });

  it('that ends when it begins is open for a whole day', () => {
    const windows = [{ days: ['Mon' as const], from: 600, to: 600 }];
    expect([at(MON, 10), at(TUE, 9, 59), at(TUE, 10)].map((now) => mayRepairAt(windows, now))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is open exactly as long as it is wide, in every week', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(fc.constantFrom(...WEEKDAYS), minute, minute, (day, from, to) => {
        const open = Array.from({ length: 7 * 24 * 4 }).filter((_, quarter) => {
          const now = new Date(2026, 0, 4, 0, quarter * 15 + (from % 15));
          return mayRepairAt([{ days: [day], from, to }], now);
        });
        const length = (to - from + 1440) % 1440 || 1440;
        expect(open).toHaveLength(Math.ceil(length / 15));
      }),
      { numRuns: 50 },
    );
  });
});
