// The start tags that IIS itself writes, read character by character and straight into values: ASCII names, double quotes,
// nothing to resolve. Whatever else there is goes to scanStartTag, which also has the words for what is wrong.

/** A start tag with its values; `end` is just behind its `>`. */
export interface PlainTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly end: number;
  readonly selfClosing: boolean;
}

/** What scanStartTag takes in a name, of ASCII: 1 inside it, 2 at its start too. */
const NAMES = Uint8Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCharCode(code);
  return /[A-Za-z_:]/.test(sign) ? 2 : /[-.\w]/.test(sign) ? 1 : 0;
});
const LONGEST = 100;

const BLANKS: readonly number[] = [0x20, 0x09, 0x0d, 0x0a];
const [QUOTE, EQUALS, SLASH, CLOSE, LESS, AMPERSAND] = [0x22, 0x3d, 0x2f, 0x3e, 0x3c, 0x26];

const NONE: ReadonlyMap<string, string> = new Map();

/** The start tag whose `<` is at `at`; undefined where it is not a plain one. */
export function plainTag(text: string, at: number): PlainTag | undefined {
  const nameEnd = endOfName(text, at + 1);
  if (nameEnd === undefined) return undefined;
  const name = nameAt(text, at + 1, nameEnd);
  let attributes: Map<string, string> | undefined;
  for (let from = nameEnd; ; ) {
    let next = from;
    while (BLANKS.includes(text.charCodeAt(next))) next += 1;
    const code = text.charCodeAt(next);
    if (code === CLOSE) return { name, attributes: attributes ?? NONE, end: next + 1, selfClosing: false };
    if (code === SLASH && text.charCodeAt(next + 1) === CLOSE)
      return { name, attributes: attributes ?? NONE, end: next + 2, selfClosing: true };
    const equals = next === from ? undefined : endOfName(text, next);
    if (equals === undefined || text.charCodeAt(equals) !== EQUALS || text.charCodeAt(equals + 1) !== QUOTE)
      return undefined;
    const end = endOfValue(text, equals + 2);
    const attribute = nameAt(text, next, equals);
    if (end === undefined || attributes?.has(attribute)) return undefined;
    attributes ??= new Map();
    attributes.set(attribute, text.slice(equals + 2, end));
    from = end + 1;
  }
}

function endOfName(text: string, from: number): number | undefined {
  if (NAMES[text.charCodeAt(from)] !== 2) return undefined;
  let at = from + 1;
  while ((NAMES[text.charCodeAt(at)] ?? 0) > 0) at += 1;
  // What goes on with a letter beyond ASCII ends at no sign that may follow a name.
  return at - from > LONGEST ? undefined : at;
}

/** Where the closing quote stands; undefined where a reference, a line end or a tab is to be resolved first. */
function endOfValue(text: string, from: number): number | undefined {
  for (let at = from; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === LESS || code === AMPERSAND || !(code >= 0x20)) return undefined;
  }
}

/** Names are few and come again and again: one string for each, found by its length and first letter. */
const seen = new Map<number, string>();

function nameAt(text: string, from: number, to: number): string {
  const key = (to - from) * 128 + text.charCodeAt(from);
  const known = seen.get(key);
  if (known !== undefined && text.startsWith(known, from)) return known;
  const name = text.slice(from, to);
  seen.set(key, name);
  return name;
}
