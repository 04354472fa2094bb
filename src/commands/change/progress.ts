// How a run is told while it works: drawn on a terminal that can be written over, in plain lines elsewhere.

import { liveLine } from '../../report/terminal/live-line.ts';
import { type Progress, plainProgress } from '../../report/terminal/progress.ts';
import { styleFor } from '../../report/terminal/style.ts';

/** `screen`: see screen.ts; stdout carries the result alone. */
export async function startProgress(
  screen: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Progress> {
  const { onEvent, stop } = liveLine(screen, env).live
    ? (await import('../../report/terminal/drawn-progress.ts')).drawnProgress(screen)
    : plainProgress(screen, styleFor(screen, env));
  const stopped = async () => {
    await stop();
    // A console of Windows, and some pipes, take what was written later: the report must not overtake it.
    await new Promise<void>((written) => void screen.write('', () => written()));
  };
  return { onEvent, stop: stopped };
}
