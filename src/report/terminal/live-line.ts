// One line of a terminal that is written over; where a terminal cannot do that, or there is none, plain lines.

/** Where it is drawn. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string, done?: (error?: Error | null) => void) => unknown;
}

/** A line that may be written over until it is done. */
export interface LiveLine {
  /** True where lines are written over. */
  readonly live: boolean;
  /** What is under way. Nothing where lines cannot be written over. */
  readonly now: (text: string) => void;
  /** A line that stays. */
  readonly done: (text: string) => void;
  /** Takes away what was under way. */
  readonly clear: () => void;
}

// ECMA-48: to the first column, erase to the end of the line.
const ERASE = '\r\u001b[K';

/** A terminal may say that it has no width at all (`script`, some CI), or that it can move nothing (TERM=dumb). */
export function liveLine(screen: Screen, env: Readonly<Record<string, string | undefined>>): LiveLine {
  const columns = screen.columns ?? 0;
  if (screen.isTTY !== true || columns <= 0 || env.TERM === 'dumb')
    return { live: false, now: () => {}, done: (text) => void screen.write(`${text}\n`), clear: () => {} };
  return {
    live: true,
    // Cut to the width: a line that is wrapped cannot be written over.
    now: (text) => void screen.write(ERASE + [...text].slice(0, columns - 1).join('')),
    done: (text) => void screen.write(`${ERASE}${text}\n`),
    clear: () => void screen.write(ERASE),
  };
}
