// THE executor: the only caller of perform(). Reads again, journals, acts, looks again, and takes back what failed.

import { differences, sourcesOf } from '../../chain/memory/fingerprint.ts';
import { collectOnly } from '../../evidence/collect.ts';
import { liveReader } from '../../evidence/readers/live-reader.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import type { StepOutcome, Verdict } from '../../model/run/outcome.ts';
import type { PlanReport } from '../../model/run/run-report.ts';
import { JournalError, silentJournal } from '../journal/journal.ts';
import { type ApplyContext, applyStep } from './apply-step.ts';
import { momentOf } from './moment.ts';
import { type PerformContext, perform } from './perform.ts';
import { rollBack } from './roll-back.ts';

/** Applies one plan, number `number` of its run: whole, or rolled back. */
export async function applyPlan(plan: Plan, number: number, context: ApplyContext): Promise<PlanReport> {
  context.tell({ kind: 'plan', plan });
  const report = await applyJournalled(plan, number, context);
  context.tell({ kind: 'plan-end' });
  return report;
}

/** Nothing may be done without its journal entry: where one cannot be written, the plan is taken back as well. */
async function applyJournalled(plan: Plan, number: number, context: ApplyContext): Promise<PlanReport> {
  const outcomes: StepOutcome[] = [];
  try {
    await context.journal.write({ kind: 'plan', plan: number, content: plan });
    const report = await applyWhereFresh(plan, number, outcomes, context);
    await context.journal.write({ kind: 'plan-end', plan: number, verdict: report.verdict });
    return report;
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const silent = { ...context, journal: silentJournal(context.journal.id) };
    const report = await undoAll(plan, number, outcomes, { detail: error.message }, silent);
    return withLeftovers(report, await cleanUp(plan, context));
  }
}

/** The plan stands in the journal by then: between this reading and the first act no more than that step's own entry is written. */
async function applyWhereFresh(
  plan: Plan,
  number: number,
  outcomes: StepOutcome[],
  context: ApplyContext,
): Promise<PlanReport> {
  const moment = momentOf(context.machine);
  const changed = differences(plan.before, await collectOnly(liveReader(moment), sourcesOf(plan.before)));
  if (changed.length > 0) return untouched(plan, 'stale', changed.join('; '));
  return withLeftovers(await applySteps(plan, number, outcomes, moment, context), await cleanUp(plan, context));
}

/** A transfer file holds a private key: it goes on every path. What could not be removed is returned, in words. */
async function cleanUp(plan: Plan, context: PerformContext): Promise<readonly string[]> {
  const left: string[] = [];
  for (const action of plan.cleanup) {
    const performed = await perform(action, context);
    if (!performed.ok) left.push(`remove this yourself: ${performed.error.detail}`);
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

/** `moment`: in which the plan's subjects were read again, and by which its first step is judged. */
async function applySteps(
  plan: Plan,
  number: number,
  outcomes: StepOutcome[],
  moment: Machine,
  context: ApplyContext,
): Promise<PlanReport> {
  for (const [index, step] of plan.steps.entries()) {
    if (context.stop.aborted) return undoAll(plan, number, outcomes, STOPPED, context);
    context.tell({ kind: 'step-begin', index });
    const result = await applyStep(step, number, index, outcomes, context, index === 0 ? moment : undefined);
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

/** Why a plan is taken back. */
interface Cause {
  readonly detail?: string;
  readonly stale?: boolean;
  readonly stopped?: boolean;
  readonly needsPerson?: Blocked;
}

const STOPPED: Cause = { detail: 'stopped by you', stopped: true };

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
    ...(cause.stopped && { stopped: true as const }),
    ...(cause.needsPerson && { blocked: cause.needsPerson }),
  };
}

function verdictFor(cause: Cause): Verdict {
  if (cause.needsPerson !== undefined) return 'needs-person';
  return cause.stale ? 'stale' : 'rolled-back';
}
