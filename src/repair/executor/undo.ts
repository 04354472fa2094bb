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
  /** Somebody stopped it between two plans: what was not come to stands. */
  readonly stopped?: true;
}

/** Whoever follows an undo: how many steps have been tried, and a way to end it between two plans. */
export interface UndoHow {
  readonly stop?: AbortSignal;
  readonly tried?: (steps: number) => void;
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
export async function undoRun(
  run: RecordedRun,
  steps: readonly UndoStep[],
  machine: Machine,
  how: UndoHow = {},
): Promise<UndoReport> {
  const journal = await continueJournal(machine, run);
  const report = await takeBack(steps, machine, journal, how);
  const { endedAt = machine.now().toISOString(), outcome = 'rolled-back' as const } = run;
  if (report.length > 0) await closeJournal(journal, endedAt, outcome);
  const isCut = how.stop?.aborted === true && report.length < steps.length && report.every(isBack);
  return { steps: report, ...(isCut && { stopped: true as const }) };
}

/** The same, into a journal that is open. */
export async function takeBack(
  steps: readonly UndoStep[],
  machine: Machine,
  journal: Journal,
  { stop, tried }: UndoHow = {},
): Promise<UndoReport['steps']> {
  const done: Undone[] = [];
  for (const step of steps) {
    // Half of a plan that is taken back may serve nobody.
    if (stop?.aborted && done.length > 0 && done.at(-1)?.step.plan !== step.plan) break;
    const one = { step, ...(await undoOne(step, machine, journal)) };
    done.push(one);
    tried?.(done.length);
    if (!isBack(one)) break;
  }
  return done;
}

type Undone = UndoReport['steps'][number];

const isBack = ({ outcome }: Undone): boolean => outcome === 'undone' || outcome === 'already-so';

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
