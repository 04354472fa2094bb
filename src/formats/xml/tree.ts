// The elements of an XML text and their places, read in one pass. What it passes over (comments, text, names) is no matter
// in an event; before an edit strict.ts judges it.
// fast-xml-parser gives places of elements too, but none of attributes, takes `<a><b></a>` and `<a x=1/>` for XML, and
// needs three to five times as long for the 5 MB of 10,000 sites. Our edits are read again by saxes: second-reading.ts.

import { fail, ok, type Result } from '../../model/result.ts';
import { nameOf, ROOT, rangeOf, type XmlElement, type XmlElements, xmlElements } from './elements.ts';
import { emptyTag, isSelfClosing, readPlainTag } from './plain-tag.ts';
import { decodeAttribute, type StartTag, scanStartTag } from './tag.ts';
import { lineOf } from './text.ts';

/** Far more than any file of IIS has, and few enough for functions that walk a tree by calling themselves. */
const deepest = 100;

/** What has been read of a text so far. */
interface Reading {
  readonly text: string;
  /** The elements that are open, by number, the outermost first. */
  readonly open: XmlElement[];
  /** As in XmlElements, with room for more. */
  numbers: Int32Array;
  count: number;
  readonly names: string[];
  /** The names by their length and first letter: few, and they come again and again. */
  readonly known: Map<number, number>;
}

/** Reads XML text with one root and no DOCTYPE. The error is one clause about "it", the file, and names the line. */
export function parseXml(text: string): Result<XmlElements> {
  const reading: Reading = { text, open: [], numbers: new Int32Array(256), count: 0, names: [], known: new Map() };
  const tag = emptyTag();
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (;;) {
    const next = text.indexOf('<', at);
    const isOutside = reading.open.length === 0;
    if (isOutside && hasText(text, at, next)) return fail(strayText(text, at, reading));
    if (next === -1) return finish(reading);
    if (text[next + 1] !== '/' && reading.open.length < deepest && readPlainTag(text, next, tag)) {
      openElement(reading, next, tag.nameEnd, tag.end, isSelfClosing(text, tag));
      at = tag.end;
      continue;
    }
    const end = text[next + 1] === '/' ? closeElement(reading, next) : readOther(reading, next);
    if (!end.ok) return end;
    at = end.value;
  }
}

const hasText = (text: string, from: number, next: number): boolean =>
  /[^ \t\r\n]/.test(text.slice(from, next === -1 ? undefined : next)) ||
  (next !== -1 && text.startsWith('<![CDATA[', next));

function finish({ text, open, numbers, count, names }: Reading): Result<XmlElements> {
  const xml = xmlElements(text, names, numbers.subarray(0, 4 * count));
  const last = open.at(-1);
  if (last !== undefined) return fail(`it is cut short: ${where(xml, last)} has no end`);
  if (count === 0) return fail('it is empty: there is no element in it');
  const second = numbers[3] ?? 0;
  if (second === count) return ok(xml);
  return fail(`it has two roots: ${where(xml, ROOT)} and ${where(xml, second)}`);
}

/** Notes an element whose start tag is at `at`; it ends with it, or stays open. */
function openElement(reading: Reading, at: number, nameEnd: number, end: number, isWhole: boolean): void {
  const index = reading.count;
  const place = 4 * index;
  if (place === reading.numbers.length) {
    const longer = new Int32Array(2 * place);
    longer.set(reading.numbers);
    reading.numbers = longer;
  }
  const { numbers } = reading;
  numbers[place] = at;
  numbers[place + 1] = end;
  numbers[place + 2] = nameAt(reading, at + 1, nameEnd);
  numbers[place + 3] = index + 1;
  reading.count += 1;
  if (!isWhole) reading.open.push(index);
}

/** The number of a name; one string for each. */
function nameAt({ text, names, known }: Reading, from: number, to: number): number {
  const key = (to - from) * 0x10000 + text.charCodeAt(from);
  const last = known.get(key);
  if (last !== undefined && text.startsWith(names[last] ?? '', from)) return last;
  const name = text.slice(from, to);
  const index = names.indexOf(name);
  const number = index === -1 ? names.push(name) - 1 : index;
  known.set(key, number);
  return number;
}

/** Takes what starts at `at` and is no plain tag: another start tag, or a comment and the like. Gives the place behind it. */
function readOther(reading: Reading, at: number): Result<number> {
  const { text, open } = reading;
  const mark = text[at + 1];
  if (mark === '!' || mark === '?') return skipMarkup(text, at);
  const tag = scanStartTag(text, at);
  if (!tag.ok) return tag;
  const { name, end, selfClosing } = tag.value;
  const wrong = wrongAttribute(text, tag.value);
  if (wrong !== undefined) return fail(`it is not well-formed XML: <${name}> on line ${lineOf(text, at)} has ${wrong}`);
  if (!selfClosing && open.length >= deepest)
    return fail(`it is no file of IIS: elements nested over ${deepest} deep on line ${lineOf(text, at)}`);
  openElement(reading, at, at + 1 + name.length, end, selfClosing);
  return ok(end);
}

function closeElement(reading: Reading, at: number): Result<number> {
  const { text, open, names, numbers } = reading;
  const end = text.indexOf('>', at) + 1;
  if (end === 0) return fail(`it is cut short: the end tag on line ${lineOf(text, at)} is not whole`);
  const index = open.pop();
  if (index === undefined)
    return fail(`it is not well-formed XML: an end tag without its start on line ${lineOf(text, at)}`);
  const place = 4 * index;
  const name = names[numbers[place + 2] ?? 0] ?? '';
  const isPlain = end - at === name.length + 3 && text.startsWith(name, at + 2);
  if (!isPlain && text.slice(at + 2, end - 1).replace(/[ \t\r\n]+$/, '') !== name) {
    const element = `<${name}> on line ${lineOf(text, numbers[place] ?? 0)}`;
    return fail(
      `it is not well-formed XML: ${element} is not closed before another end tag on line ${lineOf(text, at)}`,
    );
  }
  numbers[place + 1] = end;
  numbers[place + 3] = reading.count;
  return ok(end);
}

/** Comments, CDATA and processing instructions hold no elements, whatever they look like. */
function skipMarkup(text: string, at: number): Result<number> {
  const line = () => `on line ${lineOf(text, at)}`;
  const kinds = [
    ['<!--', '-->', 'comment'],
    ['<![CDATA[', ']]>', 'CDATA'],
    ['<?', '?>', 'processing instruction'],
  ] as const;
  for (const [start, close, kind] of kinds) {
    if (!text.startsWith(start, at)) continue;
    const end = text.indexOf(close, at + start.length);
    return end === -1 ? fail(`it is cut short: a ${kind} ${line()} has no end`) : ok(end + close.length);
  }
  if (text.startsWith('<!DOCTYPE', at)) return fail(`it has a DOCTYPE ${line()}, which no file of IIS has`);
  return fail(`it is not well-formed XML: a <! that starts nothing ${line()}`);
}

function wrongAttribute(text: string, { attributes }: StartTag): string | undefined {
  const seen = new Set<string>();
  for (const { name, range } of attributes) {
    if (seen.has(name)) return `the attribute ${name} twice`;
    if (decodeAttribute(text.slice(range.start, range.end)) === undefined)
      return `an & in the attribute ${name} that starts no entity`;
    seen.add(name);
  }
  return undefined;
}

function strayText(text: string, from: number, { count, names }: Reading): string {
  const line = `line ${lineOf(text, from + text.slice(from).search(/[^ \t\r\n]/))}`;
  return count > 0
    ? `it is not well-formed XML: there is text behind the end of <${names[0]}>, on ${line}`
    : `it is not XML: ${line} should start with an element`;
}

const where = (xml: XmlElements, element: XmlElement): string =>
  `<${nameOf(xml, element)}> on line ${lineOf(xml.text, rangeOf(xml, element).start)}`;
