// How a terminal is written to: the only file that knows colour codes and line-drawing characters.

import isUnicodeSupported from 'is-unicode-supported';

/** What the terminal, or the file, at the other end can show. */
export interface Style {
  readonly color: boolean;
  /** Columns; words are wrapped there. */
  readonly width: number;
  /** False: ASCII is used for every mark and line. */
  readonly unicode: boolean;
  /** Details were asked for: facts, where each was read, whole command lines. */
  readonly verbose?: boolean;
}

/** What a colour means. */
export type Paint = 'good' | 'bad' | 'warn' | 'unsure' | 'dim' | 'strong';

// SGR parameters (ECMA-48): on, off.
const CODES: Readonly<Record<Paint, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  unsure: [35, 39],
  dim: [2, 22],
  strong: [1, 22],
};

/** The text in its colour; unchanged where there is no colour. */
export function paint(style: Style, as: Paint, text: string): string {
  const [on, off] = CODES[as];
  return style.color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

/** Signs and lines of the drawings. Every meaning is told by its sign too, never by colour alone. */
export interface Marks {
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
  readonly unsure: string;
  /** In front of what is worth knowing and no fault. */
  readonly note: string;
  /** In front of a link, by what that link is: it holds, is broken, will break, was not read, was not looked at. */
  readonly holds: string;
  readonly broken: string;
  readonly warning: string;
  readonly unknown: string;
  readonly skipped: string;
}

const UNICODE: Marks = {
  good: '✔',
  bad: '✖',
  warn: '!',
  unsure: '?',
  note: 'i',
  holds: '──',
  broken: '──╳',
  warning: '──!',
  unknown: '──?',
  skipped: '··',
};

const ASCII: Marks = {
  good: '+',
  bad: 'X',
  warn: '!',
  unsure: '?',
  note: 'i',
  holds: '--',
  broken: '--X',
  warning: '--!',
  unknown: '--?',
  skipped: '..',
};

/** The marks that this terminal can show. */
export const marks = (style: Style): Marks => (style.unicode ? UNICODE : ASCII);

/** Columns where none are known, and the widest line that is still easy to read. */
const USUAL_WIDTH = 80;
const WIDEST = 120;

/** The style for a stream: no colour without a terminal, with NO_COLOR (no-color.org) or with TERM=dumb. */
export function styleFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
  verbose = false,
): Style {
  const terminal = stream.isTTY === true;
  return {
    color: terminal && !env.NO_COLOR && env.TERM !== 'dumb',
    width: Math.min(terminal && stream.columns ? stream.columns : USUAL_WIDTH, WIDEST),
    // A log on Windows is read in the ANSI code page; elsewhere the locale says what a log is read in.
    ...(verbose && { verbose }),
    unicode: isUnicodeSupported() && (process.platform === 'win32' ? terminal : speaksUtf8(env)),
  };
}

const speaksUtf8 = (env: Readonly<Record<string, string | undefined>>): boolean =>
  /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
