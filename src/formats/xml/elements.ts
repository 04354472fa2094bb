// The elements of an XML text as numbers: where each starts and ends. A server of 10,000 sites has 60,000, and few of them
// are ever asked for: none of them is an object, and attributes are looked for in the text when somebody asks.

import type { TextRange } from '../../model/server/iis-config.ts';
import { attributeNamed, emptyTag, type PlainTag, readPlainTag } from './plain-tag.ts';
import { decodeAttribute, scanStartTag } from './tag.ts';

/** A text and all its elements, in the order in which they start. */
export interface XmlElements {
  /** The exact text (see decodeText). */
  readonly text: string;
  /** Each name once. */
  readonly names: readonly string[];
  /** Four for each element: where it starts and ends, the number of its name, and which element is the next outside it. */
  readonly numbers: Int32Array;
  /** The start tag that was asked for last. */
  readonly asked: { at: number; isPlain: boolean; readonly tag: PlainTag };
}

/** An element by its place in the list. */
export type XmlElement = number;

/** The one that holds all others. */
export const ROOT: XmlElement = 0;

/** What a reader has found, before anybody asked. */
export const xmlElements = (text: string, names: readonly string[], numbers: Int32Array): XmlElements => ({
  text,
  names,
  numbers,
  asked: { at: -1, isPlain: false, tag: emptyTag() },
});

export const nameOf = ({ names, numbers }: XmlElements, element: XmlElement): string =>
  names[numbers[4 * element + 2] ?? 0] ?? '';

/** The whole of an element, from `<` to behind the last `>`. */
export const rangeOf = ({ numbers }: XmlElements, element: XmlElement): TextRange => ({
  start: numbers[4 * element] ?? 0,
  end: numbers[4 * element + 1] ?? 0,
});

const nextOutside = ({ numbers }: XmlElements, element: XmlElement): XmlElement => numbers[4 * element + 3] ?? 0;

/** The child elements, in order. */
export function childrenOf(xml: XmlElements, element: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const end = nextOutside(xml, element);
  for (let child = element + 1; child < end; child = nextOutside(xml, child)) found.push(child);
  return found;
}

/** Child elements with this name, in order. Names are case-sensitive, as they are to IIS. */
export function childrenNamed(xml: XmlElements, element: XmlElement, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const wanted = xml.names.indexOf(name);
  const end = wanted === -1 ? 0 : nextOutside(xml, element);
  for (let child = element + 1; child < end; child = nextOutside(xml, child))
    if (xml.numbers[4 * child + 2] === wanted) found.push(child);
  return found;
}

/** The characters between the quotes of an attribute; undefined where the element has none of this name. */
export function attributeRange(xml: XmlElements, element: XmlElement, name: string): TextRange | undefined {
  const { tag } = xml.asked;
  if (!askTag(xml, element)) {
    const scanned = scanStartTag(xml.text, rangeOf(xml, element).start);
    return scanned.ok ? scanned.value.attributes.find((each) => each.name === name)?.range : undefined;
  }
  const place = 4 * attributeNamed(xml.text, tag, name);
  return place < 0 ? undefined : { start: tag.places[place + 2] ?? 0, end: tag.places[place + 3] ?? 0 };
}

/** The value of an attribute with entities resolved; undefined where the element has none of this name. */
export function attribute(xml: XmlElements, element: XmlElement, name: string): string | undefined {
  const { text, asked } = xml;
  if (!askTag(xml, element)) {
    const range = attributeRange(xml, element, name);
    return range && decodeAttribute(text.slice(range.start, range.end));
  }
  const place = 4 * attributeNamed(text, asked.tag, name);
  return place < 0 ? undefined : text.slice(asked.tag.places[place + 2], asked.tag.places[place + 3]);
}

/** Reads a start tag; false where it is no plain one. Whoever asks for one attribute often asks for the next. */
function askTag({ text, numbers, asked }: XmlElements, element: XmlElement): boolean {
  const at = numbers[4 * element] ?? 0;
  if (asked.at === at) return asked.isPlain;
  asked.at = at;
  asked.isPlain = readPlainTag(text, at, asked.tag);
  return asked.isPlain;
}
