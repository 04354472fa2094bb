// The elements of an XML text and their places, read in one pass. What it passes over (comments, text, names) is no matter
// in an event; before an edit xml-strict.ts judges it.
// fast-xml-parser gives places of elements too, but none of attributes, takes `<a><b></a>` and `<a x=1/>` for XML, and
// needs three to five times as long for the 5 MB of 10,000 sites. Our edits are read again by saxes: second-reading.ts.

import { fail, ok, type Result } from '../../model/result.ts';
import type { TextRange } from '../../model/server/iis-config.ts';
import { plainTag } from './plain-tag.ts';
import { decodeAttribute, type ScannedAttribute, scanStartTag } from './tag.ts';
import { lineOf } from './text.ts';

/** An element with its place in the text: `range` is the whole of it, from `<` to behind the last `>`. */
export interface XmlElement {
  readonly name: string;
  /** Values with entities resolved. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly range: TextRange;
}

/** Far more than any file of IIS has, and few enough for functions that walk a tree by calling themselves. */
const deepest = 100;

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly start: number;
  readonly children: XmlElement[];
}

/** Reads XML text with one root and no DOCTYPE. The error is one clause about "it", the file, and names the line. */
export function parseXml(text: string): Result<XmlElement> {
  const open: OpenElement[] = [{ name: '', attributes: new Map(), start: 0, children: [] }];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (;;) {
    const next = text.indexOf('<', at);
    const [document] = open;
    if (open.length === 1 && hasText(text, at, next)) return fail(strayText(text, at, document?.children[0]));
    if (next === -1) return finish(text, open);
    const end = text[next + 1] === '/' ? closeElement(text, next, open) : openElement(text, next, open);
    if (!end.ok) return end;
    at = end.value;
  }
}

const hasText = (text: string, from: number, next: number): boolean =>
  /[^ \t\r\n]/.test(text.slice(from, next === -1 ? undefined : next)) ||
  (next !== -1 && text.startsWith('<![CDATA[', next));

function finish(text: string, open: readonly OpenElement[]): Result<XmlElement> {
  const last = open[open.length - 1];
  if (last && open.length > 1) return fail(`it is cut short: ${where(text, last)} has no end`);
  const [root, second] = last?.children ?? [];
  if (!root) return fail('it is empty: there is no element in it');
  if (!second) return ok(root);
  return fail(`it has two roots: ${where(text, root)} and ${where(text, { ...second, start: second.range.start })}`);
}

/** Takes what starts at `at`: an element's start, or a comment and the like. Gives the place behind it. */
function openElement(text: string, at: number, open: OpenElement[]): Result<number> {
  const plain = open.length > deepest ? undefined : plainTag(text, at);
  if (plain !== undefined) {
    const { name, attributes, end } = plain;
    if (!plain.selfClosing) open.push({ name, attributes, start: at, children: [] });
    else open[open.length - 1]?.children.push({ name, attributes, children: [], range: { start: at, end } });
    return ok(end);
  }
  const mark = text[at + 1];
  if (mark === '!' || mark === '?') return skipMarkup(text, at);
  const tag = scanStartTag(text, at);
  if (!tag.ok) return tag;
  const { name, end, selfClosing } = tag.value;
  const attributes = toMap(text, tag.value.attributes);
  if (!attributes.ok)
    return fail(`it is not well-formed XML: ${where(text, { name, start: at })} has ${attributes.error}`);
  if (selfClosing) {
    const element = { name, attributes: attributes.value, children: [], range: { start: at, end } };
    open[open.length - 1]?.children.push(element);
  } else {
    if (open.length > deepest)
      return fail(`it is no file of IIS: elements nested over ${deepest} deep on line ${lineOf(text, at)}`);
    open.push({ name, attributes: attributes.value, start: at, children: [] });
  }
  return ok(end);
}

function closeElement(text: string, at: number, open: OpenElement[]): Result<number> {
  const end = text.indexOf('>', at) + 1;
  if (end === 0) return fail(`it is cut short: the end tag on line ${lineOf(text, at)} is not whole`);
  const element = open.length > 1 ? open.pop() : undefined;
  const isPlain =
    element !== undefined && end - at === element.name.length + 3 && text.startsWith(element.name, at + 2);
  const name = isPlain ? element.name : text.slice(at + 2, end - 1).replace(/[ \t\r\n]+$/, '');
  if (!element) return fail(`it is not well-formed XML: an end tag without its start on line ${lineOf(text, at)}`);
  if (name !== element.name) {
    return fail(
      `it is not well-formed XML: ${where(text, element)} is not closed before another end tag on line ${lineOf(text, at)}`,
    );
  }
  const { attributes, children, start } = element;
  open[open.length - 1]?.children.push({ name, attributes, children, range: { start, end } });
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

function toMap(text: string, scanned: readonly ScannedAttribute[]): Result<ReadonlyMap<string, string>> {
  const map = new Map<string, string>();
  for (const { name, range } of scanned) {
    if (map.has(name)) return fail(`the attribute ${name} twice`);
    const value = decodeAttribute(text.slice(range.start, range.end));
    if (value === undefined) return fail(`an & in the attribute ${name} that starts no entity`);
    map.set(name, value);
  }
  return ok(map);
}

function strayText(text: string, from: number, root: XmlElement | undefined): string {
  const line = `line ${lineOf(text, from + text.slice(from).search(/[^ \t\r\n]/))}`;
  return root
    ? `it is not well-formed XML: there is text behind the end of <${root.name}>, on ${line}`
    : `it is not XML: ${line} should start with an element`;
}

const where = (
  text: string,
  at: { readonly name: string; readonly start?: number; readonly range?: TextRange },
): string => `<${at.name}> on line ${lineOf(text, at.start ?? at.range?.start ?? 0)}`;
