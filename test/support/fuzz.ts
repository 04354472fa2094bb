import fc from 'fast-check';
import { expect } from 'vitest';

/** Cases for each reader: few in the suite, FUZZ_RUNS=100000 in the long run. */
export const FUZZ_RUNS = Number(process.env.FUZZ_RUNS ?? 200);

/** Bytes as a bad disk, a cut transfer or a hostile hand would leave them: noise, or a good file made bad. */
export function badBytes(...good: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const seed = fc.constantFrom(...good);
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const at = (bytes: Uint8Array, where: number) => Math.min(bytes.length, Math.floor(where * (bytes.length + 1)));
  const cut = fc.tuple(seed, place).map(([bytes, where]) => bytes.subarray(0, at(bytes, where)));
  const spoiled = fc
    .tuple(seed, fc.array(fc.tuple(place, hostile), { minLength: 1, maxLength: 8 }))
    .map(([bytes, changes]) => {
      const copy = new Uint8Array(bytes);
      for (const [where, value] of changes) {
        const start = at(copy, where);
        copy.set(value.subarray(0, copy.length - start), start);
      }
      return copy;
    });
  const without = fc.tuple(seed, place, place).map(([bytes, from, to]) => {
    const [first, last] = [at(bytes, Math.min(from, to)), at(bytes, Math.max(from, to))];
    return Buffer.concat([bytes.subarray(0, first), bytes.subarray(last)]);
  });
  const doubled = fc.tuple(seed, place, place).map(([bytes, from, to]) => {
    const [first, last] = [at(bytes, Math.min(from, to)), at(bytes, Math.max(from, to))];
    return Buffer.concat([bytes.subarray(0, last), bytes.subarray(first)]);
  });
  return fc.oneof(fc.uint8Array({ maxLength: 600 }), cut, spoiled, without, doubled);
}

/** Lengths and offsets that overflow, and the characters that carry structure in text. */
const hostile = fc
  .oneof(
    fc.constantFrom(
      [0xff, 0xff, 0xff, 0xff],
      [0, 0, 0, 0x80],
      [0xff, 0xff, 0xff, 0x7f],
      [0, 0, 0, 0],
      [0x84, 0xff, 0xff, 0xff, 0xff],
    ),
    fc.constantFrom(...'\0\n\r\\"[](){}:;,=%-'.split('').map((character) => [character.charCodeAt(0)])),
    fc.array(fc.nat(255), { minLength: 1, maxLength: 6 }),
  )
  .map((bytes) => Uint8Array.from(bytes));

/** The reader answers every case with a value, and an answer that is `ok: false` says why. */
export function neverThrows(read: (bytes: Uint8Array) => unknown, ...good: readonly Uint8Array[]): void {
  const property = fc.property(badBytes(...good), (bytes) => {
    const answer = read(bytes) as { ok?: boolean; error?: string } | undefined;
    if (answer?.ok === false) expect(answer.error).toMatch(/[^.\s]$/);
  });
  fc.assert(property, { numRuns: FUZZ_RUNS });
}
