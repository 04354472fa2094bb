// undo: take back what a run changed.

import { isDeepStrictEqual } from 'node:util';
import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { Machine } from '../../machine/machine.ts';
import { planningHere } from '../../model/repair/planning.ts';
import type { RecordedRun } from '../../model/run/recorded-run.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { AGAIN, UserError } from '../../model/user-error.ts';
import { canAsk } from '../../person/person.ts';
import type { Stopping } from '../../person/stopping.ts';
import { stepsToUndo, type UndoHow, type UndoReport, undoRun } from '../../repair/executor/undo.ts';
import { listRuns, readRun } from '../../repair/journal/read-journal.ts';
import { damageWords } from '../../repair/journal/unfinished-runs.ts';
import { makePlans } from '../../repair/planning/make-plans.ts';
import { countOf } from '../../report/terminal/how-far.ts';
import { verbatim } from '../../report/terminal/layout.ts';
import { styleFor } from '../../report/terminal/style.ts';
import { renderDiagnosis } from '../../report/terminal/text.ts';
import { lookAt, sayingHowFar } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { openMachine, type Target, type TargetOptions } from '../target.ts';
import { changeOrRefuse, finishEarlierRuns, orHalfDone } from './unfinished.ts';

/** The flags of undo. */
export interface UndoOptions extends TargetOptions {
  readonly yes?: boolean;
}

/** Takes back the named run, or the latest, after showing what that means. */
export async function undo(
  named: string | undefined,
  options: UndoOptions,
  streams: Streams,
  stopping: Stopping,
): Promise<RunOutcome> {
  const target = await openMachine(options);
  const { machine } = target;
  const mayChange = options.yes || canAsk(streams);
  const left = mayChange && (await finishEarlierRuns(machine, streams, stopping));
  const run = await chosenRun(named, machine);
  if (run === undefined) {
    streams.out('There is nothing to take back: no run has changed anything here that stands.\n');
    return orHalfDone('nothing-to-do', left);
  }
  const shown = stepsToUndo(run, machine.systemRoot).map((step) => step.shown);
  if (shown.length === 0) {
    streams.out(`Run ${run.id} has nothing left to take back.\n`);
    return orHalfDone('nothing-to-do', left);
  }
  streams.out(whatUndoDoes(run, shown));
  if (!options.yes && !(await agreed(streams))) {
    streams.err('Nothing was changed.\n');
    return 'needs-person';
  }
  const undone = await sayingHowFar(streams, '', ({ at }) => {
    const tried = (steps: number) => at(countOf('Taking back', steps, shown.length));
    return changeOrRefuse(machine, streams, stopping, () =>
      undoAsShown(run.id, shown, machine, { stop: stopping.signal, tried }),
    );
  });
  const outcome = told(undone.result, shown.length, streams);
  streams.out(`\n${await lookAgain(target, streams)}`);
  return orHalfDone(outcome, undone.left);
}

/** What had been found before the run is so again: who says yes to that has to know it. */
function whatUndoDoes(run: RecordedRun, shown: readonly string[]): string {
  const repaired = run.plans.filter(({ verdict }) => verdict === 'healed' || verdict === 'half-done');
  const again = repaired.map(({ plan }) => `${verbatim(`- ${plan.finding.message}`, 2)}\n`);
  const steps = shown.map((line) => `${verbatim(line, 2)}\n`);
  const what = again.length === 0 ? '' : ` What it had repaired will be so again:\n${again.join('')}`;
  return `Run ${run.id} is taken back.${what}${what === '' ? '\n' : ''}Newest step first:\n${steps.join('')}`;
}

async function lookAgain({ reader, ...target }: Target, streams: Streams): Promise<string> {
  const after = diagnose(await lookAt(reader, streams), playbooks);
  const repairs = makePlans(after.found, planningHere(after.evidence));
  return renderDiagnosis(after, target.arguments, styleFor(streams.stdout, streams.env), repairs);
}

/** Read anew under the lock: what was shown is what is taken back, or nothing is. */
async function undoAsShown(id: string, shown: readonly string[], machine: Machine, how: UndoHow): Promise<UndoReport> {
  const run = await chosenRun(id, machine);
  const steps = run === undefined ? [] : stepsToUndo(run, machine.systemRoot);
  if (
    run === undefined ||
    !isDeepStrictEqual(
      shown,
      steps.map((step) => step.shown),
    )
  )
    throw new UserError(`run ${id} is not what was shown any more; nothing was changed`, 'Try again', 'refused');
  return undoRun(run, steps, machine, how);
}

/** The run of this id, or of the only one that begins so; where none is named, the latest that has anything to take back. */
async function chosenRun(named: string | undefined, machine: Machine): Promise<RecordedRun | undefined> {
  const ids = await listRuns(machine);
  if (named !== undefined) return wholeRun(idOf(named, ids), machine);
  for (const id of ids.toReversed()) {
    const run = await wholeRun(id, machine);
    if (run !== undefined && stepsToUndo(run, machine.systemRoot).length > 0) return run;
  }
  return undefined;
}

function idOf(named: string, ids: readonly string[]): string {
  const [id, ...others] = ids.includes(named) ? [named] : ids.filter((each) => each.startsWith(named));
  if (id === undefined) throw new UserError(`there is no run ${named}`, 'Name one that iis-ssl-heal runs lists');
  if (others.length > 0) throw new UserError(`${named} could be ${[id, ...others].join(' or ')}`, 'Give more of it');
  return id;
}

async function wholeRun(id: string, machine: Machine): Promise<RecordedRun | undefined> {
  const run = await readRun(machine, id);
  if (run?.damage !== undefined) throw new UserError(damageWords(run, machine), AGAIN, 'refused');
  return run;
}

async function agreed(streams: Streams): Promise<boolean> {
  if (!canAsk(streams)) return false;
  const { personAt } = await import('../../person/terminal.ts');
  const answer = await (await personAt(streams.env)).approve('Take it back?');
  return answer.ok && answer.value;
}

function told(report: UndoReport, of: number, streams: Streams): RunOutcome {
  for (const { step, outcome, detail } of report.steps) {
    streams.out(`${verbatim(`${outcome}: ${step.shown}${detail === undefined ? '' : ` (${detail})`}`, 2)}\n`);
  }
  const outcomes = report.steps.map(({ outcome }) => outcome);
  if (outcomes.includes('undo-failed')) return 'half-done';
  if (report.stopped) {
    streams.out(
      `Stopped by you: ${outcomes.length} of ${of} steps are taken back; iis-ssl-heal undo takes back the rest.\n`,
    );
    return 'needs-person';
  }
  return outcomes.includes('refused') ? 'refused' : 'nothing-to-do';
}
