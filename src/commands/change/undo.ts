// undo: take back what a run changed.

import { isDeepStrictEqual } from 'node:util';
import type { Machine } from '../../machine/machine.ts';
import type { RecordedRun } from '../../model/run/recorded-run.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { UserError } from '../../model/user-error.ts';
import { canAsk } from '../../person/person.ts';
import type { Stopping } from '../../person/stopping.ts';
import { stepsToUndo, type UndoReport, undoRun } from '../../repair/executor/undo.ts';
import { listRuns, readRun } from '../../repair/journal/read-journal.ts';
import { damageWords } from '../../repair/journal/unfinished-runs.ts';
import { verbatim } from '../../report/terminal/layout.ts';
import type { Streams } from '../streams.ts';
import { openMachine, type TargetOptions } from '../target.ts';
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
  const { machine } = await openMachine(options);
  const mayChange = options.yes || canAsk(streams);
  const left = mayChange && (await finishEarlierRuns(machine, streams, stopping));
  const run = await chosenRun(named, machine);
  if (run === undefined) {
    streams.out('There is nothing to take back: no run has changed anything here.\n');
    return orHalfDone('nothing-to-do', left);
  }
  const shown = stepsToUndo(run, machine.systemRoot).map((step) => step.shown);
  if (shown.length === 0) {
    streams.out(`Run ${run.id} has nothing left to take back.\n`);
    return orHalfDone('nothing-to-do', left);
  }
  const lines = shown.map((line) => `${verbatim(line, 2)}\n`);
  streams.out(`Run ${run.id} is taken back, newest step first:\n${lines.join('')}`);
  if (!options.yes && !(await agreed(streams))) {
    streams.err('Nothing was changed.\n');
    return 'needs-person';
  }
  const undone = await changeOrRefuse(machine, streams, stopping, () => undoAsShown(run.id, shown, machine));
  return orHalfDone(told(undone.result, streams), undone.left);
}

/** Read anew under the lock: what was shown is what is taken back, or nothing is. */
async function undoAsShown(id: string, shown: readonly string[], machine: Machine): Promise<UndoReport> {
  const run = await chosenRun(id, machine);
  const steps = run === undefined ? [] : stepsToUndo(run, machine.systemRoot);
  if (
    run === undefined ||
    !isDeepStrictEqual(
      shown,
      steps.map((step) => step.shown),
    )
  )
    throw new UserError(`run ${id} is not what was shown any more; nothing was changed`, 'refused');
  return undoRun(run, steps, machine);
}

async function chosenRun(named: string | undefined, machine: Machine): Promise<RecordedRun | undefined> {
  const ids = await listRuns(machine);
  const id = named ?? ids.at(-1);
  if (named !== undefined && !ids.includes(named))
    throw new UserError(`there is no run ${named}; 'iis-ssl-heal runs' lists them`);
  const run = id === undefined ? undefined : await readRun(machine, id);
  if (run?.damage !== undefined) throw new UserError(damageWords(run, machine), 'refused');
  return run;
}

async function agreed(streams: Streams): Promise<boolean> {
  if (!canAsk(streams)) return false;
  const { terminalPerson } = await import('../../person/terminal.ts');
  const answer = await terminalPerson().approve('Take it back?');
  return answer.ok && answer.value;
}

function told(report: UndoReport, streams: Streams): RunOutcome {
  for (const { step, outcome, detail } of report.steps) {
    streams.out(`${verbatim(`${outcome}: ${step.shown}${detail === undefined ? '' : ` (${detail})`}`, 2)}\n`);
  }
  const outcomes = report.steps.map(({ outcome }) => outcome);
  if (outcomes.includes('undo-failed')) return 'half-done';
  return outcomes.includes('refused') ? 'refused' : 'nothing-to-do';
}
