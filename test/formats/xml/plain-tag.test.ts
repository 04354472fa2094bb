import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTag } from '../../../src/formats/xml/plain-tag.ts';
import { decodeAttribute, scanStartTag } from '../../../src/formats/xml/tag.ts';

const sign = fc.constantFrom(...'ab-.:1\u00e9 \t\r\n="\'<>&;/');
const written = fc.oneof(
  fc.string({ unit: sign, maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(' a="1"', ' b=""', ' \u00e9="x"', ' c="\u00e9>"', " d='1'", ' e="&amp;"', '\n\tf="1 2"', 'g="1"'),
      {
        maxLength: 4,
      },
    )
    .map((parts) => `name${parts.join('')}`),
);

describe('plainTag', () => {
  it('says of a tag what the scanner says, or nothing', () => {
    fc.assert(
      fc.property(written, fc.constantFrom('>', '/>', ' />', '', ' / >'), (inside, end) => {
        const text = `x<${inside}${end}<b>`;
        const plain = plainTag(text, 1);
        if (plain === undefined) return;
        const scanned = scanStartTag(text, 1);
        expect(scanned).toMatchObject({ ok: true });
        if (!scanned.ok) return;
        const { attributes, ...rest } = scanned.value;
        const { attributes: values, ...same } = plain;
        expect(same).toEqual(rest);
        expect([...values]).toEqual(
          attributes.map(({ name, range }) => [name, decodeAttribute(text.slice(range.start, range.end))]),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['<a>', '<a b="1"/>', '<add name="x y" value="a>b" />', '<a\r\n  b="\u00e9">'])('takes %j', (text) => {
    expect(plainTag(text, 0)).toMatchObject({ end: text.length });
  });

  it.each([
    '<a b="1" b="2">',
    '<a b="&amp;">',
    "<a b='1'>",
    '<a b="1"c="2">',
    '<\u00e9>',
    `<${'a'.repeat(101)}>`,
    '<a b="1"',
  ])('leaves %j to the scanner', (text) => {
    expect(plainTag(text, 0)).toBeUndefined();
  });
});
