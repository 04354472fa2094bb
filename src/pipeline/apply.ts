// THE executor: the only caller of perform(). Reads again, journals, acts, looks again, and takes back what failed.

import { differences } from '../chain/fingerprint.ts';
import type { ApplyEvent } from '../model/apply-event.ts';
import type { StepOutcome, Verdict } from '../model/outcome.ts';
import type { Blocked, Plan, Step } from '../model/plan.ts';
import type { PlanReport } from '../model/run-report.ts';
import { liveReader } from '../probes/live-reader.ts';
import { showAction } from '../steps/shown-action.ts';
import { collect } from './collect.ts';
import { holdsNow } from './condition.ts';
import { type Journal, JournalError, silentJournal } from './journal.ts';
import { type Hands, type Performed, perform } from './perform.ts';
import { rollBack } from './roll-back.ts';

/** What applying needs: hands, a journal, somebody to tell, and a way to be stopped between two steps. */
export interface ApplyContext extends Hands {
  readonly journal: Journal;
  readonly tell: (event: ApplyEvent) => void;
  readonly stop: AbortSignal;
}

/** Applies one plan, number `number` of its run: whole, or rolled back. */
export async function applyPlan(plan: Plan, number: number, context: ApplyContext): Promise<PlanReport> {
  const { machine, tell } = context;
  tell({ kind: 'plan', plan });
  const now = await collect(liveReader(machine), 'state');
  const changed = differences(plan.before, now);
  const report =
    changed.length > 0 ? untouched(plan, 'stale', changed.join('; ')) : await applyJournalled(plan, number, context);
  tell({ kind: 'plan-end' });
  return report;
}

/** Nothing may be done without its journal entry: where one cannot be written, the plan is taken back as well. */
async function applyJournalled(plan: Plan, number: number, context: ApplyContext): Promise<PlanReport> {
  const outcomes: StepOutcome[] = [];
  try {
    await context.journal.write({ kind: 'plan', plan: number, content: plan });
    const report = withLeftovers(await applySteps(plan, number, outcomes, context), await cleanUp(plan, context));
    await context.journal.write({ kind: 'plan-end', plan: number, verdict: report.verdict });
    return report;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const silent = { ...context, journal: silentJournal(context.journal.id) };
    const report = await undoAll(plan, number, outcomes, { detail: error.message }, silent);
    return withLeftovers(report, await cleanUp(plan, context));
  }
}

/** A transfer file holds a private key: it goes on every path. What could not be removed is returned, in words. */
async function cleanUp(plan: Plan, hands: Hands): Promise<readonly string[]> {
  const left: string[] = [];
  for (const action of plan.cleanup) {
    const performed = await perform(action, hands);
    if (!performed.ok) left.push(`remove this yourself: ${performed.detail}`);
  }
  return left;
}

/** A file that had to go and stays makes the plan half done, whatever else became of it. */
function withLeftovers(report: PlanReport, left: readonly string[]): PlanReport {
  if (left.length === 0) return report;
  return { ...report, verdict: 'half-done', detail: [...(report.detail ? [report.detail] : []), ...left].join('; ') };
}

const untouched = (plan: Plan, verdict: Verdict, detail: string): PlanReport => ({
  plan,
  steps: plan.steps.map((step) => ({ step, outcome: 'not-reached' })),
  verdict,
  detail,
});

async function applySteps(
  plan: Plan,
  number: number,
  outcomes: StepOutcome[],
  context: ApplyContext,
): Promise<PlanReport> {
  for (const [index, step] of plan.steps.entries()) {
    if (context.stop.aborted) return undoAll(plan, number, outcomes, STOPPED, context);
    context.tell({ kind: 'step-begin', index });
    const result = await applyStep(step, number, index, outcomes, context);
    outcomes[index] = result.outcome;
    context.tell({
      kind: 'step-end',
      index,
      outcome: result.outcome,
      ...(result.detail !== undefined && { detail: result.detail }),
    });
    if (result.outcome === 'failed') return undoAll(plan, number, outcomes, result, context);
  }
  return {
    plan,
    steps: plan.steps.map((step, index) => ({ step, outcome: outcomes[index] ?? 'not-reached' })),
    verdict: 'healed',
  };
}

interface StepResult {
  readonly outcome: StepOutcome;
  readonly detail?: string;
  readonly stale?: boolean;
  readonly needsPerson?: Blocked;
}

async function applyStep(
  step: Step,
  plan: number,
  index: number,
  outcomes: StepOutcome[],
  context: ApplyContext,
): Promise<StepResult> {
  const { journal, machine } = context;
  const already = await alreadySo(step, context);
  const shown = showAction(step.do, machine.systemRoot);
  await journal.write({ kind: 'begin', plan, step: index, shown, undo: shownUndo(step, machine.systemRoot) });
  // Until its end is known, a step counts as one that failed: it is taken back with the others.
  outcomes[index] = already ? 'already-so' : 'failed';
  const result = already ? { outcome: 'already-so' as const } : await act(step, context);
  const { outcome, detail } = result;
  await journal.write({ kind: 'end', plan, step: index, outcome, ...(detail !== undefined && { detail }) });
  return result;
}

/** True where what the step is for holds already. What could not be read never counts as so. */
async function alreadySo(step: Step, { machine }: ApplyContext): Promise<boolean> {
  const conditions = [...(step.unless ? [step.unless] : []), ...(step.always ? [] : [step.holds])];
  for (const condition of conditions) {
    const holds = await holdsNow(condition, machine);
    if (holds.known && holds.value) return true;
  }
  return false;
}

function shownUndo({ undo }: Step, systemRoot: string): string {
  if (undo === 'none') return '';
  return 'impossible' in undo ? undo.impossible : showAction(undo.do, systemRoot);
}

/** Done is what was read back, whatever the program said of itself. */
async function act(step: Step, context: ApplyContext): Promise<StepResult> {
  const performed = await perform(step.do, context);
  if (step.holds.kind === 'action-succeeds') return performed.ok ? { outcome: 'done' } : failedStep(step, performed);
  if (!performed.ok && performed.stale) return failedStep(step, performed);
  // Where the condition held before already, it proves nothing of this action.
  if (!performed.ok && step.always) return failedStep(step, performed);
  const holds = await holdsNow(step.holds, context.machine);
  if (holds.known && holds.value) return { outcome: 'done' };
  if (!performed.ok) return failedStep(step, performed);
  const why = holds.known ? 'it ended without an error and has done nothing' : `it cannot be verified: ${holds.why}`;
  return { outcome: 'failed', detail: why };
}

function failedStep(step: Step, performed: Extract<Performed, { ok: false }>): StepResult {
  const person = step.needsPerson?.find((each) => each.code === performed.code)?.blocked;
  return {
    outcome: 'failed',
    detail: performed.detail,
    stale: performed.stale,
    ...(person !== undefined && { needsPerson: person }),
  };
}

/** Why a plan is taken back. */
interface Cause {
  readonly detail?: string;
  readonly stale?: boolean;
  readonly stopped?: boolean;
  readonly needsPerson?: Blocked;
}

const STOPPED: Cause = { detail: 'stopped by a person', stopped: true };

/** Takes back what was done, the failed step first, and says what that makes of the plan. */
async function undoAll(
  plan: Plan,
  number: number,
  outcomes: readonly StepOutcome[],
  cause: Cause,
  context: ApplyContext,
): Promise<PlanReport> {
  // A step that found somebody else's change has changed nothing itself, and must not take that change back.
  const touched = cause.stale ? outcomes.slice(0, -1) : outcomes;
  const undone = await rollBack(plan, number, touched, context);
  const whole = !undone.includes('undo-failed');
  const steps = plan.steps.map((step, index) => ({
    step,
    outcome: undone[index] ?? outcomes[index] ?? ('not-reached' as const),
  }));
  const detail = cause.needsPerson?.why ?? cause.detail ?? '';
  const verdict = cause.stopped && outcomes.length === 0 ? 'nothing-done' : verdictFor(cause);
  return {
    plan,
    steps,
    verdict: whole ? verdict : 'half-done',
    detail,
    ...(cause.needsPerson && { blocked: cause.needsPerson }),
  };
}

function verdictFor(cause: Cause): Verdict {
  if (cause.needsPerson !== undefined) return 'needs-person';
  return cause.stale ? 'stale' : 'rolled-back';
}
