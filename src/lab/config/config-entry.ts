// Putting the faulty entry of KB 2025598 into an applicationHost.config without touching any other byte.

/** The entry as the article "SSL stops working in IIS7" shows it: a hash of which no lab has a certificate. */
export const STALE_ENTRY = hashEntry('442jqCFFZ77jBhZ7QYHKXuK9drc=');

/** An entry 5506 with this base64. */
export function hashEntry(value: string): string {
  return `<property id="5506" dataType="Binary" userType="1" attributes="None" value="${value}" />`;
}

const ATTRIBUTES = `(?:\\s+[\\w:.-]+\\s*=\\s*(?:"[^"]*"|'[^']*'))*\\s*`;

/** A start tag, and where the element's content and end tag lie; `empty` for `<name />`. */
interface Element {
  readonly start: number;
  /** Behind the start tag. */
  readonly open: number;
  /** At the end tag; equal to `open` when empty. */
  readonly close: number;
  readonly end: number;
  readonly empty: boolean;
}

/** The text with an entry 5506 for this site, the stale one where none is given: in its key, in a new key, or in a new section, whatever is there. */
export function withStaleEntry(text: string, siteId: number, entry: string = STALE_ENTRY): string {
  const code = withoutComments(text);
  const section = elementsIn(code, 'customMetadata')[0];
  if (section === undefined) return withSection(text, code, siteId, entry);
  const key = elementsIn(code, 'key', section).find(({ start, open }) => isKeyOf(code.slice(start, open), siteId));
  if (key === undefined) return withChild(text, code, section, 'customMetadata', newKey(siteId, entry));
  const old = elementsIn(code, 'property', key).find(({ start, open }) =>
    /\sid\s*=\s*["']5506["']/.test(code.slice(start, open)),
  );
  if (old !== undefined) return text.slice(0, old.start) + entry + text.slice(old.end);
  return withChild(text, code, key, 'key', () => entry);
}

/** Comments and CDATA blanked out, so that what stands in them is not taken for elements; offsets stay. */
function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, (part) => part.replace(/[^\r\n]/g, ' '));
}

function elementsIn(code: string, name: string, within?: Element): readonly Element[] {
  const [from, to] = within === undefined ? [0, code.length] : [within.open, within.close];
  const tags = code.slice(from, to).matchAll(new RegExp(`<${name}${ATTRIBUTES}(/?)>`, 'g'));
  return [...tags].map((tag) => {
    const start = from + tag.index;
    const open = start + tag[0].length;
    if (tag[1] === '/') return { start, open, close: open, end: open, empty: true };
    const endTag = new RegExp(`</${name}\\s*>`, 'g');
    endTag.lastIndex = open;
    const found = endTag.exec(code);
    return { start, open, close: found?.index ?? to, end: found ? endTag.lastIndex : to, empty: false };
  });
}

function isKeyOf(tag: string, siteId: number): boolean {
  const path = /\spath\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(tag);
  return (path?.[1] ?? path?.[2] ?? '').replace(/^\/+|\/+$/g, '').toLowerCase() === `lm/w3svc/${siteId}`;
}

type Build = (indent: string, unit: string, eol: string) => string;

const newKey =
  (siteId: number, entry: string): Build =>
  (indent, unit, eol) =>
    `<key path="LM/W3SVC/${siteId}">${eol}${indent}${unit}${entry}${eol}${indent}</key>`;

function withSection(text: string, code: string, siteId: number, entry: string): string {
  const parent = elementsIn(code, 'system.applicationHost')[0];
  if (parent === undefined) return text;
  return withChild(text, code, parent, 'system.applicationHost', (indent, unit, eol) => {
    const key = newKey(siteId, entry)(indent + unit, unit, eol);
    return `<customMetadata>${eol}${indent}${unit}${key}${eol}${indent}</customMetadata>`;
  });
}

/** Adds a last child to an element, on a line of its own where the element's end tag has one. */
function withChild(text: string, code: string, parent: Element, name: string, build: Build): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const outer = indentAt(text, parent.start);
  const unit = outer.startsWith('\t') ? '\t' : '    ';
  const inner = childIndent(code, parent) ?? outer + unit;
  const child = build(inner, unit, eol);
  if (parent.empty) {
    const tag = text.slice(parent.start, parent.open).replace(/\s*\/>$/, '>');
    return `${text.slice(0, parent.start)}${tag}${eol}${inner}${child}${eol}${outer}</${name}>${text.slice(parent.end)}`;
  }
  const line = text.lastIndexOf('\n', parent.close - 1) + 1;
  const ownLine = line >= parent.open && text.slice(line, parent.close).trim() === '';
  if (ownLine) return `${text.slice(0, line)}${inner}${child}${eol}${text.slice(line)}`;
  return `${text.slice(0, parent.close)}${child}${text.slice(parent.close)}`;
}

function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** How the first child is indented, when it has a line of its own. */
function childIndent(code: string, parent: Element): string | undefined {
  return /\n([ \t]*)</.exec(code.slice(parent.open, parent.close))?.[1];
}
