// What a fix prints: repairs that were not applied, and the report of those that were.

import { dryRunOutcome, unapprovedOutcome } from '../../diagnosis/outcome.ts';
import type { Plan } from '../../model/repair/plan.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { notApplied, type RunReport } from '../../model/run/run-report.ts';
import type { Decisions } from '../../repair/planning/approve.ts';
import { runJson } from '../../report/documents/json.ts';
import { paragraph } from '../../report/terminal/layout.ts';
import { fixLine } from '../../report/terminal/line.ts';
import { renderOutcome } from '../../report/terminal/outcome-text.ts';
import { renderAllBlocked, renderPlan } from '../../report/terminal/plan-text.ts';
import { renderDiagnosis } from '../../report/terminal/text.ts';
import { saidNo } from '../../report/words/answers.ts';
import type { Work } from './fix-work.ts';
import { orHalfDone } from './unfinished.ts';

/** A plan with its exact commands and file changes. */
export function showPlan({ diagnosis, style }: Work, plan: Plan): string {
  const { config, places } = diagnosis.evidence;
  return renderPlan(plan, places.systemRoot, style, config.known ? config.value : undefined);
}

/** The repairs as they would be applied, and what keeps the others from it. */
export function showOnly(work: Work, outcome: RunOutcome, why: string): RunOutcome {
  const { repairs, options, streams, style, target, diagnosis } = work;
  const plans = repairs.plans.map(notApplied);
  if (options.json || options.line) return report(work, { plans, blocked: repairs.blocked, outcome });
  streams.out(renderDiagnosis(diagnosis, target.arguments, style, repairs, true));
  for (const plan of repairs.plans) streams.out(`\n${showPlan(work, plan)}`);
  if (repairs.blocked.length > 0) streams.out(`\n${renderAllBlocked(repairs.blocked, target.arguments, style)}`);
  streams.err(`${why}\n`);
  return orHalfDone(outcome, work.left);
}

/** The end where a person, or --yes, said yes to nothing. */
export function nothingApplied(work: Work, decisions: Decisions): RunOutcome {
  const { diagnosis, streams, options } = work;
  const blocked = decisions.gone ? [] : decisions.blocked;
  const plans = decisions.declined.map(notApplied);
  const reasons = blocked.map((each) => each.blocked);
  const onlyBlocked = !decisions.gone && plans.length === 0;
  const outcome = onlyBlocked ? dryRunOutcome(diagnosis, 0, reasons) : unapprovedOutcome(diagnosis, []);
  if (options.json || options.yes !== undefined) return report(work, { plans, blocked, outcome });
  if (blocked.length > 0) streams.out(`\n${renderAllBlocked(blocked, work.target.arguments, work.style)}`);
  const no = decisions.declined.length === 0 ? [] : [saidNo(decisions.declined, diagnosis)];
  streams.err(
    `\n${paragraph(
      { ...work.style, color: false },
      ['Nothing was changed.', ...no].flatMap((text) => [text, ' ']),
    )}\n`,
  );
  return orHalfDone(outcome, work.left);
}

/** The report of a run, and its exit code. */
export function report(
  {
    options,
    streams,
    target,
    style,
    diagnosis,
    left,
  }: Pick<Work, 'options' | 'streams' | 'target' | 'style' | 'diagnosis' | 'left'>,
  run: RunReport,
): RunOutcome {
  const result = { ...run, outcome: orHalfDone(run.outcome, left) };
  if (options.json) {
    const document = runJson(result, target.name, diagnosis.evidence);
    streams.out(`${JSON.stringify(document, null, 2)}\n`);
  } else if (options.line) {
    streams.out(fixLine(result));
  } else {
    const asked = options.yes === undefined && options.unattended !== true;
    const text = renderOutcome(result, target.arguments, style, asked);
    streams.out(asked && run.runId !== undefined ? `\n${text}` : text);
  }
  return result.outcome;
}
