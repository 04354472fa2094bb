// appcmd's paths into the configuration, such as bindings.[protocol='https'] or [path='LM/W3SVC/1'].[id='5506'],
// and edits of its text that touch only the element they mean.

import { escapeXml, type XmlElement } from '../../tasks/xml-elements.ts';

/** One part of a path: an element by name, or one of a collection by its attributes. */
export type PathPart = string | ReadonlyMap<string, string>;

/** Undefined: appcmd would call the indexer malformed. Attribute names are as written. */
export function parsePath(text: string): readonly PathPart[] | undefined {
  const parts: PathPart[] = [];
  for (const [part] of text.matchAll(/\[(?:'[^']*'|[^'\]])*\]?|[^.[]+/g)) {
    if (!part.startsWith('[')) parts.push(part);
    else {
      const indexer = /^\[(\w+='[^']*'(?:,\w+='[^']*')*)\]$/.exec(part)?.[1];
      if (indexer === undefined) return undefined;
      parts.push(new Map([...indexer.matchAll(/(\w+)='([^']*)'/g)].map((pair) => [pair[1] ?? '', pair[2] ?? ''])));
    }
  }
  return parts;
}

/** The element that a path leads to. Values are compared without regard to case, as the schema says for all of them here. */
export function followPath(from: XmlElement, path: readonly PathPart[]): XmlElement | undefined {
  let element: XmlElement | undefined = from;
  for (const part of path) element = element?.children.find((child) => fits(child, part));
  return element;
}

function fits(element: XmlElement, part: PathPart): boolean {
  if (typeof part === 'string') return element.name.toLowerCase() === part.toLowerCase();
  return [...part].every(([name, wanted]) => element.attributes.get(name)?.toLowerCase() === wanted.toLowerCase());
}

/** The text without the element; with its line, where it stands alone on one. */
export function withoutElement(text: string, element: XmlElement): string {
  const before = /\r?\n[ \t]*$/.exec(text.slice(0, element.start));
  const alone = before && /^[ \t]*(\r?\n|$)/.test(text.slice(element.end));
  return text.slice(0, alone ? before.index : element.start) + text.slice(element.end);
}

/** The text with another value of an attribute, which is added behind the others where there is none. */
export function withAttribute(text: string, element: XmlElement, name: string, value: string): string {
  const tag = text.slice(element.start, element.end);
  const open = /^<(?:"[^"]*"|'[^']*'|[^>"'])*?(?=\s*\/?>)/.exec(tag)?.[0] ?? '';
  const written = ` ${name}="${escapeXml(value)}"`;
  const set = element.attributes.has(name)
    ? open.replace(new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`), () => written)
    : open + written;
  return text.slice(0, element.start) + set + text.slice(element.start + open.length);
}

/** The text with a new child at the end of the element, laid out as its neighbours are. */
export function withChild(
  text: string,
  parent: XmlElement,
  name: string,
  attributes: ReadonlyMap<string, string>,
): string {
  const tag = `<${name}${[...attributes].map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('')} />`;
  const last = parent.children.at(-1);
  if (last) return `${text.slice(0, last.end)}${lineStart(text, last.start)}${tag}${text.slice(last.end)}`;
  const outside = lineStart(text, parent.start);
  const open = /^<[\s\S]*?(?=\s*\/?>)/.exec(text.slice(parent.start, parent.end))?.[0] ?? `<${parent.name}`;
  const inside = outside === '' ? '' : `${outside}    `;
  return `${text.slice(0, parent.start)}${open}>${inside}${tag}${outside}</${parent.name}>${text.slice(parent.end)}`;
}

/** The line break and the indentation before this place; '' where something else stands before it. */
const lineStart = (text: string, place: number): string => /\r?\n[ \t]*$/.exec(text.slice(0, place))?.[0] ?? '';

/** An element as appcmd prints it: two blanks a level, attributes in their order. */
export function elementLines(element: XmlElement, indent = ''): readonly string[] {
  const attributes = [...element.attributes].map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
  if (element.children.length === 0) return [`${indent}<${element.name}${attributes} />`];
  const children = element.children.flatMap((child) => elementLines(child, `${indent}  `));
  return [`${indent}<${element.name}${attributes}>`, ...children, `${indent}</${element.name}>`];
}
