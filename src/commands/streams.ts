// Where a command writes to: stdout carries the result alone, stderr everything else.

import { showHidden, showHiddenButColours } from '../model/signs.ts';
import { styleFor } from '../report/terminal/style.ts';

/** What a command needs of its surroundings; process gives it, a test makes its own. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Without an iterator there is nothing on it. */
  readonly stdin: { readonly isTTY?: boolean } & Partial<AsyncIterable<Uint8Array>>;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whoever reads stderr takes each line for a warning: what is under way is not told. */
  readonly untold?: true;
}

/** The streams of a process. Names in a text come from whoever wrote a file or a certificate: nothing hidden gets through. */
export function streamsOf(process: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>): Streams {
  const { stdout, stderr, env } = process;
  const outward = styleFor(stdout, env).color ? showHiddenButColours : showHidden;
  return {
    out: (text) => void stdout.write(outward(text)),
    err: (text) => void stderr.write(showHidden(text)),
    // Node opens it when it is asked for, which most commands never do.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env,
  };
}
