// Applies one step: is it so already; if not, journal, act, look again; journal.

import type { Machine } from '../../machine/machine.ts';
import type { Blocked, Condition, Step } from '../../model/repair/plan.ts';
import type { StepOutcome } from '../../model/run/outcome.ts';
import type { ApplyEvent } from '../../model/run/run-report.ts';
import { showAction } from '../../steps/shown-action.ts';
import type { Journal } from '../journal/journal.ts';
import { holdsNow } from './condition.ts';
import { momentOf } from './moment.ts';
import { type PerformContext, perform } from './perform.ts';
import type { Performed } from './replace-file.ts';

/** What applying needs: what performing needs, a journal, somebody to tell, and a way to be stopped between two steps. */
export interface ApplyContext extends PerformContext {
  readonly journal: Journal;
  readonly tell: (event: ApplyEvent) => void;
  readonly stop: AbortSignal;
}

/** What became of a step, and why. */
export interface StepResult {
  readonly outcome: StepOutcome;
  readonly detail?: string;
  readonly stale?: boolean;
  readonly needsPerson?: Blocked;
}

/** Applies step `index` of plan `plan`; `outcomes` always says what would have to be taken back. `moment`: in which the plan's subjects were read again. */
export async function applyStep(
  step: Step,
  plan: number,
  index: number,
  outcomes: StepOutcome[],
  context: ApplyContext,
  moment = momentOf(context.machine),
): Promise<StepResult> {
  const { journal, machine } = context;
  const already = await alreadySo(step, moment);
  // Begun is only what will be done: a run that is cut off takes back what it had begun, and this was there before it.
  if (!already) {
    const shown = showAction(step.do, machine.systemRoot);
    await journal.write({ kind: 'begin', plan, step: index, shown, undo: shownUndo(step, machine.systemRoot) });
  }
  // Until its end is known, a step counts as one that failed: it is taken back with the others.
  outcomes[index] = already ? 'already-so' : 'failed';
  const result = already ? { outcome: 'already-so' as const } : await act(step, context);
  const { outcome, detail } = result;
  await journal.write({ kind: 'end', plan, step: index, outcome, ...(detail !== undefined && { detail }) });
  return result;
}

/** True where what the step is for holds already. What could not be read never counts as so. */
async function alreadySo(step: Step, moment: Machine): Promise<boolean> {
  const conditions = [...(step.unless ? [step.unless] : []), ...(step.always ? [] : [withoutMidway(step.holds)])];
  for (const condition of conditions) {
    const holds = await holdsNow(condition, moment);
    if (holds.known && holds.value) return true;
  }
  return false;
}

/** What may stand midway is what the step finds, and no reason to leave it out. */
function withoutMidway(condition: Condition): Condition {
  if (!('midway' in condition)) return condition;
  const { midway: _, ...whole } = condition;
  return whole;
}

function shownUndo({ undo }: Step, systemRoot: string): string {
  if (undo === 'none') return '';
  return 'impossible' in undo ? undo.impossible : showAction(undo.do, systemRoot);
}

/** Done is what was read back, whatever the program said of itself. */
async function act(step: Step, context: ApplyContext): Promise<StepResult> {
  const performed = await perform(step.do, context);
  if (step.holds.kind === 'action-succeeds') return performed.ok ? { outcome: 'done' } : failedStep(step, performed);
  if (!performed.ok && performed.error.stale) return failedStep(step, performed);
  // Where the condition held before already, it proves nothing of this action.
  if (!performed.ok && step.always) return failedStep(step, performed);
  const holds = await holdsNow(step.holds, context.machine);
  if (holds.known && holds.value) return { outcome: 'done' };
  if (!performed.ok) return failedStep(step, performed);
  const why = holds.known ? 'it ended without an error and has done nothing' : `it cannot be verified: ${holds.why}`;
  return { outcome: 'failed', detail: why };
}

function failedStep(step: Step, { error }: Extract<Performed, { ok: false }>): StepResult {
  const person = step.needsPerson?.find((each) => each.code === error.code)?.blocked;
  return {
    outcome: 'failed',
    detail: error.detail,
    stale: error.stale,
    ...(person !== undefined && { needsPerson: person }),
  };
}
