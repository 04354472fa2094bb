// Words to lines: cleans what comes from a server, wraps it, and colours it last, so that widths are widths.

import { eastAsianWidth } from 'get-east-asian-width';
import { showHidden } from '../../model/signs.ts';
import { type Paint, paint, type Style } from './style.ts';

/** A run of text; a no-break space (U+00A0) in it holds words together and is written as a blank. */
export type Piece = string | { readonly text: string; readonly as: Paint };

/** Columns before the first line, and before the lines that follow it. */
export interface Indent {
  readonly first: number;
  readonly rest: number;
}

interface Fragment {
  readonly text: string;
  readonly as?: Paint;
}

type Word = readonly Fragment[];

/** Text from a server in one line: hidden signs are shown as escapes; line breaks become blanks. */
export const printable = (text: string): string => showHidden(text.replace(/[\t\r\n\u2028\u2029]+/g, ' '));

/** Text that is not broken at its blanks: a path, a name. */
export const whole = (text: string): string => text.replaceAll(' ', '\u00a0');

/**
 * Pieces as lines of at most `style.width` columns. A word is never broken: a thumbprint or a path that is too long for a
 * line gets a line of its own, with less indent where that helps, and runs over where it must: so it can still be copied.
 */
export function paragraph(style: Style, pieces: readonly Piece[], indent: Indent = { first: 0, rest: 0 }): string {
  const lines: string[] = [];
  let line = ' '.repeat(indent.first);
  let used = indent.first;
  let empty = true;
  for (const word of wordsOf(pieces)) {
    const length = lengthOf(word);
    if (!empty && used + 1 + length > style.width) {
      lines.push(line);
      const room = length > style.width ? indent.rest : Math.min(indent.rest, style.width - length);
      line = ' '.repeat(room);
      used = room;
      empty = true;
    }
    line += (empty ? '' : ' ') + word.map((fragment) => paintFragment(style, fragment)).join('');
    used += length + (empty ? 0 : 1);
    empty = false;
  }
  return [...lines, line].map((each) => each.trimEnd()).join('\n');
}

/** A line that is written as it is, however long: a command that a person copies. */
export const verbatim = (text: string, indent: number): string => ' '.repeat(indent) + printable(text);

function wordsOf(pieces: readonly Piece[]): readonly Word[] {
  const words: Fragment[][] = [[]];
  for (const piece of pieces) {
    const as = typeof piece === 'string' ? undefined : piece.as;
    const text = printable(typeof piece === 'string' ? piece : piece.text);
    text.split(' ').forEach((part, index) => {
      if (index > 0) words.push([]);
      if (part !== '') words.at(-1)?.push({ text: part.replaceAll('\u00a0', ' '), ...(as && { as }) });
    });
  }
  return words.filter((word) => word.length > 0);
}

const lengthOf = (word: Word): number => word.reduce((sum, { text }) => sum + widthOf(text), 0);

/** Signs of one column each: Latin letters, and what our own drawings are made of. */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2500-\u257f\u2714\u2716]*$/;

/** A sign that stands on the one before it: an accent, a joiner, the colour of a hand. Made where one may be (see signs.ts). */
const isOnAnother = (sign: string): boolean =>
  /[\p{Nonspacing_Mark}\p{Emoji_Modifier}\p{Enclosing_Mark}\p{Format}\p{Default_Ignorable_Code_Point}]/u.test(sign);

/** Makes the sign before it a picture, which is a column wider (U+FE0F). */
const AS_PICTURE = '\ufe0f';

/**
 * Columns of a text, never fewer than a terminal takes; of signs that a terminal draws as one picture it may be more.
 * To split a text into what is drawn as one (string-width does) costs 17 ms of a small check, before its first sign.
 */
function widthOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let columns = 0;
  for (const sign of text)
    if (sign === AS_PICTURE) columns += 1;
    else if (!isOnAnother(sign)) columns += eastAsianWidth(sign.codePointAt(0) ?? 0);
  return columns;
}

const paintFragment = (style: Style, { text, as }: Fragment): string =>
  as === undefined ? text : paint(style, as, text);

/** At most this many of one kind are told one by one in a text; --json and --html tell all. */
export const MOST = 50;

/** Says how many more there are; '' where all were told. */
export function restLine(total: number, what: string, style: Style): string {
  if (total <= MOST) return '';
  return paragraph(
    style,
    [{ text: `... and ${total - MOST} more ${what}: check --json or --html FILE tells all`, as: 'dim' }],
    {
      first: 2,
      rest: 4,
    },
  );
}
