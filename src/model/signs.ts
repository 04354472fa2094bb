// Signs that no reader sees, or that steer a terminal: shown as escapes wherever text leaves us.

/**
 * Controls (C0 and C1), format signs (bidi, zero width, tags), line and paragraph separators, halves of surrogate pairs, and
 * everything else that Unicode says is drawn as nothing. A line break and a tab are text.
 */
const HIDDEN = /(?![\t\n]|\r\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** The colours that style.ts writes. None of them hides a word or moves the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const COLOUR = /\u001b\[(?:1|2|22|31|32|33|35|39)m/;

const ALL = new RegExp(HIDDEN, 'gu');
const ALL_BUT_COLOURS = new RegExp(`${COLOUR.source}|${HIDDEN.source}`, 'gu');

/** Hidden signs as \uXXXX, which is what JSON writes too: a document that passes through here keeps its meaning. */
export const showHidden = (text: string): string => text.replace(ALL, escaped);

/** The same for a terminal that is written to in our own colours. */
export const showHiddenButColours = (text: string): string =>
  text.replace(ALL_BUT_COLOURS, (sign) => (COLOUR.test(sign) ? sign : escaped(sign)));

/** Unit by unit, as JSON does: a sign beyond U+FFFF is two of them. */
const escaped = (sign: string): string =>
  sign
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
