// What somebody may have meant.

import { CODES } from './codes.ts';
import { EVENTS } from './events.ts';

/** The known name or number that is most like `text`, `more` among them; undefined when nothing is like it. */
export function closest(text: string, more: readonly string[] = []): string | undefined {
  const wanted = text.trim().toLowerCase();
  const names = CODES.flatMap(({ name, also }) => (also === undefined ? [name] : [name, also]));
  const values = CODES.map(({ value }) => `0x${value.toString(16).toUpperCase()}`);
  const candidates = [...more, ...names, ...values, ...EVENTS.map(({ id }) => String(id))];
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: distanceBetween(wanted, candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= Math.min(4, Math.floor(wanted.length / 3)) ? best.candidate : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one to the other. */
function distanceBetween(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
