// The gate that every XML file of a server passes: read strictly, refused with one clear clause, never guessed at.

import { ok, type Result } from '../../model/result.ts';
import type { TextRange } from '../../model/server/iis-config.ts';
import { decodeEntities, scanStartTag } from './tag.ts';
import { decodeText } from './text.ts';
import { parseXml, type XmlElement } from './tree.ts';

/** A whole XML file: its exact text (see decodeText) and its one root. */
export interface XmlDocument {
  readonly text: string;
  readonly root: XmlElement;
}

/** Reads a UTF-8 XML file. The error is one clause about "it", the file: what is wrong, and on which line. */
export function readXml(bytes: Uint8Array): Result<XmlDocument> {
  const text = decodeText(bytes);
  if (!text.ok) return text;
  const root = parseXml(text.value);
  return root.ok ? ok({ text: text.value, root: root.value }) : root;
}

/** The characters between the quotes of an attribute of `element`; undefined where it has no such attribute. */
export function attributeRange(text: string, element: XmlElement, name: string): TextRange | undefined {
  const tag = scanStartTag(text, element.range.start);
  return tag.ok ? tag.value.attributes.find((attribute) => attribute.name === name)?.range : undefined;
}

/** What stands between the start tag and the end tag of the element at `range`; nothing for `<a />`. */
export function innerRange(text: string, range: TextRange): TextRange {
  const tag = scanStartTag(text, range.start);
  if (!tag.ok || tag.value.selfClosing) return { start: range.end, end: range.end };
  return { start: tag.value.end, end: text.lastIndexOf('</', range.end - 1) };
}

/** The text of an element: CDATA unwrapped, comments left out, an `&` that starts no entity kept as it is. */
export function textOf(text: string, element: XmlElement): string {
  const { start, end } = innerRange(text, element.range);
  const parts = text.slice(start, end).split(/(<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>)/);
  return parts.map((part, at) => (at % 2 === 0 ? (decodeEntities(part) ?? part) : unwrap(part))).join('');
}

const unwrap = (part: string): string => (part.startsWith('<![CDATA[') ? part.slice(9, -3) : '');

/** Child elements with this name, in order. Names are case-sensitive, as they are to IIS. */
export const childrenNamed = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);
