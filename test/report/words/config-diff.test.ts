import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/formats/iis/metadata-edit.ts';
import { diffOfEdits } from '../../../src/report/words/config-diff.ts';

const lines = (text: string) => text.split(/\r\n|\n|\r/);

describe('diffOfEdits', () => {
  it('shows a removed line, and not the one before it, whose line break the edit took', () => {
    const text = 'a\r\n  b\r\nc\r\n';
    expect(diffOfEdits(text, [{ start: 1, end: 6, text: '' }])).toEqual([{ line: 2, removed: ['  b'], added: [] }]);
  });

  it('shows a changed line before and after', () => {
    expect(diffOfEdits('a\nb=1\nc', [{ start: 4, end: 5, text: '2' }])).toEqual([
      { line: 2, removed: ['b=1'], added: ['b=2'] },
    ]);
  });

  it('shows of a very long line only what is edited: the rest may hold secrets', () => {
    const text = `<x password="secret">${' '.repeat(400)}<y v="1"/></x>`;
    const start = text.indexOf('1');
    expect(diffOfEdits(text, [{ start, end: start + 1, text: '2' }])).toEqual([
      { line: 1, removed: ['1'], added: ['2'] },
    ]);
  });

  it('turns the lines before into the lines after, whatever is edited', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 40 });
    const cuts = fc.uniqueArray(fc.tuple(fc.nat(40), fc.constantFrom('', 'x', '\n', 'y\nz')), {
      selector: ([at]) => at,
      maxLength: 8,
    });
    fc.assert(
      fc.property(text, cuts, (before, some) => {
        const sorted = some.filter(([at]) => at <= before.length).sort(([a], [b]) => a - b);
        const edits = sorted.flatMap(([start, text], index) => {
          const [end] = sorted[index + 1] ?? [];
          return index % 2 === 0 && end !== undefined ? [{ start, end, text }] : [];
        });
        const result = lines(before);
        for (const { line, removed, added } of [...diffOfEdits(before, edits)].reverse()) {
          expect(result.splice(line - 1, removed.length, ...added)).toEqual(removed);
        }
        expect(result).toEqual(lines(applyEdits(before, edits)));
      }),
      { numRuns: 1000 },
    );
  });
});
