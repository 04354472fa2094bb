import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { paragraph, printable, verbatim, whole } from '../../../src/report/terminal/layout.ts';

const plain = (width: number) => ({ color: false, width, unicode: true });
const word = fc.stringMatching(/^[!-~]{1,50}$/);

/** Emoji of one sign and of several, combining marks, Japanese, Hangul in parts, Arabic, and what turns the writing. */
const SIGNS = [
  'a',
  '\u{1f600}',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  '\u{1f44d}\u{1f3fd}',
  '\u{1f1e9}\u{1f1ea}',
  '1\ufe0f\u20e3',
  '\u2764\ufe0f',
  'e\u0301',
  'n\u0303\u0323',
  '\u8a3c',
  '\u30ab\uff9e',
  '\u1100\u1161',
  '\u0639',
  '\u0e01\u0e33',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
];
const STRANGE = fc.array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 12 }).map((all) => all.join(''));

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

  it('takes no line wider than there is room, in any writing, unless it is one word', () => {
    fc.assert(
      fc.property(
        fc.array(STRANGE, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 20, max: 120 }),
        (words, width) => {
          for (const line of paragraph(plain(width), [words.join(' ')], { first: 2, rest: 4 }).split('\n'))
            if (line.trim().includes(' ')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('counts every letter as string-width does', () => {
    const letters = fc.array(
      fc.constantFrom(
        'a',
        '\u00fc',
        'u\u0308',
        '\u30ab',
        '\u30ac',
        '\uff76',
        '\u5e97',
        '\ud55c',
        '\u0e01\u0e34',
        '\u05d0',
        '\u20ac',
        '\u2603',
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(letters, (signs) => {
        const word = signs.join('');
        const width = stringWidth(word);
        expect(paragraph(plain(width * 2 + 1), [`${word} ${word}`]).split('\n')).toHaveLength(1);
        expect(paragraph(plain(width * 2), [`${word} ${word}`]).split('\n')).toHaveLength(2);
      }),
    );
  });

  it('counts a flag and a hand with its colour as the two columns that they take', () => {
    for (const sign of ['\u{1f44d}\u{1f3fd}', '\u{1f1ef}\u{1f1f5}']) {
      expect(paragraph(plain(5), [`${sign} ${sign}`]).split('\n')).toHaveLength(1);
      expect(paragraph(plain(4), [`${sign} ${sign}`]).split('\n')).toHaveLength(2);
    }
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
