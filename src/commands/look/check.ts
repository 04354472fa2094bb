// check: look, join, detect, say. Changes nothing on the server; what it saw healthy it remembers in our own folder.

import { diagnose } from '../../diagnosis/diagnose.ts';
import { checkOutcome } from '../../diagnosis/outcome.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { planningHere } from '../../model/repair/planning.ts';
import { firstOf, type RunOutcome } from '../../model/run/run-outcome.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import { UserError } from '../../model/user-error.ts';
import { makePlans } from '../../repair/planning/make-plans.ts';
import { styleFor } from '../../report/terminal/style.ts';
import { lookAt } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { chosenPlaybooks, openTarget, type Target, type TargetOptions } from '../target.ts';

/** The flags of check. */
export interface CheckOptions extends TargetOptions {
  readonly only?: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
  /** True: to stdout. */
  readonly prometheus?: boolean | string;
  readonly html?: string;
  /** One line of ASCII, and nothing on stderr. */
  readonly line?: boolean;
}

/** Diagnoses the target, prints it in the form that was asked for, and remembers a machine that was seen healthy. */
export async function check(options: CheckOptions, streams: Streams): Promise<RunOutcome> {
  const { from, line } = options;
  if (from === undefined || typeof from === 'string') {
    if (!line) return checkOne(from, options, streams);
    const { inOneLine } = await import('../one-line.ts');
    return inOneLine(streams, (on) => checkOne(from, options, on));
  }
  if (options.json || line || options.prometheus || options.html !== undefined)
    throw new UserError(
      'several --from are told as text alone',
      'With --json, --line, --prometheus or --html name one at a time',
    );
  const ends: RunOutcome[] = [];
  for (const each of from) {
    streams.out(`${ends.length === 0 ? '' : '\n'}== ${each}\n\n`);
    ends.push(await checkOne(each, options, streams));
  }
  return firstOf(ends);
}

async function checkOne(from: string | undefined, options: CheckOptions, streams: Streams): Promise<RunOutcome> {
  const target = await openTarget({ lab: options.lab, from, as: options.as });
  const chosen = chosenPlaybooks(options.only);
  const diagnosis = diagnose(await lookAt(target.reader, streams), chosen);
  const { machine } = target;
  const outcome = await (machine === undefined ? checkOutcome(diagnosis) : outcomeHere(diagnosis, machine, streams));
  await print(
    { diagnosis, outcome, repairs: makePlans(diagnosis.found, planningHere(diagnosis.evidence)), target },
    options,
    streams,
  );
  if (machine !== undefined && (options.only ?? []).length === 0) await remember(machine, diagnosis, streams);
  return outcome;
}

/** How the check of a server ends, once it is told what else stands there: a pause, a run that was cut off. */
async function outcomeHere(diagnosis: Diagnosis, machine: Machine, streams: Streams): Promise<RunOutcome> {
  const { pauseNotes } = await import('../../unattended/pause.ts');
  for (const note of await pauseNotes(machine)) streams.err(`Note: ${note}.\n`);
  const { withLeftRuns } = await import('./left-runs.ts');
  return withLeftRuns(checkOutcome(diagnosis), machine, streams);
}

/** The verdict stands whatever becomes of this; only what a person should see to is told. */
async function remember(machine: Machine, diagnosis: Diagnosis, streams: Streams): Promise<void> {
  if (diagnosis.verdict !== 'healthy') return;
  const { rememberHealthy } = await import('../../unattended/remember.ts');
  const done = await rememberHealthy(machine, diagnosis);
  if (!done.ok && done.error.worthSaying) streams.err(`This healthy state was not remembered: ${done.error.why}.\n`);
}

/** One look, in every form that was asked for. */
interface Looked {
  readonly diagnosis: Diagnosis;
  readonly outcome: RunOutcome;
  readonly repairs: Repairs;
  readonly target: Target;
}

async function print(looked: Looked, options: CheckOptions, streams: Streams): Promise<void> {
  const { diagnosis, outcome, repairs, target } = looked;
  if (options.html !== undefined) await writeHtml(diagnosis, repairs, target, options.html);
  if (options.prometheus !== undefined) {
    const { giveMetrics } = await import('./metrics.ts');
    await giveMetrics(diagnosis, target.machine, options.prometheus, streams);
  }
  if (options.line) {
    const { checkLine } = await import('../../report/terminal/line.ts');
    streams.out(checkLine(diagnosis, outcome));
  } else if (options.json) {
    const { diagnosisJson } = await import('../../report/documents/json.ts');
    const { readinessHere } = await import('./readiness-here.ts');
    const unattended = await readinessHere(diagnosis, target.machine, options.only);
    streams.out(`${JSON.stringify(diagnosisJson(diagnosis, repairs, target.name, outcome, unattended), null, 2)}\n`);
  } else if (options.prometheus !== true) {
    const { renderDiagnosis } = await import('../../report/terminal/text.ts');
    const style = styleFor(streams.stdout, streams.env, options.verbose);
    streams.out(renderDiagnosis(diagnosis, target.arguments, style, repairs));
  }
}

async function writeHtml(diagnosis: Diagnosis, repairs: Repairs, target: Target, file: string): Promise<void> {
  const { renderHtml } = await import('../../report/html/html.ts');
  const { writeLocalFile } = await import('../../machine/files/local-files.ts');
  const written = await writeLocalFile(file, renderHtml(diagnosis, repairs, target.name, target.arguments));
  if (written.result !== 'ok')
    throw new UserError(`${file} cannot be written: ${written.detail}`, 'Name a file that you may write');
}
