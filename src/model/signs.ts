// Signs that no reader sees, or that steer a terminal: shown as escapes wherever text leaves us.

/** What is none of them for certain: Latin letters, and the signs that our own drawings are made of. */
const OTHER_THAN_PLAIN = /[^\t\n\x20-\x7e\u2500-\u257f\u2714\u2716]/;

/**
 * Controls (C0 and C1), format signs (bidi, zero width, tags), line and paragraph separators, halves of surrogate pairs, and
 * everything else that Unicode says is drawn as nothing. A line break and a tab are text. Made when it is asked for: to learn
 * Unicode's properties takes longer than to write a plain text.
 */
const hidden = () => /(?![\t\n]|\r\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The colours that style.ts writes. None of them hides a word or moves the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const COLOUR = /^\u001b\[(?:1|2|22|31|32|33|35|39)m/;

/** Hidden signs as \uXXXX, which is what JSON writes too: a document that passes through here keeps its meaning. */
export const showHidden = (text: string): string =>
  OTHER_THAN_PLAIN.test(text) ? text.replace(hidden(), escaped) : text;

/** The same for a terminal that is written to in our own colours. */
export const showHiddenButColours = (text: string): string =>
  OTHER_THAN_PLAIN.test(text)
    ? text.replace(hidden(), (sign, at: number) => (COLOUR.test(text.slice(at, at + 5)) ? sign : escaped(sign)))
    : text;

/** Unit by unit, as JSON does: a sign beyond U+FFFF is two of them. */
const escaped = (sign: string): string =>
  sign
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
