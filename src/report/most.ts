// A terminal is no place for ten thousand findings.

import { paragraph } from './layout.ts';
import type { Style } from './style.ts';

/** At most this many of one kind are told one by one in a text; --json and --html tell all. */
export const MOST = 50;

/** Says how many more there are; '' where all were told. */
export function restLine(total: number, what: string, style: Style): string {
  if (total <= MOST) return '';
  return paragraph(
    style,
    [{ text: `... and ${total - MOST} more ${what}: check --json or --html FILE tells all`, as: 'dim' }],
    {
      first: 2,
      rest: 4,
    },
  );
}
