// How a step is taken back, in a line.

import type { Undo } from '../../model/repair/plan.ts';
import { showAction } from '../../steps/shown-action.ts';

/** The command or change that takes it back, or why there is none. */
export function undoWords(undo: Undo, systemRoot: string): string {
  if (undo === 'none') return 'undo: nothing to take back';
  return 'impossible' in undo ? `cannot be taken back: ${undo.impossible}` : `undo: ${showAction(undo.do, systemRoot)}`;
}
