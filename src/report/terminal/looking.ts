// Tells a person at a terminal that the server is being looked at, where that takes longer than a moment.

import { liveLine, type Screen } from './live-line.ts';

/** Follows a look. */
export interface Looking {
  /** How many https bindings there are, once that is known. */
  readonly found: (bindings: number) => void;
  /** It is over: nothing of it stays on a screen that can be written over. */
  readonly end: () => void;
}

/** Nothing is told to a pipe: a scheduled look that works leaves stderr empty. `after`: milliseconds. */
export function startLooking(screen: Screen, env: Readonly<Record<string, string | undefined>>, after = 500): Looking {
  if (screen.isTTY !== true) return { found: () => {}, end: () => {} };
  const line = liveLine(screen, env);
  let words = 'Looking at the server ...';
  let late = false;
  const tell = () => (line.live ? line.now(words) : line.done(words));
  const timer = setTimeout(() => {
    late = true;
    tell();
  }, after);
  timer.unref();
  return {
    found: (bindings) => {
      words = `Looking at ${bindings} https ${bindings === 1 ? 'binding' : 'bindings'} ...`;
      if (late) tell();
    },
    end: () => {
      clearTimeout(timer);
      if (late) line.clear();
    },
  };
}
