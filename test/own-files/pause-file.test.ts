import { describe, expect, it } from 'vitest';
import { durationOf, pauseIn, pauseText } from '../../src/own-files/pause-file.ts';

const NOW = new Date('2026-03-02T09:00:00.000Z');
const LATER = '2026-03-02T09:00:00.001Z';

describe('the pause file', () => {
  it.each([
    ['nothing', '', {}],
    ['what somebody has written', 'back on Monday', {}],
    ['another spelling of a time', 'until tomorrow', {}],
    ['a day that no calendar has', 'until 2026-13-45T00:00:00Z', {}],
    ['a time and more', `until ${LATER} or so`, {}],
    ['a time that is to come', `until ${LATER}`, { until: LATER }],
    ['one with a line behind it', `until ${LATER}\r\n`, { until: LATER }],
    ['this very moment', `until ${NOW.toISOString()}`, undefined],
    ['a time that is over', 'until 2026-03-02T08:59:59Z', undefined],
  ])('with %s', (_what, text, pause) => {
    expect(pauseIn(Buffer.from(text), NOW)).toEqual(pause);
  });

  it.each([[{}], [{ until: LATER }]])('%j is read as it was written', (pause) => {
    expect(pauseIn(Buffer.from(pauseText(pause)), NOW)).toEqual(pause);
  });

  it.each([
    ['1m', 60_000],
    ['30m', 1_800_000],
    ['4h', 14_400_000],
    ['366d', 31_622_400_000],
    ['367d', undefined],
    ['0h', undefined],
    ['-1h', undefined],
    ['4', undefined],
    ['4 h', undefined],
    ['1h30m', undefined],
    ['1e3h', undefined],
    ['', undefined],
  ])('%s is %s milliseconds', (text, milliseconds) => {
    expect(durationOf(text)).toBe(milliseconds);
  });
});
