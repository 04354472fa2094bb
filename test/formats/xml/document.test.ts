import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { innerRange, readXml, textOf } from '../../../src/formats/xml/document.ts';
import {
  attribute,
  attributeRange,
  childrenOf,
  nameOf,
  ROOT,
  rangeOf,
  type XmlElement,
  type XmlElements,
} from '../../../src/formats/xml/elements.ts';
import { decodeText, encodeText } from '../../../src/formats/xml/text.ts';
import { FUZZ_RUNS } from '../../support/fuzz.ts';
import { readsAnyBytes, xmlDocument } from '../../support/xml-arbitrary.ts';

const error = (input: string | Uint8Array): string => {
  const read = readXml(typeof input === 'string' ? encodeText(input) : input);
  return read.ok ? 'read' : read.error;
};

const elements = (text: string): XmlElements => {
  const read = readXml(encodeText(text));
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

describe('what the gate refuses, in words', () => {
  it.each([
    ['no byte', '', 'it is empty: 0 bytes'],
    ['a byte order mark only', '\uFEFF', 'it is empty: there is no element in it'],
    ['blank lines and a comment', '\r\n <!-- nothing -->\r\n', 'it is empty: there is no element in it'],
    ['text', 'Access is denied.\r\n', 'it is not XML: line 1 should start with an element'],
    ['JSON on its second line', '\n{ "sites": [] }', 'it is not XML: line 2 should start with an element'],
    ['a file cut in an element', '<a>\n<b>\n', 'it is cut short: <b> on line 2 has no end'],
    ['a file cut in a start tag', '<a>\n<b c="d', 'it is cut short: the start tag <b> on line 2 is not whole'],
    ['a file cut in an end tag', '<a>\n</a', 'it is cut short: the end tag on line 2 is not whole'],
    ['a file cut in a comment', '<a>\n<!-- b', 'it is cut short: a comment on line 2 has no end'],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]>\n<a/>', 'it has a DOCTYPE on line 1, which no file of IIS has'],
    ['a DOCTYPE inside', '<a>\n<!DOCTYPE a></a>', 'it has a DOCTYPE on line 2, which no file of IIS has'],
    ['two roots', '<a/>\n<b/>', 'it has two roots: <a> on line 1 and <b> on line 2'],
    ['text behind the root', '<a/>\n\nx', 'it is not well-formed XML: there is text behind the end of <a>, on line 3'],
    [
      'CDATA behind the root',
      '<a/><![CDATA[x]]>',
      'it is not well-formed XML: there is text behind the end of <a>, on line 1',
    ],
    [
      'a repeated attribute',
      '<a>\n<b c="1" d="2" c="3"/></a>',
      'it is not well-formed XML: <b> on line 2 has the attribute c twice',
    ],
    ['a NUL', '<a>\n\0</a>', 'it is damaged: a NUL character on line 2'],
    [
      'a wrong end tag',
      '<a>\n<b>\n</a>',
      'it is not well-formed XML: <b> on line 2 is not closed before another end tag on line 3',
    ],
    ['an end tag too many', '<a/></a>', 'it is not well-formed XML: an end tag without its start on line 1'],
    ['a bare value', '<a b=1/>', "it is not well-formed XML: the start tag <a> on line 1 breaks off at 'b=1/>'"],
    [
      'a bare &',
      '<a b="c & d"/>',
      'it is not well-formed XML: <a> on line 1 has an & in the attribute b that starts no entity',
    ],
    [
      'a made-up entity',
      '<a b="&c;"/>',
      'it is not well-formed XML: <a> on line 1 has an & in the attribute b that starts no entity',
    ],
    ['a name that is none', '<a><1b/></a>', 'it is not well-formed XML: a < on line 1 starts no element'],
    [
      'another encoding by name',
      '<?xml version="1.0" encoding="windows-1252"?><a/>',
      'it is in another encoding: its first line says windows-1252 instead of UTF-8',
    ],
  ])('%s', (_case, text, says) => {
    expect(error(text)).toBe(says);
  });

  it('UTF-16, with and without its mark, in both byte orders', () => {
    const little = Buffer.from('<a/>', 'utf16le');
    const big = Buffer.from(little).swap16();
    const all = [
      little,
      big,
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
    ];
    for (const bytes of all) expect(error(bytes)).toBe('it is in another encoding: UTF-16 instead of UTF-8');
  });

  it('bytes that are not UTF-8, with the first of them', () => {
    const bytes = Buffer.from('<a>\n<b c="gr\xf6\xdfe"/></a>', 'latin1');
    expect(error(bytes)).toBe('it is in another encoding: byte 12 on line 2 is not UTF-8');
  });

  it('bytes that end within a character, even where they begin as U+FFFD does', () => {
    for (const cut of ['\xef', '\xef\xbf', '\xe2\x82'])
      expect(error(Buffer.from(`<a/>\n${cut}`, 'latin1'))).toBe(
        `it is in another encoding: byte 5 on line 2 is not UTF-8`,
      );
  });

  it('a name without end, in a short sentence', () => {
    expect(error('<a'.padEnd(1_000_000, 'a'))).toMatch(/^it is cut short: .{0,200}$/);
  });

  it('elements nested without end, and quickly', () => {
    expect(error('<a>'.repeat(1_000_000))).toBe('it is no file of IIS: elements nested over 100 deep on line 1');
  });
});

describe('what the gate reads', () => {
  it('entities, character references and white space in values as XML means them', () => {
    const xml = elements(`<a b="&lt;&#65;&#x42;&amp;amp;&quot;" c='"' d="x\r\ny\tz&#10;" e = ">/>"/>`);
    const values = ['b', 'c', 'd', 'e', 'bb'].map((name) => attribute(xml, ROOT, name));
    expect(values).toEqual(['<AB&amp;"', '"', 'x y z\n', '>/>', undefined]);
  });

  it('no element in comments, CDATA and processing instructions', () => {
    const xml = elements(`<a><!-- <b/> it's --><![CDATA[<c/>]]><?d don't <e/>?><f/></a>`);
    expect(childrenOf(xml, ROOT).map((child) => nameOf(xml, child))).toEqual(['f']);
  });

  it('the text of an element', () => {
    const text = '<a>x&amp;y<!-- no --><![CDATA[<&amp;>]]> &nope;</a>';
    expect(textOf(elements(text), ROOT)).toBe('x&y<&amp;> &nope;');
  });

  it('the place of a value between its quotes', () => {
    const text = `\uFEFF<a\r\n  b = '"'\r\n  bb="1&amp;"/>`;
    const xml = elements(text);
    const range = attributeRange(xml, ROOT, 'bb');
    expect(range && text.slice(range.start, range.end)).toBe('1&amp;');
    expect(attributeRange(xml, ROOT, 'c')).toBeUndefined();
  });

  it('the inside of an element', () => {
    const text = '<a x=">"> <b/> </a >';
    const { start, end } = innerRange(text, rangeOf(elements(text), ROOT));
    expect(text.slice(start, end)).toBe(' <b/> ');
  });
});

describe('properties', () => {
  it('every range is exactly the element, as fast-xml-parser sees it too', () => {
    fc.assert(
      fc.property(xmlDocument, (text) => {
        const read = elements(text);
        const theirs = new XMLParser({
          preserveOrder: true,
          captureMetaData: true,
          ignoreAttributes: true,
          processEntities: false,
        });
        expect(placesOf(read, ROOT)).toEqual(placesOfTheirs(theirs.parse(text)));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('every attribute is what saxes reads, in whatever order it is asked for', () => {
    fc.assert(
      fc.property(xmlDocument, fc.boolean(), (text, backwards) => {
        const theirs: (readonly [string, Readonly<Record<string, string>>])[] = [];
        const parser = new SaxesParser();
        parser.on('opentag', ({ name, attributes }) => theirs.push([name, { ...attributes }]));
        parser.write(text).close();
        const read = elements(text);
        const asked = theirs.map(([name, attributes], element) => [name, attributes, element] as const);
        for (const [name, attributes, element] of backwards ? asked.reverse() : asked) {
          expect(nameOf(read, element)).toBe(name);
          expect(attribute(read, element, 'missing')).toBeUndefined();
          for (const [each, value] of Object.entries(attributes)) expect(attribute(read, element, each)).toBe(value);
        }
        expect(read.numbers.length).toBe(4 * theirs.length);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('bytes come back as they were', () => {
    fc.assert(
      fc.property(xmlDocument, (text) => {
        const decoded = decodeText(Buffer.from(text));
        expect(decoded.ok && Buffer.from(encodeText(decoded.value)).equals(Buffer.from(text))).toBe(true);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('random and cut bytes give a value or an error, never an exception', () => {
    const marks = '<|>|</|/>|<a|a| b="|"|\'|&|<!--|-->|<![CDATA[|]]>|<?|?>|\r\n|<!DOCTYPE|\uFEFF'.split('|');
    const pieces = fc.array(fc.constantFrom(...marks)).map((list) => encodeText(list.join('')));
    fc.assert(
      fc.property(pieces, (bytes) => void readXml(bytes)),
      { numRuns: FUZZ_RUNS },
    );
    readsAnyBytes(readXml, ...fc.sample(xmlDocument, { numRuns: 20, seed: 1 }));
  });
});

type Place = readonly [name: string, start: number, end: number];

const placesOf = (xml: XmlElements, element: XmlElement): readonly Place[] => {
  const { start, end } = rangeOf(xml, element);
  return [[nameOf(xml, element), start, end], ...childrenOf(xml, element).flatMap((child) => placesOf(xml, child))];
};

function placesOfTheirs(nodes: readonly Record<PropertyKey, unknown>[]): readonly Place[] {
  const symbol = XMLParser.getMetaDataSymbol() as unknown as symbol;
  return nodes.flatMap((node) => {
    const place = node[symbol] as { readonly startIndex: number; readonly endIndex: number } | undefined;
    const [name = ''] = Object.keys(node);
    if (!place || name.startsWith('?')) return [];
    return [
      [name, place.startIndex, place.endIndex] as Place,
      ...placesOfTheirs(node[name] as Record<PropertyKey, unknown>[]),
    ];
  });
}
