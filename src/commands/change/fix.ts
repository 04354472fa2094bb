// fix: diagnose, plan, get a yes, apply, look again.

import { checkOutcome, dryRunOutcome, unapprovedOutcome } from '../../diagnosis/outcome.ts';
import type { Plan } from '../../model/repair/plan.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { VERSION } from '../../model/version.ts';
import { canAsk, type Person } from '../../person/person.ts';
import type { Stopping } from '../../person/stopping.ts';
import { fix } from '../../repair/executor/fix.ts';
import { approveUpTo, askForEach, type Decisions } from '../../repair/planning/approve.ts';
import { renderBlocked } from '../../report/terminal/plan-text.ts';
import { countedProgress, type Progress, SILENT } from '../../report/terminal/progress.ts';
import { renderQuestion, renderSession } from '../../report/terminal/question-text.ts';
import { leftRuns } from '../look/left-runs.ts';
import { howFarOn } from '../looking.ts';
import { inOneLine } from '../one-line.ts';
import { screen } from '../screen.ts';
import type { Streams } from '../streams.ts';
import { openMachine } from '../target.ts';
import { nothingApplied, report, showOnly, showPlan } from './fix-show.ts';
import { type FixOptions, prepare, type Work } from './fix-work.ts';
import { startProgress } from './progress.ts';
import { undisturbed } from './undisturbed.ts';
import { changeOrRefuse, finishEarlierRuns } from './unfinished.ts';

/** Repairs the target as far as was said yes to, and ends with the code of the second diagnosis. */
export function fixCommand(options: FixOptions, streams: Streams, stopping: Stopping): Promise<RunOutcome> {
  const work = (on: Streams) => fixTarget(options, on, stopping);
  return options.line ? inOneLine(streams, work) : work(streams);
}

async function fixTarget(options: FixOptions, streams: Streams, stopping: Stopping): Promise<RunOutcome> {
  const target = await openMachine(options);
  const person = await personFor(streams, options);
  const mayChange = !options.dryRun && (options.yes !== undefined || person !== undefined);
  const left = mayChange && (await finishEarlierRuns(target.machine, streams, stopping));
  if (!mayChange) for (const line of await leftRuns(target.machine)) streams.err(`${line}.\n`);
  const look = () => prepare(target, options, person, streams);
  const work = mayChange ? await undisturbed(target.machine, look) : await look();
  return fixAsFound({ ...work, left }, person, stopping);
}

/** Repairs what was found and said yes to. */
async function fixAsFound(work: Work, person: Person | undefined, stopping: Stopping): Promise<RunOutcome> {
  const { options } = work;
  const { diagnosis, repairs } = work;
  if (diagnosis.findings.length === 0) {
    return report(work, { plans: [], blocked: [], after: diagnosis, outcome: checkOutcome(diagnosis) });
  }
  const blocked = repairs.blocked.map((each) => each.blocked);
  if (options.dryRun) {
    const outcome = dryRunOutcome(diagnosis, repairs.plans.length, blocked);
    return showOnly(work, outcome, 'Nothing was changed: this was a dry run.');
  }
  const decisions = await decide(work, person);
  if (decisions === undefined) {
    const why = 'Nothing was changed: nobody said yes. Add --yes, or run it in a terminal.';
    return showOnly(work, unapprovedOutcome(diagnosis, blocked), why);
  }
  return decisions.approved.length === 0 ? nothingApplied(work, decisions) : applyApproved(work, decisions, stopping);
}

async function progressOf(plans: readonly Plan[], { json, line }: FixOptions, streams: Streams): Promise<Progress> {
  if (line) return SILENT;
  return json ? countedProgress(plans, howFarOn(streams)) : startProgress(screen(), streams.env, plans);
}

async function personFor(streams: Streams, options: FixOptions): Promise<Person | undefined> {
  const mayAsk = options.yes === undefined && !options.unattended && !options.dryRun && !options.json;
  if (!mayAsk || !canAsk(streams)) return undefined;
  const { personAt } = await import('../../person/terminal.ts');
  return personAt(streams.env);
}

/** Undefined where nobody can be asked and --yes was not given. */
async function decide(work: Work, person: Person | undefined): Promise<Decisions | undefined> {
  const { options, streams, diagnosis, how, repairs, style, target } = work;
  if (options.yes !== undefined) return approveUpTo(options.yes, repairs);
  if (person === undefined) return undefined;
  const open = diagnosis.found.filter((each) => options.plan === undefined && each.ways(how).length > 1);
  streams.out(renderSession(diagnosis, repairs, style, new Set(open.map(({ finding }) => finding.id))));
  // Of a saved plan each repair is asked for as it was reviewed: nothing is planned anew.
  return askForEach(diagnosis.found, {
    person,
    ...(options.plan !== undefined && { saved: repairs.plans }),
    how,
    tell: (about) => streams.out(renderQuestion(about, diagnosis, style)),
    show: (plan) => streams.out(`\n${showPlan(work, plan)}`),
    showBlocked: ({ finding, blocked }) => streams.out(`\n${renderBlocked(finding, blocked, target.arguments, style)}`),
  });
}

async function applyApproved(work: Work, decisions: Decisions, stopping: Stopping): Promise<RunOutcome> {
  const { target, streams, options, playbooks, diagnosis, pfx } = work;
  const { identity } = diagnosis.evidence;
  if (!identity.known) throw new Error('a plan was approved although nobody knows who runs this');
  if (options.yes === undefined) streams.err('\n');
  const progress = await progressOf(decisions.approved, options, streams);
  const context = {
    machine: target.machine,
    playbooks,
    identity: identity.value,
    seen: diagnosis.evidence,
    version: VERSION,
    ...(pfx && { pfx: pfx.opened }),
    tell: progress.onEvent,
    stop: stopping.signal,
  };
  const apply = () => fix(decisions.approved, decisions.declined, decisions.blocked, context);
  const { result, left } = await changeOrRefuse(target.machine, streams, stopping, apply, identity.value).finally(
    progress.stop,
  );
  // Every run that was left has been tried once more by now: only what is left still counts.
  return report({ ...work, left }, result);
}
