// fix: diagnose, plan, get a yes, apply, look again.

import type { Machine } from '../machine/machine.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Choices, Plan, Risk } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import type { RunReport } from '../model/run-report.ts';
import { canAsk } from '../person/can-ask.ts';
import type { Person } from '../person/person.ts';
import { approveByPolicy, askForEach, type Decisions } from '../pipeline/approve.ts';
import { collect } from '../pipeline/collect.ts';
import { diagnose } from '../pipeline/diagnose.ts';
import { checkExitCode, dryRunExitCode, unapprovedExitCode } from '../pipeline/exit-code.ts';
import { fix } from '../pipeline/fix.ts';
import { makePlans, type Repairs } from '../pipeline/make-plans.ts';
import { runJson } from '../report/json.ts';
import { renderOutcome } from '../report/outcome-text.ts';
import { renderBlocked, renderPlan } from '../report/plan-text.ts';
import { type Style, styleFor } from '../report/style.ts';
import { renderDiagnosis } from '../report/text.ts';
import { UserError } from '../user-error.ts';
import { VERSION } from '../version.ts';
import { chosenPlaybooks } from './check.ts';
import { type GivenPfx, openGivenPfx } from './pfx-input.ts';
import type { Streams } from './streams.ts';
import { openMachine, type Target, type TargetOptions } from './target.ts';

/** The flags of fix. */
export interface FixOptions extends TargetOptions {
  readonly only: readonly string[];
  readonly yes?: Risk;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly correct?: boolean;
  readonly pfx?: string;
  readonly pfxPasswordFile?: string;
}

/** Everything a fix works with, once the server has been looked at. */
interface Work {
  readonly target: Target & { readonly machine: Machine };
  readonly options: FixOptions;
  readonly streams: Streams;
  readonly style: Style;
  readonly playbooks: readonly Playbook[];
  readonly diagnosis: Diagnosis;
  readonly choices: Choices;
  readonly repairs: Repairs;
  readonly pfx?: GivenPfx;
}

/** Repairs the target as far as was said yes to, and ends with the code of the second diagnosis. */
export async function fixCommand(options: FixOptions, streams: Streams, stop: AbortSignal): Promise<number> {
  const work = await prepare(options, streams);
  const { diagnosis, repairs } = work;
  if (diagnosis.findings.length === 0)
    return report(work, { plans: [], blocked: [], after: diagnosis, exitCode: checkExitCode(diagnosis) });
  if (options.dryRun) {
    return showOnly(work, dryRunExitCode(diagnosis, repairs.plans.length, blockedOf(repairs)));
  }
  const decisions = await decide(work);
  if (decisions === undefined) return showOnly(work, unapprovedExitCode(diagnosis, blockedOf(repairs)));
  if (decisions.approved.length === 0) return nothingApplied(work, decisions);
  return report(work, await applyApproved(work, decisions, stop));
}

async function prepare(options: FixOptions, streams: Streams): Promise<Work> {
  if (options.pfxPasswordFile !== undefined && options.pfx === undefined)
    throw new UserError('--pfx-password-file goes with --pfx');
  const target = await openMachine(options);
  const playbooks = chosenPlaybooks(options.only);
  const person = await personFor(streams, options);
  const pfx = options.pfx === undefined ? undefined : await openGivenPfx(options.pfx, options.pfxPasswordFile, person);
  const diagnosis = diagnose(await collect(target.reader), playbooks);
  const choices: Choices = {
    correct: options.correct === true,
    certificates: new Map(),
    ...(pfx && { pfx: { file: pfx.file, thumbprint: pfx.opened.thumbprint } }),
  };
  if (pfx !== undefined) demandUse(pfx, diagnosis);
  const repairs = makePlans(diagnosis.findings, diagnosis.evidence, playbooks, choices);
  const style = styleFor(streams.stdout, streams.env);
  return { target, options, streams, style, playbooks, diagnosis, choices, repairs, ...(pfx && { pfx }) };
}

/** A PFX of another certificate than the broken one would heal nothing: say so before anything else. */
function demandUse({ file, opened }: GivenPfx, { findings }: Diagnosis): void {
  const stranded = findings.filter((finding) => finding.playbook === 'stranded-key');
  const [first] = stranded;
  if (first === undefined || stranded.some((finding) => finding.id.endsWith(opened.thumbprint))) return;
  throw new UserError(`${file} holds another certificate (${opened.thumbprint}) than the broken one: ${first.subject}`);
}

const blockedOf = (repairs: Repairs) => repairs.blocked.map((each) => each.blocked);

async function personFor(streams: Streams, options: FixOptions): Promise<Person | undefined> {
  if (options.yes !== undefined || options.dryRun || options.json || !canAsk(streams)) return undefined;
  const { terminalPerson } = await import('../person/terminal.ts');
  return terminalPerson();
}

/** Undefined where nobody can be asked and no policy was given. */
async function decide(work: Work): Promise<Decisions | undefined> {
  const { options, streams, diagnosis, playbooks, choices, repairs, style, target } = work;
  if (options.yes !== undefined) return approveByPolicy(repairs.plans, repairs.blocked, options.yes);
  const person = await personFor(streams, options);
  if (person === undefined) return undefined;
  streams.out(renderDiagnosis(diagnosis, target.arguments, style));
  return askForEach(diagnosis.findings, {
    person,
    evidence: diagnosis.evidence,
    playbooks,
    choices,
    show: (plan) => streams.out(`\n${showPlan(work, plan)}`),
    showBlocked: ({ finding, blocked }) => streams.out(`\n${renderBlocked(finding, blocked, target.arguments, style)}`),
  });
}

function showPlan({ diagnosis, style }: Work, plan: Plan): string {
  const { config, places } = diagnosis.evidence;
  return renderPlan(plan, places.systemRoot, style, config.known ? config.value : undefined);
}

/** The repairs as they would be applied, and what keeps the others from it. */
function showOnly(work: Work, exitCode: number): number {
  const { repairs, options, streams, style, target, diagnosis } = work;
  const plans = repairs.plans.map((plan) => ({
    plan,
    steps: plan.steps.map((step) => ({ step, outcome: 'declined' as const })),
    verdict: 'nothing-done' as const,
  }));
  if (options.json) return report(work, { plans, blocked: repairs.blocked, exitCode });
  streams.out(renderDiagnosis(diagnosis, target.arguments, style));
  for (const plan of repairs.plans) streams.out(`\n${showPlan(work, plan)}`);
  for (const { finding, blocked } of repairs.blocked)
    streams.out(`\n${renderBlocked(finding, blocked, target.arguments, style)}`);
  streams.err(
    options.dryRun
      ? 'Nothing was changed: this was a dry run.\n'
      : 'Nothing was changed: nobody said yes. Add --yes, or run it in a terminal.\n',
  );
  return exitCode;
}

function nothingApplied(work: Work, decisions: Decisions): number {
  const { diagnosis, streams, options } = work;
  const blocked = decisions.gone ? [] : decisions.blocked;
  const plans = decisions.declined.map((plan) => ({
    plan,
    steps: plan.steps.map((step) => ({ step, outcome: 'declined' as const })),
    verdict: 'nothing-done' as const,
  }));
  const onlyBlocked = !decisions.gone && plans.length === 0;
  const exitCode = onlyBlocked
    ? dryRunExitCode(
        diagnosis,
        0,
        blocked.map((each) => each.blocked),
      )
    : unapprovedExitCode(diagnosis, []);
  if (options.json || options.yes !== undefined) return report(work, { plans, blocked, exitCode });
  streams.err('Nothing was changed.\n');
  return exitCode;
}

async function applyApproved(work: Work, decisions: Decisions, stop: AbortSignal): Promise<RunReport> {
  const { target, streams, options, playbooks, diagnosis, pfx } = work;
  if (!diagnosis.evidence.identity.known) throw new Error('a plan was approved although nobody knows who runs this');
  const { startProgress } = await import('../report/progress.ts');
  const progress = startProgress(options.json ? 'silent' : canAsk(streams) ? 'terminal' : 'plain');
  try {
    return await fix(decisions.approved, decisions.declined, decisions.blocked, {
      machine: target.machine,
      playbooks,
      identity: diagnosis.evidence.identity.value,
      version: VERSION,
      ...(pfx && { pfx: pfx.opened }),
      tell: progress.onEvent,
      stop,
    });
  } finally {
    await progress.stop();
  }
}

function report(work: Work, result: RunReport): number {
  const { options, streams, target, style, diagnosis } = work;
  if (options.json) {
    const document = runJson(result, target.name, diagnosis.evidence.places.systemRoot);
    streams.out(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    streams.out(renderOutcome(result, target.arguments, style));
  }
  return result.exitCode;
}
