// `name = value` in text that may be damaged XML: attributes, and the assignments inside their values.

/** One assignment: `start` to `end` are the characters of the value, without its quotes. */
export interface Assignment {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The lookbehind keeps the search linear: a name is tried at its first character only. */
const pattern = /(?<![\w:.-])([\w:.-]+)[ \t\r\n]*=[ \t\r\n]*/g;

/**
 * The assignments between `from` and `to`, which is one tag with the text behind it. A quoted value may itself hold
 * assignments without quotes of its kind, as a connection string does: these follow it in the list.
 */
export function assignments(text: string, from: number, to: number): readonly Assignment[] {
  const piece = text.slice(from, to);
  const found: Assignment[] = [];
  const bareEnd = bareEnds(text);
  const search = new RegExp(pattern);
  for (let match = search.exec(piece); match; match = search.exec(piece)) {
    const name = match[1] ?? '';
    const at = from + search.lastIndex;
    if (text[at] !== '"' && text[at] !== "'") {
      found.push({ name, start: at, end: bareEnd(at, to) });
      continue;
    }
    const end = quotedEnd(text, at, to);
    found.push({ name, start: at + 1, end }, ...inside(text, at + 1, end));
    search.lastIndex = Math.min(end + 1, to) - from;
  }
  return found;
}

/** A value without its closing quote goes on over the next `<`, but not to the next line: the rest is not its. */
function quotedEnd(text: string, at: number, to: number): number {
  const close = text.indexOf(text.charAt(at), at + 1);
  if (close !== -1 && close < to) return close;
  const limit = close === -1 ? text.length : close;
  const lineEnd = text.slice(to, limit).search(/[\r\n]/);
  return lineEnd === -1 ? limit : to + lineEnd;
}

function inside(text: string, from: number, to: number): readonly Assignment[] {
  const bareEnd = bareEnds(text);
  return [...text.slice(from, to).matchAll(pattern)].map((match) => {
    const name = match[1] ?? '';
    const start = from + match.index + match[0].length;
    // `a="b password="c"`: a quote is missing, and the quote that seems to close `a` opens the password.
    const opens = start === to && /[^\s/>?]/.test(text.charAt(to + 1));
    if (opens) return { name, start: to + 1, end: bareEnd(to + 1, text.length) };
    return { name, start, end: bareEnd(start, to) };
  });
}

const quoted = /"[^"]*|'[^']*|&quot;(?:(?!&quot;)[^"'<>])*|&apos;(?:(?!&apos;)[^"'<>])*/y;
const plain = /[^;"'<>\r\n]*/y;

/**
 * Ends of values as connection strings write them: quoted in one of four ways, or up to the `;`. An end found once is
 * kept for every start before it, or `a=a=a=...` would take for ever.
 */
function bareEnds(text: string): (at: number, to: number) => number {
  let known = -1;
  return (at, to) => {
    quoted.lastIndex = at;
    if (quoted.test(text)) return Math.min(quoted.lastIndex, to);
    if (at >= known) {
      plain.lastIndex = at;
      plain.test(text);
      known = Math.max(plain.lastIndex, at);
    }
    return Math.min(known, to);
  };
}
