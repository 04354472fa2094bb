// The start tags that IIS itself writes, read character by character: ASCII names, double quotes, nothing to resolve. Only
// places are noted, and no object is made: a server of 10,000 sites has 60,000 tags, and few of their values are ever asked
// for. Whatever else there is goes to scanStartTag, which also has the words for what is wrong.

/** A plain start tag, by places alone. Whoever reads many has one of these written over and over. */
export interface PlainTag {
  nameEnd: number;
  /** Just behind its `>`. */
  end: number;
  /** How many attributes it has. */
  count: number;
  /** Four numbers for each attribute: where its name starts and ends, and where its value does, between the quotes. */
  readonly places: Int32Array;
}

/** More attributes than any element of IIS has. */
const MOST = 64;

/** One that is not written yet. */
export const emptyTag = (): PlainTag => ({ nameEnd: 0, end: 0, count: 0, places: new Int32Array(4 * MOST) });

/** What scanStartTag takes in a name, of ASCII: 1 inside it, 2 at its start too. */
const NAMES = Uint8Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCharCode(code);
  return /[A-Za-z_:]/.test(sign) ? 2 : /[-.\w]/.test(sign) ? 1 : 0;
});
const LONGEST = 100;

const [SPACE, TAB, RETURN, NEWLINE] = [0x20, 0x09, 0x0d, 0x0a];
const [QUOTE, EQUALS, SLASH, CLOSE, LESS, AMPERSAND] = [0x22, 0x3d, 0x2f, 0x3e, 0x3c, 0x26];

/** Reads the start tag whose `<` is at `at` into `tag`; false where it is not a plain one. */
export function readPlainTag(text: string, at: number, tag: PlainTag): boolean {
  const { places } = tag;
  const nameEnd = endOfName(text, at + 1);
  if (nameEnd === -1) return false;
  let count = 0;
  for (let from = nameEnd; ; ) {
    const next = behindBlanks(text, from);
    const code = text.charCodeAt(next);
    if (code === CLOSE || (code === SLASH && text.charCodeAt(next + 1) === CLOSE)) {
      tag.nameEnd = nameEnd;
      tag.end = code === CLOSE ? next + 1 : next + 2;
      tag.count = count;
      return true;
    }
    const equals = next === from || count === MOST ? -1 : endOfName(text, next);
    if (equals === -1 || text.charCodeAt(equals) !== EQUALS || text.charCodeAt(equals + 1) !== QUOTE) return false;
    const end = endOfValue(text, equals + 2);
    if (end === -1 || isRepeated(text, next, equals, places, count)) return false;
    const place = 4 * count;
    places[place] = next;
    places[place + 1] = equals;
    places[place + 2] = equals + 2;
    places[place + 3] = end;
    count += 1;
    from = end + 1;
  }
}

/** No value of a plain tag ends with a slash that stands before the `>`. */
export const isSelfClosing = (text: string, { end }: Pick<PlainTag, 'end'>): boolean =>
  text.charCodeAt(end - 2) === SLASH;

/** Which attribute has this name; -1 where none has. */
export function attributeNamed(text: string, { count, places }: PlainTag, name: string): number {
  for (let place = 0; place < 4 * count; place += 4) {
    const start = places[place] ?? 0;
    if ((places[place + 1] ?? 0) - start === name.length && text.startsWith(name, start)) return place / 4;
  }
  return -1;
}

function isRepeated(text: string, start: number, end: number, places: Int32Array, count: number): boolean {
  for (let place = 0; place < 4 * count; place += 4) {
    const other = places[place] ?? 0;
    if ((places[place + 1] ?? 0) - other !== end - start) continue;
    let same = 0;
    while (same < end - start && text.charCodeAt(other + same) === text.charCodeAt(start + same)) same += 1;
    if (same === end - start) return true;
  }
  return false;
}

function behindBlanks(text: string, from: number): number {
  for (let at = from; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== TAB && code !== RETURN && code !== NEWLINE) return at;
  }
}

/** -1 where no name starts, or one that is too long. */
function endOfName(text: string, from: number): number {
  if (NAMES[text.charCodeAt(from)] !== 2) return -1;
  let at = from + 1;
  while ((NAMES[text.charCodeAt(at)] ?? 0) > 0) at += 1;
  // What goes on with a letter beyond ASCII ends at no sign that may follow a name.
  return at - from > LONGEST ? -1 : at;
}

/** Where the closing quote stands; -1 where a reference, a line end or a tab is to be resolved first. */
function endOfValue(text: string, from: number): number {
  for (let at = from; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === LESS || code === AMPERSAND || !(code >= SPACE)) return -1;
  }
}
