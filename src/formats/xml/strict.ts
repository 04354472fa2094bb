// The judge of what is edited: whether a text is well-formed XML 1.0 with namespaces, by a parser that others keep.
// Our own reader (tree.ts) finds places fast and passes over what it has no use for: comments, text, names.

import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { fail, ok, type Result } from '../../model/result.ts';
import { lineOf } from './text.ts';

/** What may stand in a name but not begin one: saxes looks for it at the start of a name only, not behind a prefix. */
const BAD_LOCAL_NAME = /:(?:[-.\d\u00B7\u203F\u2040]|[\u0300-\u036F])/;

/** Who hears of each element while a text is judged: `at` is just behind the `>` of the tag. */
export interface Listener {
  readonly opened: (name: string, attributes: Attributes, at: number) => void;
  readonly closed: (at: number) => void;
}

/** As the judge reads them, references resolved. */
export type Attributes = Readonly<Record<string, string>>;

interface Fault {
  readonly line: number;
  readonly message: string;
}

/**
 * The text, if it is well-formed XML 1.0 without a DOCTYPE. The error is one clause about "it", the file, with a line.
 * Namespaces take saxes a quarter of its time. Where no text says that there are any, a colon in a name is all that can be
 * wrong with them; then, as for every other fault, saxes is asked again for its words.
 */
export function judgeXml(text: string, listener?: Listener): Result<string> {
  const hasNamespaces = text.includes('xmlns') || text.includes('xml:');
  let fault = firstFault(text, hasNamespaces, listener);
  if (fault === undefined) return ok(text);
  if (!hasNamespaces) fault = firstFault(text, true) ?? fault;
  const { line, message } = bareAmpersand(text, fault) ?? fault;
  return fail(`it is not well-formed XML: ${message.slice(0, 100)} on line ${line}`);
}

function firstFault(text: string, hasNamespaces: boolean, listener?: Listener): Fault | undefined {
  const parser = new SaxesParser({ xmlns: hasNamespaces });
  let first: Fault | undefined;
  const wrong = (message: string): void => {
    first ??= { line: parser.line, message };
  };
  const isPlain = (attributes: Attributes | InNamespaces): attributes is Attributes => !hasNamespaces;
  const refuseColon = (name: string) => name.includes(':') && wrong('a colon in a name');
  parser.on('error', ({ message }) => wrong(message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('xmldecl', ({ version }) => version !== '1.0' && wrong('its version is not 1.0'));
  parser.on('doctype', () => wrong('it has a DOCTYPE'));
  if (!hasNamespaces) parser.on('attribute', ({ name }) => refuseColon(name));
  if (!hasNamespaces) parser.on('processinginstruction', ({ target }) => refuseColon(target));
  parser.on('opentag', ({ name, attributes }) => {
    if (!hasNamespaces) refuseColon(name);
    else if ([name, ...Object.keys(attributes)].some((each) => BAD_LOCAL_NAME.test(each)))
      wrong('disallowed character in a name');
    listener?.opened(name, isPlain(attributes) ? attributes : valuesOf(attributes), parser.position);
  });
  if (listener !== undefined) parser.on('closetag', () => listener.closed(parser.position));
  parser.write(text).close();
  return first;
}

type InNamespaces = Readonly<Record<string, SaxesAttributeNS>>;

const valuesOf = (attributes: InNamespaces): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value]));

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
