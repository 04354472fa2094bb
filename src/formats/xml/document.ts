// The gate that every XML file of a server passes: read strictly, refused with one clear clause, never guessed at.

import type { Result } from '../../model/result.ts';
import type { TextRange } from '../../model/server/iis-config.ts';
import { rangeOf, type XmlElement, type XmlElements } from './elements.ts';
import { decodeEntities, scanStartTag } from './tag.ts';
import { decodeText } from './text.ts';
import { parseXml } from './tree.ts';

/** Reads a UTF-8 XML file. The error is one clause about "it", the file: what is wrong, and on which line. */
export function readXml(bytes: Uint8Array): Result<XmlElements> {
  const text = decodeText(bytes);
  return text.ok ? parseXml(text.value) : text;
}

/** What stands between the start tag and the end tag of the element at `range`; nothing for `<a />`. */
export function innerRange(text: string, range: TextRange): TextRange {
  const tag = scanStartTag(text, range.start);
  if (!tag.ok || tag.value.selfClosing) return { start: range.end, end: range.end };
  return { start: tag.value.end, end: text.lastIndexOf('</', range.end - 1) };
}

/** The text of an element: CDATA unwrapped, comments left out, an `&` that starts no entity kept as it is. */
export function textOf(xml: XmlElements, element: XmlElement): string {
  const { start, end } = innerRange(xml.text, rangeOf(xml, element));
  const parts = xml.text.slice(start, end).split(/(<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>)/);
  return parts.map((part, at) => (at % 2 === 0 ? (decodeEntities(part) ?? part) : unwrap(part))).join('');
}

const unwrap = (part: string): string => (part.startsWith('<![CDATA[') ? part.slice(9, -3) : '');
