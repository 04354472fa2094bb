// undo: take back what a run changed.

import type { Machine } from '../machine/machine.ts';
import { canAsk } from '../person/can-ask.ts';
import { EXIT } from '../pipeline/exit-code.ts';
import { listRuns, type RecordedRun, readRun } from '../pipeline/read-journal.ts';
import { stepsToUndo, type UndoReport, undoRun } from '../pipeline/undo.ts';
import { verbatim } from '../report/layout.ts';
import type { Stopping } from '../stopping.ts';
import { UserError } from '../user-error.ts';
import type { Streams } from './streams.ts';
import { openMachine, type TargetOptions } from './target.ts';
import { changeOrRefuse, finishEarlierRuns } from './unfinished.ts';

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
): Promise<number> {
  const { machine } = await openMachine(options);
  if (options.yes || canAsk(streams)) await stopping.inOrder(() => finishEarlierRuns(machine, streams));
  const run = await chosenRun(named, machine);
  if (run === undefined) {
    streams.out('There is nothing to take back: no run has changed anything here.\n');
    return EXIT.healthy;
  }
  const steps = stepsToUndo(run, machine.systemRoot);
  if (steps.length === 0) {
    streams.out(`Run ${run.id} has nothing left to take back.\n`);
    return EXIT.healthy;
  }
  streams.out(
    `Run ${run.id} is taken back, newest step first:\n${steps.map(({ shown }) => `${verbatim(shown, 2)}\n`).join('')}`,
  );
  if (!options.yes && !(await agreed(streams))) {
    streams.err('Nothing was changed.\n');
    return EXIT.person;
  }
  return told(await changeOrRefuse(machine, streams, stopping, () => undoRun(run, steps, machine)), streams);
}

async function chosenRun(named: string | undefined, machine: Machine): Promise<RecordedRun | undefined> {
  const ids = await listRuns(machine);
  const id = named ?? ids.at(-1);
  if (named !== undefined && !ids.includes(named))
    throw new UserError(`there is no run ${named}; 'iis-ssl-heal runs' lists them`);
  return id === undefined ? undefined : readRun(machine, id);
}

async function agreed(streams: Streams): Promise<boolean> {
  if (!canAsk(streams)) return false;
  const { terminalPerson } = await import('../person/terminal.ts');
  const answer = await terminalPerson().approve('Take it back?');
  return answer.given && answer.value;
}

function told(report: UndoReport, streams: Streams): number {
  for (const { step, outcome, detail } of report.steps) {
    streams.out(`${verbatim(`${outcome}: ${step.shown}${detail === undefined ? '' : ` (${detail})`}`, 2)}\n`);
  }
  const outcomes = report.steps.map(({ outcome }) => outcome);
  if (outcomes.includes('undo-failed')) return EXIT.halfDone;
  return outcomes.includes('refused') ? EXIT.refused : EXIT.healthy;
}
