// The judge of what is edited: whether a text is well-formed XML 1.0 with namespaces, by a parser that others keep.
// Our own reader (xml-tree.ts) finds places fast and passes over what it has no use for: comments, text, names.

import { SaxesParser } from 'saxes';
import { fail, ok, type Result } from '../../model/result.ts';
import { lineOf } from './text.ts';

/** What may stand in a name but not begin one: saxes looks for it at the start of a name only, not behind a prefix. */
const BAD_LOCAL_NAME = /:(?:[-.\d\u00B7\u203F\u2040]|[\u0300-\u036F])/;

/** What saxes is heard for: unbound prefixes and doubled attributes are found with `xmlns` alone. */
const OPTIONS = { xmlns: true } as const;

/** Who hears of each element while a text is judged: `at` is just behind the `>` of the tag. */
export interface Listener {
  readonly opened: (name: string, attributes: Attributes, at: number) => void;
  readonly closed: (at: number) => void;
}

/** As the judge reads them, references resolved. */
export type Attributes = Readonly<Record<string, { readonly value: string }>>;

/** The text, if it is well-formed XML 1.0 without a DOCTYPE. The error is one clause about "it", the file, with a line. */
export function judgeXml(text: string, listener?: Listener): Result<string> {
  const parser = new SaxesParser(OPTIONS);
  let first: { readonly line: number; readonly message: string } | undefined;
  const wrong = (message: string): void => {
    first ??= { line: parser.line, message };
  };
  parser.on('error', ({ message }) => wrong(message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('xmldecl', ({ version }) => version !== '1.0' && wrong('its version is not 1.0'));
  parser.on('doctype', () => wrong('it has a DOCTYPE'));
  parser.on('opentag', ({ name, attributes }) => {
    let isBad = BAD_LOCAL_NAME.test(name);
    for (const each in attributes) isBad ||= BAD_LOCAL_NAME.test(each);
    if (isBad) wrong('disallowed character in a name');
    listener?.opened(name, attributes, parser.position);
  });
  if (listener !== undefined) parser.on('closetag', () => listener.closed(parser.position));
  parser.write(text).close();
  if (first === undefined) return ok(text);
  const { line, message } = bareAmpersand(text, first) ?? first;
  return fail(`it is not well-formed XML: ${message.slice(0, 100)} on line ${line}`);
}

/** saxes looks for the end of an entity far behind its `&`, and names the line where it gave up. */
function bareAmpersand(text: string, { line }: { readonly line: number }) {
  const markup = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|&(?!#?[^\s&;<>"']{1,100};)/g;
  for (const { 0: found, index } of text.matchAll(markup)) {
    if (found !== '&') continue;
    const at = lineOf(text, index);
    return at <= line ? { line: at, message: 'an & that starts no entity' } : undefined;
  }
  return undefined;
}
