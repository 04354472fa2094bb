// Chance that can be repeated.

/** So many numbers below `below`, one from each equal part of it, chosen by a seed. */
export function sample(count: number, below: number, seed: number): readonly number[] {
  const random = numbersFrom(seed);
  return Array.from({ length: count }, (_, part) => Math.floor(((part + random()) * below) / count));
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
