// Takes back what a run changed: newest step first, and only where the present state is still what the run left.

import type { Machine } from '../../machine/machine.ts';
import type { Condition, Step } from '../../model/repair/plan.ts';
import type { RecordedPlan, RecordedRun } from '../../model/run/recorded-run.ts';
import { showAction } from '../../steps/shown-action.ts';
import { closeJournal, continueJournal, type Journal } from '../journal/journal.ts';
import { holdsNow } from './condition.ts';
import { momentOf } from './moment.ts';
import { presentState } from './present-state.ts';
import { undoStep } from './roll-back.ts';

/** One step that an undo would take back. */
export interface UndoStep {
  readonly plan: number;
  readonly index: number;
  readonly step: Step;
  readonly undo: Exclude<Step['undo'], 'none' | { readonly impossible: string }>;
  readonly shown: string;
}

/** What became of an undo. `refused`: the state is neither what the run left nor what it found; nothing was changed by this step. */
export interface UndoReport {
  readonly steps: readonly {
    readonly step: UndoStep;
    readonly outcome: 'undone' | 'already-so' | 'undo-failed' | 'refused';
    readonly detail?: string;
  }[];
}

/** The steps of a run that changed something and have not been taken back, newest first. */
export const stepsToUndo = (run: RecordedRun, systemRoot: string): readonly UndoStep[] =>
  [...run.plans].reverse().flatMap((recorded) => stepsOf(recorded, systemRoot));

/** Those of one plan. A plan that was taken back whole has none, whatever its steps say. */
export function stepsOf({ number, plan, steps, verdict }: RecordedPlan, systemRoot: string): readonly UndoStep[] {
  if (verdict !== undefined && verdict !== 'healed' && verdict !== 'half-done') return [];
  return steps
    .flatMap((outcome, index) => {
      const step = plan.steps[index];
      if (step === undefined || step.undo === 'none' || 'impossible' in step.undo) return [];
      if (outcome !== 'done' && outcome !== 'begun' && outcome !== 'undo-failed') return [];
      return [{ plan: number, index, step, undo: step.undo, shown: showAction(step.undo.do, systemRoot) }];
    })
    .reverse();
}

/**
 * Takes the steps back one by one and stops at the first that cannot be. The journal is closed behind the last one as it
 * was: one that is open tells the next run that this undo was cut off.
 */
export async function undoRun(run: RecordedRun, steps: readonly UndoStep[], machine: Machine): Promise<UndoReport> {
  const journal = await continueJournal(machine, run);
  const report = await takeBack(steps, machine, journal);
  const { endedAt = machine.now().toISOString(), outcome = 'rolled-back' as const } = run;
  if (report.length > 0) await closeJournal(journal, endedAt, outcome);
  return { steps: report };
}

/** The same, into a journal that is open. */
export async function takeBack(
  steps: readonly UndoStep[],
  machine: Machine,
  journal: Journal,
): Promise<UndoReport['steps']> {
  const done: UndoReport['steps'][number][] = [];
  for (const step of steps) {
    const result = await undoOne(step, machine, journal);
    done.push({ step, ...result });
    if (result.outcome === 'refused' || result.outcome === 'undo-failed') break;
  }
  return done;
}

async function undoOne(
  { step, undo, plan, index }: UndoStep,
  machine: Machine,
  journal: Journal,
): Promise<{ readonly outcome: 'undone' | 'already-so' | 'undo-failed' | 'refused'; readonly detail?: string }> {
  // Nothing is done until the step is taken back: one reading tells whether it may be, and whether it must.
  const moment = momentOf(machine);
  const already = await isTrue(undo.holds, moment);
  if (!already && !(await isTrue(step.holds, moment))) {
    const now = await presentState(step.holds, moment);
    return { outcome: 'refused', detail: `somebody has changed it since the run: ${now}` };
  }
  const outcome = await undoStep(step, plan, index, { machine, secrets: new Map(), journal }, moment);
  return { outcome: already || outcome === undefined ? 'already-so' : outcome };
}

async function isTrue(condition: Condition, machine: Machine): Promise<boolean> {
  const holds = await holdsNow(condition, machine);
  return holds.known && holds.value;
}
