import fc from 'fast-check';
import { expect } from 'vitest';
import type { Result } from '../../src/model/result.ts';
import { badBytes, FUZZ_RUNS } from './fuzz.ts';

/** Characters as a file holds them; entities are made of them by `escaped`. */
const characters = fc.string({
  unit: fc.constantFrom('a', 'Z', '1', ' ', 'ö', '漢', '😀', '.', ':', '/', '>', '-', ']'),
  maxLength: 12,
});
const name = fc.constantFrom('a', 'key', 'site', 'x-y', 'größe', 'n1.b');

const value = fc
  .tuple(characters, fc.constantFrom('', '&amp;', '&lt;', '&#65;', '&#x1F600;', '&quot;'))
  .map((parts) => parts.join(''));
const attributes = fc
  .uniqueArray(
    fc.tuple(name, value, fc.constantFrom('"', "'"), fc.constantFrom('=', ' = '), fc.constantFrom(' ', '\r\n  ', '\t')),
    {
      selector: ([attribute]) => attribute,
      maxLength: 4,
    },
  )
  .map((list) =>
    list
      .map(([attribute, text, quote, equals, space]) => `${space}${attribute}${equals}${quote}${text}${quote}`)
      .join(''),
  );

const misc = fc.constantFrom('', '\r\n', '\n    ', '<!-- <key path="no"/> it\'s -->', '\t');
const inner = fc.oneof(
  misc,
  characters.map((text) => text.replaceAll(']]>', '')),
  fc.constantFrom('<![CDATA[<key/>]]>', '&amp;'),
);

const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(name, attributes, fc.constantFrom('', ' ')).map(([tag, list, space]) => `<${tag}${list}${space}/>`),
    fc
      .tuple(name, attributes, tie('content'), fc.constantFrom('', ' ', '\r\n'))
      .map(([tag, list, content, space]) => `<${tag}${list}${space}>${content}</${tag}${space}>`),
  ),
  content: fc.array(fc.oneof(tie('element'), inner), { maxLength: 5 }).map((list) => list.join('')),
}));

/** A well-formed document of any look: BOM, CRLF, comments, CDATA, entities, both kinds of quotes. */
export const xmlDocument = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.constantFrom('', '<?xml version="1.0" encoding="utf-8"?>\r\n'),
    misc,
    element,
    misc,
  )
  .map(([bom, declaration, before, root, after]) => bom + declaration + before + root + after);

/** Whatever the bytes, the reader gives a value or one clause that says what is wrong. */
export function readsAnyBytes(read: (bytes: Uint8Array) => Result<unknown>, ...good: readonly string[]): void {
  const property = fc.property(badBytes(...good.map((text) => new TextEncoder().encode(text))), (bytes) => {
    const answer = read(bytes);
    if (!answer.ok) expect(answer.error).toMatch(/^its? .*[^.\s]$/s);
  });
  fc.assert(property, { numRuns: FUZZ_RUNS });
}
