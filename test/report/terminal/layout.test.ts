import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paragraph, printable, verbatim, whole } from '../../../src/report/terminal/layout.ts';

const plain = (width: number) => ({ color: false, width, unicode: true });
const word = fc.stringMatching(/^[!-~]{1,50}$/);

describe('paragraph', () => {
  it('keeps every word whole and in order, and every line that holds several words within the width', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 20, max: 120 }), (words, width) => {
        const lines = paragraph(plain(width), [words.join(' ')], { first: 2, rest: 4 }).split('\n');
        expect(
          lines
            .join(' ')
            .split(' ')
            .filter((each) => each !== ''),
        ).toEqual(words);
        for (const line of lines) if (line.trim().includes(' ')) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('counts the two columns of a Japanese sign, and none of a combining one', () => {
    const lines = paragraph(plain(40), [Array(9).fill('証明書の鍵').join(' ')]).split('\n');
    expect(lines.map((line) => [...line].length)).toEqual([17, 17, 17]);
    expect(paragraph(plain(11), ['e\u0301e\u0301e\u0301e\u0301e\u0301 abcde'])).not.toContain('\n');
  });

  it('gives a thumbprint a line of its own, and less indent where it then fits', () => {
    const thumbprint = 'AB'.repeat(20);
    expect(paragraph(plain(40), [`holds ${thumbprint} only`], { first: 2, rest: 6 })).toBe(
      `  holds\n${thumbprint}\n      only`,
    );
    expect(paragraph(plain(38), [`holds ${thumbprint}`], { first: 2, rest: 6 })).toBe(`  holds\n      ${thumbprint}`);
  });

  it('colours words and not the line, so that colour takes no room', () => {
    const style = { color: true, width: 9, unicode: true };
    expect(paragraph(style, [{ text: 'two words', as: 'bad' }, ': yes'])).toBe(
      '\u001b[31mtwo\u001b[39m\n\u001b[31mwords\u001b[39m:\nyes',
    );
  });

  it('does not break what is said to be whole', () => {
    expect(paragraph(plain(12), [`in ${whole('C:\\My Folder')}`])).toBe('in\nC:\\My Folder');
  });
});

describe('printable', () => {
  it('shows control characters and signs that turn the writing, and never sends them', () => {
    expect(printable('a\u001b[2Jb\u0007\u202egnp\u0085')).toBe('a\\u001b[2Jb\\u0007\\u202egnp\\u0085');
    expect(printable('one\r\n\ttwo')).toBe('one two');
  });

  it('is applied to a line that is written as it is', () => {
    expect(verbatim('a\u001bb', 2)).toBe('  a\\u001bb');
  });
});
