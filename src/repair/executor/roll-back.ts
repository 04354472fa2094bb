// Takes back the steps of a plan, newest first, each verified by reading back.

import type { Machine } from '../../machine/machine.ts';
import type { Plan, Step } from '../../model/repair/plan.ts';
import type { StepOutcome } from '../../model/run/outcome.ts';
import { showAction } from '../../steps/shown-action.ts';
import type { Journal } from '../journal/journal.ts';
import { holdsNow } from './condition.ts';
import { momentOf } from './moment.ts';
import { type PerformContext, perform } from './perform.ts';

/** The outcomes of the steps after taking back all that were done, or begun and failed. */
export async function rollBack(
  plan: Plan,
  number: number,
  outcomes: readonly StepOutcome[],
  context: PerformContext & { readonly journal: Journal },
): Promise<readonly StepOutcome[]> {
  const after = [...outcomes];
  for (let index = outcomes.length - 1; index >= 0; index -= 1) {
    const step = plan.steps[index];
    const outcome = outcomes[index];
    if (step === undefined || (outcome !== 'done' && outcome !== 'failed')) continue;
    const moment = momentOf(context.machine);
    const begun = outcome === 'failed' ? await cutOff(step, moment) : step;
    const undone = await undoStep(begun, number, index, context, moment);
    if (undone !== undefined) after[index] = outcome === 'failed' && undone === 'undone' ? 'failed' : undone;
  }
  return after;
}

/** What a step that did not come to its end may have left is cleared, unless it is whole. */
async function cutOff(step: Step, moment: Machine): Promise<Step> {
  if (step.remains === undefined) return step;
  const whole = await holdsNow(step.holds, moment);
  return whole.known && whole.value ? step : { ...step, undo: step.remains };
}

/** Undefined where there is nothing to take back. `moment`: in which it was looked at just now. */
export async function undoStep(
  step: Step,
  plan: number,
  index: number,
  context: PerformContext & { readonly journal: Journal },
  moment: Machine,
): Promise<'undone' | 'undo-failed' | undefined> {
  const { undo } = step;
  if (undo === 'none') return undefined;
  if ('impossible' in undo) return 'undo-failed';
  const { journal, machine } = context;
  const already = await holdsNow(undo.holds, moment);
  if (already.known && already.value) {
    // Said too: a later repair may bring about again what this step had left, and that must never be taken back.
    await journal.write({ kind: 'undo-end', plan, step: index, outcome: 'undone', detail: 'it was so already' });
    return 'undone';
  }
  await journal.write({ kind: 'undo-begin', plan, step: index, shown: showAction(undo.do, machine.systemRoot) });
  const performed = await perform(undo.do, context);
  const holds = await holdsNow(undo.holds, machine);
  const outcome = holds.known && holds.value ? 'undone' : 'undo-failed';
  const detail = performed.ok ? undefined : performed.error.detail;
  await journal.write({ kind: 'undo-end', plan, step: index, outcome, ...(detail !== undefined && { detail }) });
  return outcome;
}
