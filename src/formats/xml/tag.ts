// One start tag, character by character: where each attribute value stands, which no XML library tells.

import { fail, ok, type Result } from '../../model/result.ts';
import type { TextRange } from '../../model/server/iis-config.ts';
import { lineOf } from './text.ts';

/** An attribute as written: `range` is what stands between the quotes. */
export interface ScannedAttribute {
  readonly name: string;
  readonly range: TextRange;
}

/** A start tag; `end` is just behind its `>`. An attribute written twice is here twice. */
export interface StartTag {
  readonly name: string;
  readonly attributes: readonly ScannedAttribute[];
  readonly end: number;
  readonly selfClosing: boolean;
}

// Longer names are not XML of IIS, and no error may carry them.
const name = '[A-Za-z_:\\u0080-\\uFFFF][-.\\w:\\u0080-\\uFFFF]{0,99}';
const opening = new RegExp(`<(${name})`, 'y');
const attribute = new RegExp(`[ \\t\\r\\n]+(${name})[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"[^"<]*"|'[^'<]*')`, 'y');
const closing = /[ \t\r\n]*(\/?)>/y;

/** Reads the start tag that begins at `at`. Errors name the line. */
export function scanStartTag(text: string, at: number): Result<StartTag> {
  opening.lastIndex = at;
  const tag = opening.exec(text)?.[1];
  if (tag === undefined) return fail(`it is not well-formed XML: a < on line ${lineOf(text, at)} starts no element`);
  const attributes: ScannedAttribute[] = [];
  let end = opening.lastIndex;
  for (;;) {
    attribute.lastIndex = end;
    const found = attribute.exec(text);
    const attributeName = found?.[1];
    if (found === null || attributeName === undefined) break;
    end = attribute.lastIndex;
    attributes.push({ name: attributeName, range: valueRange(found[0], end) });
  }
  closing.lastIndex = end;
  const last = closing.exec(text);
  if (!last) return fail(notClosed(text, tag, at, end));
  return ok({ name: tag, attributes, end: closing.lastIndex, selfClosing: last[1] === '/' });
}

/** The attribute ends with its closing quote, and the same quote cannot stand inside the value. */
function valueRange(written: string, end: number): TextRange {
  const mark = written.charAt(written.length - 1);
  return { start: end - written.length + written.indexOf(mark) + 1, end: end - 1 };
}

function notClosed(text: string, tag: string, at: number, end: number): string {
  const element = `<${tag}> on line ${lineOf(text, at)}`;
  if (!text.includes('>', end)) return `it is cut short: the start tag ${element} is not whole`;
  const wrong = text
    .slice(end, end + 30)
    .trim()
    .replace(/\s+/g, ' ');
  return `it is not well-formed XML: the start tag ${element} breaks off at '${wrong}'`;
}

const named: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

const unknownEntity = /&(?!#x[0-9a-fA-F]{1,8};|#[0-9]{1,8};|(?:lt|gt|amp|quot|apos);)/;

/** Resolves the five named entities and character references of XML 1.0; undefined where there is any other `&`. */
export function decodeEntities(written: string): string | undefined {
  if (!written.includes('&')) return written;
  if (unknownEntity.test(written)) return undefined;
  let whole = true;
  const decoded = written.replace(/&(?:#x([^;]+)|#([^;]+)|([^;]+));/g, (_all, hex, decimal, word) => {
    if (word) return named.get(word) ?? '';
    const code = hex ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    whole &&= code > 0 && code <= 0x10ffff;
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
  return whole ? decoded : undefined;
}

/** An attribute value as XML means it: line ends and tabs are spaces unless written as references. */
export function decodeAttribute(written: string): string | undefined {
  return decodeEntities(/[\t\r\n]/.test(written) ? written.replace(/\r\n|[\t\r\n]/g, ' ') : written);
}
