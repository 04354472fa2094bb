import { describe, expect, it } from 'vitest';
import { boundary, nextTime, repetitionAfter } from '../../../src/lab/tasks/trigger-times.ts';
import { isElement, parseXml, type XmlElement } from '../../../src/lab/tasks/xml-elements.ts';

function trigger(inside: string): XmlElement {
  const element = parseXml(`<TimeTrigger>${inside}</TimeTrigger>`);
  if (!isElement(element)) throw new Error('no element');
  return element;
}

const at = (text: string) => Date.parse(`2026-01-10T${text}Z`);
const START = '<StartBoundary>2026-01-10T08:00:00</StartBoundary>';
const HOURLY = '<Repetition><Interval>PT1H</Interval></Repetition>';

describe('a boundary', () => {
  it.each([
    ['2026-01-10T08:00:00', at('08:00:00')],
    ['2026-01-10T08:00:00Z', at('08:00:00')],
    ['2026-01-10T08:00:00+02:30', at('05:30:00')],
    ['2026-01-10T08:00:00-02:30', at('10:30:00')],
    ['', Number.NaN],
  ])('is a time of the lab, or of the zone that it names: %s', (text, expected) => {
    expect(boundary(trigger(`<StartBoundary>${text}</StartBoundary>`), 'StartBoundary')).toBe(expected);
  });
});

describe('the next time of a trigger', () => {
  const END = '<EndBoundary>2026-01-10T10:00:00</EndBoundary>';

  it.each<[string, string, string, number | undefined]>([
    ['before its start', `${START}${HOURLY}`, '07:59:59', at('08:00:00')],
    ['at its start', `${START}${HOURLY}`, '08:00:00', at('09:00:00')],
    ['after it', `${START}${HOURLY}`, '11:30:00', at('12:00:00')],
    ['after it, once only', START, '08:00:00', undefined],
    ['before its end', `${START}${END}${HOURLY}`, '08:30:00', at('09:00:00')],
    ['at its end', `${START}${END}${HOURLY}`, '09:00:00', undefined],
    ['without a start', HOURLY, '08:00:00', undefined],
  ])('%s', (_name, inside, after, expected) => {
    expect(nextTime(trigger(inside), at(after))).toBe(expected);
  });

  it('is no repetition when its duration is over', () => {
    const repeated = trigger('<Repetition><Interval>PT1H</Interval><Duration>PT2H</Duration></Repetition>');
    const start = at('08:00:00');
    expect(repetitionAfter(repeated, start, at('09:59:59'))).toBe(at('10:00:00'));
    expect(repetitionAfter(repeated, start, at('10:00:00'))).toBeUndefined();
    expect(repetitionAfter(trigger(''), start, start)).toBeUndefined();
    expect(repetitionAfter(trigger(HOURLY.replace('PT1H', 'PT0S')), start, start)).toBeUndefined();
  });
});
