import { describe, expect, it } from 'vitest';
import { UNATTENDED_OUTCOMES } from '../../../src/model/run/run-outcome.ts';
import { eventType, MOST_EVENTS_A_DAY, worthTelling } from '../../../src/unattended/rules/outcomes.ts';

const NOON = new Date('2026-03-02T12:00:00.000Z');
const told = (text: string, hoursAgo: number) => ({
  text,
  time: new Date(NOON.getTime() - hoursAgo * 3_600_000).toISOString(),
});

describe('an entry in the event log', () => {
  it('has an id of its own, from 1 to 1000, and trouble has 200 and more', () => {
    const ids = Object.values(UNATTENDED_OUTCOMES).flatMap(({ event }) => event ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toBeGreaterThan(0);
      expect(id).toBeLessThanOrEqual(1000);
      expect(eventType(id) === 'INFORMATION').toBe(id < 200);
    }
  });

  it('is made for what is new, and for the same once a day', () => {
    expect(worthTelling('needs-person', 'a', [], NOON)).toBe(true);
    expect(worthTelling('needs-person', 'a', [told('a', 1)], NOON)).toBe(false);
    expect(worthTelling('needs-person', 'b', [told('a', 1)], NOON)).toBe(true);
    expect(worthTelling('needs-person', 'a', [told('a', 24)], NOON)).toBe(true);
    expect(worthTelling('needs-person', 'a', [told('b', 1), told('a', 2)], NOON)).toBe(true);
  });

  it('is never made of a healthy look, and always of a success', () => {
    expect(worthTelling('healthy', 'a', [], NOON)).toBe(false);
    expect(worthTelling('repaired', 'a', [], NOON)).toBe(false);
    expect(worthTelling('healed', 'a', [told('a', 0)], NOON)).toBe(true);
  });

  it('is not silenced by an entry from the future: the clock was set back', () => {
    expect(worthTelling('needs-person', 'a', [told('a', -5)], NOON)).toBe(true);
  });

  it('is no other one for another number of endpoints that were greeted in time', () => {
    const text = (count: number) => `A. ${count} of 500 endpoints were greeted in 30 s; the rest is not checked.`;
    expect(worthTelling('not-checked', text(412), [told(text(407), 1)], NOON)).toBe(false);
    expect(worthTelling('not-checked', `${text(412)} B`, [told(text(407), 1)], NOON)).toBe(true);
  });

  it('is compared without the letters that a code page changes', () => {
    expect(worthTelling('needs-person', 'Müller is down', [told('M\uFFFDller is down', 1)], NOON)).toBe(false);
    expect(worthTelling('needs-person', '日本 is down', [told('?? is down', 1)], NOON)).toBe(false);
  });

  it('has a bound for a day, whatever changes', () => {
    const many = Array.from({ length: MOST_EVENTS_A_DAY }, (_, index) => told(`text ${index}`, 1));
    expect(worthTelling('needs-person', 'new', many, NOON)).toBe(false);
    expect(worthTelling('healed', 'new', many, NOON)).toBe(false);
    expect(worthTelling('needs-person', 'new', many.slice(1), NOON)).toBe(true);
  });
});
