import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/formats/tasks/csv.ts';
import { badBytes, FUZZ_RUNS } from '../../support/fuzz.ts';

const rows = (field: fc.Arbitrary<string>) =>
  fc.array(fc.array(field, { minLength: 1, maxLength: 30 }), { maxLength: 5 });
const written = (table: readonly (readonly string[])[], quoted: (field: string) => string) =>
  table.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
const characters = (...all: string[]) => fc.string({ unit: fc.constantFrom(...all), maxLength: 8 });

describe('readCsv', () => {
  it.each([
    ['"a","b c",""', ['a', 'b c', '']],
    ['a,,b', ['a', '', 'b']],
    ['"say ""x"", please","y"', ['say "x", please', 'y']],
    // As it is printed where nobody doubles the quotes of a command line.
    ['"W","\\t",""C:\\a b.exe" "C:\\c" fix","x"', ['W', '\\t', '"C:\\a b.exe" "C:\\c" fix', 'x']],
    ['"never closed, it goes on', ['never closed, it goes on']],
    ['"a",', ['a', '']],
  ])('reads %s', (line, fields) => {
    expect(readCsv(line)).toEqual([fields]);
  });

  it('reads rows with any line end, and none from nothing', () => {
    expect(readCsv('"a"\r\n\r\n"b"\n"c"\r')).toEqual([['a'], ['b'], ['c']]);
    expect(readCsv('\r\n')).toEqual([]);
  });

  it('reads back what was written with its quotes doubled', () => {
    const table = rows(characters('a', '"', ',', ' ', 'ö', '\\'));
    const doubled = (field: string) => `"${field.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(table, (all) => {
        expect(readCsv(written(all, doubled))).toEqual(all);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('reads back what was written as it is, where no quote stands before a comma, an end or a quote', () => {
    const table = rows(characters('a', '"b', ',', ' '));
    fc.assert(
      fc.property(table, (all) => {
        expect(readCsv(written(all, (field) => `"${field}"`))).toEqual(all);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('answers any text', () => {
    fc.assert(
      fc.property(badBytes(Buffer.from('"a","b ""c""",,d\r\n')), (bytes) => {
        for (const row of readCsv(Buffer.from(bytes).toString('latin1'))) expect(row.length).toBeGreaterThan(0);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
