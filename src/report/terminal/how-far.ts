// Long work says how far it is: on a terminal by one line that is written over, elsewhere by a line now and then. Work that is
// short says nothing.

import { liveLine, type Screen } from './live-line.ts';

/** Time, which a test turns by hand. `every`: calls until it is stopped, and keeps no process alive. */
export interface Clock {
  readonly now: () => number;
  readonly every: (milliseconds: number, call: () => void) => () => void;
}

const CLOCK: Clock = {
  // Not performance.now(): for its first call Node loads its tools of measuring, at every start.
  now: () => Number(process.hrtime.bigint()) / 1e6,
  every: (milliseconds, call) => {
    const timer = setInterval(call, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Follows one piece of work. */
export interface HowFar {
  /** What is under way now. It may be told often: most of it is left out. */
  readonly at: (words: string) => void;
  /** It is over: nothing of it stays on a screen that can be written over. */
  readonly end: () => void;
}

/** Milliseconds: a person at a terminal waits for a moment; a pipe is told of what takes really long. */
const FIRST = { terminal: 500, pipe: 10_000 } as const;
const BETWEEN = { written: 10_000, drawn: 200 } as const;

/** Where nobody listens. */
export const UNTOLD: HowFar = { at: () => {}, end: () => {} };

/** `words`: what is under way at first; '' where that is not known yet. */
export function startHowFar(
  screen: Screen,
  env: Readonly<Record<string, string | undefined>>,
  words = '',
  clock: Clock = CLOCK,
): HowFar {
  const line = liveLine(screen, env);
  const between = line.live ? BETWEEN.drawn : BETWEEN.written;
  let due = clock.now() + (screen.isTTY ? FIRST.terminal : FIRST.pipe);
  let [now, told] = [words, ''];
  const tell = () => {
    if (now === told || clock.now() < due) return;
    told = now;
    due = clock.now() + between;
    if (line.live) line.now(now);
    else line.done(now);
  };
  const stop = clock.every(Math.min(FIRST.terminal, between), tell);
  return {
    at: (next) => {
      now = next;
      // Work that never waits lets no timer run.
      tell();
    },
    end: () => {
      stop();
      if (told !== '') line.clear();
    },
  };
}

/** `Greeting endpoints: 120 of 500`. */
export const countOf = (what: string, done: number, of: number): string => `${what}: ${done} of ${of}`;
