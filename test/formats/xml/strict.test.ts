import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../src/formats/xml/document.ts';
import { isDoubtful } from '../../../src/formats/xml/doubt.ts';
import { judgeXml } from '../../../src/formats/xml/strict.ts';
import { encodeText } from '../../../src/formats/xml/text.ts';
import { FUZZ_RUNS } from '../../support/fuzz.ts';
import { ILL_FORMED, WELL_FORMED } from '../../support/ill-formed.ts';
import { xmlDocument } from '../../support/xml-arbitrary.ts';

/** What a check says of the text: the strict judge is asked only where the first reader leaves a doubt. */
function verdict(text: string): string {
  const read = readXml(encodeText(text));
  if (!read.ok) return read.error;
  const judged = isDoubtful(text) ? judgeXml(text) : read;
  return judged.ok ? 'well-formed' : judged.error;
}

describe('what is not well-formed XML 1.0', () => {
  it.each(ILL_FORMED)('%s', (_name, text, line) => {
    const says = verdict(text);
    expect(says).toMatch(/^it .*[^.\s]$/);
    if (line !== undefined) expect(says).toContain(`on line ${line}`);
  });

  it.each(ILL_FORMED)('the strict judge alone: %s', (_name, text) => {
    expect(judgeXml(text)).toMatchObject({ ok: false });
  });

  it('is named in a short clause, however long the file makes a name', () => {
    expect(verdict(`<${'x'.repeat(50)}:${'y'.repeat(49)} ${'z'.repeat(90)}:q="1"/>`)).toMatch(/^it .{0,200}$/);
  });
});

describe('what is well-formed', () => {
  it.each(WELL_FORMED)('%s', (_name, text) => {
    expect(verdict(text)).toBe('well-formed');
    expect(judgeXml(text)).toEqual({ ok: true, value: text });
  });

  it('is not asked about twice where a file is as IIS writes it', () => {
    const usual = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n<!--\r\n    A comment, as IIS has it.\r\n-->\r\n<configuration>
      <sites><site name="Tom &amp; Jürgen: &quot;a=b&quot;" id="1" path="%SystemDrive%\\inetpub" /></sites></configuration>\r\n`;
    expect(isDoubtful(usual)).toBe(false);
  });
});

describe('properties', () => {
  const marks =
    '<a|<b|</a>|</b>|<a/>|<x:b/>|</|>|/>| c="1"| c="2"| x:c="1"| xmlns:x="u"| xmlns="v"|="|"|\'|&|&amp;|&#1;|&#x41;|&b;|;|--|<!--|-->|<![CDATA[|]]>|<?|<?xml version="1.0"?>|<?p |?>|\r\n| |ö|\u0301|:|-|1|\x01|\uFFFF|\uFEFF'.split(
      '|',
    );
  const pieces = fc.array(fc.constantFrom(...marks), { maxLength: 12 }).map((list) => list.join(''));
  /** Sound documents with one piece put in anywhere. */
  const spoiled = fc
    .tuple(xmlDocument, fc.constantFrom(...marks), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([text, piece, where]) => {
      const at = Math.floor(where * (text.length + 1));
      return text.slice(0, at) + piece + text.slice(at);
    });
  const any = fc.oneof(
    pieces,
    pieces.map((text) => `<a>${text}</a>`),
    spoiled,
    spoiled,
  );

  it('what leaves no doubt is well-formed for the strict judge too', () => {
    fc.assert(
      fc.property(any, (text) => {
        if (!readXml(encodeText(text)).ok || isDoubtful(text)) return;
        expect(judgeXml(text)).toEqual({ ok: true, value: text });
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('the strict judge never throws, and what it takes is taken by the first reader', () => {
    fc.assert(
      fc.property(fc.oneof(any, fc.string({ unit: 'grapheme' })), (text) => {
        const judged = judgeXml(text);
        const read = readXml(encodeText(text));
        // The judge looks at characters; the encoding of the bytes is the first reader's to judge.
        if (judged.ok && !read.ok) expect(read.error).toContain('in another encoding');
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
