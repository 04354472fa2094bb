// XML as elements with their place in the text, for the programs that edit a file or look into one.

import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** One element. `start` and `end` are UTF-16 code units of the text: the slice is exactly the element. */
export interface XmlElement {
  readonly name: string;
  /** In their order, entities resolved. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly below, entities resolved. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Why a text is no XML; lines and columns count from 1. */
export interface XmlError {
  readonly line: number;
  readonly column: number;
}

const METADATA = XMLParser.getMetaDataSymbol() as unknown as symbol;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  captureMetaData: true,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
});

/** The root element; a text without exactly one is an error, and so is what the lenient parser would let pass. */
export function parseXml(text: string): XmlElement | XmlError {
  const verdict = XMLValidator.validate(text.replace(/^\uFEFF/, ''));
  if (verdict !== true) return { line: verdict.err.line, column: verdict.err.col };
  try {
    const roots = elements(parser.parse(text) as readonly Node[]);
    const [root] = roots;
    return root && roots.length === 1 ? root : { line: 1, column: 1 };
  } catch {
    return { line: 1, column: 1 };
  }
}

/** True for a parsed element. */
export const isElement = (parsed: XmlElement | XmlError): parsed is XmlElement => 'name' in parsed;

/** Direct children of that name. */
export const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);

/** Text as it must be written in an attribute value or between tags. */
export const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

interface Place {
  readonly startIndex?: number;
  readonly endIndex?: number;
}

interface Node {
  readonly ':@'?: Readonly<Record<string, string>>;
  readonly '#text'?: string;
}

function elements(nodes: readonly Node[]): readonly XmlElement[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined || name.startsWith('?')) return [];
    const below = (node as unknown as Record<string, readonly Node[]>)[name] ?? [];
    const place = (node as unknown as Record<symbol, Place | undefined>)[METADATA];
    return {
      name,
      attributes: new Map(Object.entries(node[':@'] ?? {})),
      children: elements(below),
      text: below.map((child) => child['#text'] ?? '').join(''),
      start: place?.startIndex ?? 0,
      end: place?.endIndex ?? 0,
    };
  });
}
