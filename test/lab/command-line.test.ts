import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLineWords } from '../../src/lab/command-line.ts';
import { milliseconds } from '../../src/lab/tasks/duration.ts';
import { FUZZ_RUNS } from '../support/fuzz.ts';

/** A word as the documentation of CommandLineToArgvW says that it must be quoted. */
const quoted = (word: string): string => `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;

describe('commandLineWords', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    ['  \t ', []],
    ['fix --yes  --unattended', ['fix', '--yes', '--unattended']],
    ['"C:\\Program Files\\a.mjs" fix', ['C:\\Program Files\\a.mjs', 'fix']],
    ['a"b c"d e', ['ab cd', 'e']],
    ['"" x', ['', 'x']],
    // The table of the documentation.
    ['"abc" d e', ['abc', 'd', 'e']],
    ['a\\\\\\b d"e f"g h', ['a\\\\\\b', 'de fg', 'h']],
    ['a\\\\\\"b c d', ['a\\"b', 'c', 'd']],
    ['a\\\\\\\\"b c" d e', ['a\\\\b c', 'd', 'e']],
    ['"never closed x', ['never closed x']],
  ])('splits %s', (line, words) => {
    expect(commandLineWords(line)).toEqual(words);
  });

  it('gives back every word that was quoted', () => {
    const word = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\t', 'ö', '-'), maxLength: 10 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(commandLineWords(words.map(quoted).join(' '))).toEqual(words);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});

describe('milliseconds', () => {
  it.each([
    ['PT2M', 120_000],
    ['PT30S', 30_000],
    ['PT1H', 3_600_000],
    ['P1DT1H1M1S', 90_061_000],
    ['PT0S', 0],
    ['P', undefined],
    ['PT', undefined],
    ['P1DT', undefined],
    ['P1M', undefined],
    ['2 minutes', undefined],
    ['', undefined],
  ])('reads %s', (text, expected) => {
    expect(milliseconds(text)).toBe(expected);
  });
});
