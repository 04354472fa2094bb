import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeNamed, emptyTag, isSelfClosing, readPlainTag } from '../../../src/formats/xml/plain-tag.ts';
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

/** What the plain reader says, in the scanner's form; undefined where it leaves the tag to the scanner. */
function plainTag(text: string, at: number) {
  const tag = emptyTag();
  if (!readPlainTag(text, at, tag)) return undefined;
  const attributes = Array.from({ length: tag.count }, (_, index) => {
    const [from, to, start = 0, end = 0] = tag.places.subarray(4 * index);
    return { name: text.slice(from, to), range: { start, end } };
  });
  const name = text.slice(at + 1, tag.nameEnd);
  return { tag, scanned: { name, attributes, end: tag.end, selfClosing: isSelfClosing(text, tag) } };
}

describe('readPlainTag', () => {
  it('says of a tag what the scanner says, or nothing', () => {
    fc.assert(
      fc.property(written, fc.constantFrom('>', '/>', ' />', '', ' / >'), (inside, end) => {
        const text = `x<${inside}${end}<b>`;
        const plain = plainTag(text, 1);
        if (plain === undefined) return;
        const scanned = scanStartTag(text, 1);
        expect(scanned).toEqual({ ok: true, value: plain.scanned });
        for (const [index, { name, range }] of plain.scanned.attributes.entries()) {
          const value = text.slice(range.start, range.end);
          expect(decodeAttribute(value)).toBe(value);
          expect(attributeNamed(text, plain.tag, name)).toBe(index);
        }
        expect(attributeNamed(text, plain.tag, 'missing')).toBe(-1);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['<a>', '<a b="1"/>', '<add name="x y" value="a>b" />', '<a\r\n  b="\u00e9">'])('takes %j', (text) => {
    expect(plainTag(text, 0)).toMatchObject({ scanned: { end: text.length } });
  });

  it.each([
    '<a b="1" b="2">',
    '<a b="&amp;">',
    "<a b='1'>",
    '<a b="1"c="2">',
    '<\u00e9>',
    `<${'a'.repeat(101)}>`,
    '<a b="1"',
    `<a${Array.from({ length: 65 }, (_, at) => ` b${at}=""`).join('')}>`,
  ])('leaves %j to the scanner', (text) => {
    expect(plainTag(text, 0)).toBeUndefined();
  });
});
