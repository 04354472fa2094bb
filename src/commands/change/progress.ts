// How a run is told while it works: drawn on a terminal that can be written over, in plain lines elsewhere.

import type { Plan } from '../../model/repair/plan.ts';
import { startHowFar } from '../../report/terminal/how-far.ts';
import { liveLine } from '../../report/terminal/live-line.ts';
import { numbered, type Progress, plainProgress } from '../../report/terminal/progress.ts';
import { styleFor } from '../../report/terminal/style.ts';

/** `screen`: see screen.ts; stdout carries the result alone. `plans`: all that are to be applied. */
export async function startProgress(
  screen: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
  plans: readonly Plan[],
): Promise<Progress> {
  const titleOf = numbered(plans);
  const startLook = () => startHowFar(screen, env);
  const { onEvent, stop } = liveLine(screen, env).live
    ? (await import('../../report/terminal/drawn-progress.ts')).drawnProgress(screen, titleOf, startLook)
    : plainProgress(screen, styleFor(screen, env), titleOf, startLook);
  const stopped = async () => {
    await stop();
    // A console of Windows, and some pipes, take what was written later: the report must not overtake it.
    await new Promise<void>((written) => void screen.write('', () => written()));
  };
  return { onEvent, stop: stopped };
}
