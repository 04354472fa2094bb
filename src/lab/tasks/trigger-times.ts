// When a trigger of the Task Scheduler fires, in milliseconds since 1970. The lab's time zone is UTC.

import { milliseconds } from './duration.ts';
import { textBelow } from './task-files.ts';
import { childrenOf, type XmlElement } from './xml-elements.ts';

/** The trigger's StartBoundary or EndBoundary; NaN without one. */
export function boundary(trigger: XmlElement, name: 'StartBoundary' | 'EndBoundary'): number {
  const text = textBelow(trigger, name);
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

/** When a time trigger fires next: at its start boundary, or at a repetition of it. */
export function nextTime(trigger: XmlElement, after: number): number | undefined {
  const start = boundary(trigger, 'StartBoundary');
  if (Number.isNaN(start)) return undefined;
  const next = after < start ? start : repetitionAfter(trigger, start, after);
  return next === undefined || next >= boundary(trigger, 'EndBoundary') ? undefined : next;
}

/** The first repetition later than `after` (at or after `start`) of what began at `start`; without a duration they never end. */
export function repetitionAfter(trigger: XmlElement, start: number, after: number): number | undefined {
  const [repetition] = childrenOf(trigger, 'Repetition');
  const interval = milliseconds(textBelow(repetition, 'Interval'));
  if (!interval) return undefined;
  const next = start + (Math.floor((after - start) / interval) + 1) * interval;
  const duration = milliseconds(textBelow(repetition, 'Duration')) ?? Number.POSITIVE_INFINITY;
  return next - start > duration ? undefined : next;
}
