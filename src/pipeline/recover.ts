// What a run that was cut off has left: taken back before anything else is done.

import type { Machine } from '../machine/machine.ts';
import type { StepOutcome } from '../model/outcome.ts';
import { EXIT } from './exit-code.ts';
import { continueJournal } from './journal.ts';
import { perform } from './perform.ts';
import { isClosed, listRuns, type RecordedPlan, type RecordedRun, readRun } from './read-journal.ts';
import { rollBack } from './roll-back.ts';

/** The runs whose journal was never closed: the process, or the power, went away. */
export async function unfinishedRuns(machine: Machine): Promise<readonly RecordedRun[]> {
  const open: RecordedRun[] = [];
  for (const id of await listRuns(machine)) {
    const run = (await isClosed(machine, id)) ? undefined : await readRun(machine, id);
    if (run !== undefined && !run.closed) open.push(run);
  }
  return open;
}

/** What taking back gave; `false`: something could not be taken back, and the journal says what. */
export async function recover(run: RecordedRun, machine: Machine): Promise<boolean> {
  const journal = continueJournal(machine, run.id, run.entries);
  let whole = true;
  for (const recorded of run.plans.filter((plan) => !plan.ended).reverse()) {
    const hands = { machine, secrets: new Map<string, string>() };
    const outcomes = await rollBack(recorded.plan, recorded.number, outcomesOf(recorded), { ...hands, journal });
    for (const action of recorded.plan.cleanup) await perform(action, hands);
    const undone = !outcomes.includes('undo-failed');
    whole &&= undone;
    await journal.write({ kind: 'plan-end', plan: recorded.number, verdict: undone ? 'rolled-back' : 'half-done' });
  }
  const exitCode = whole ? EXIT.rolledBack : EXIT.halfDone;
  await journal.write({ kind: 'closed', at: machine.now().toISOString(), exitCode });
  return whole;
}

/** A step that was begun, or whose undo was begun, counts as one that failed: what it left is looked at. */
const outcomesOf = ({ steps }: RecordedPlan): readonly StepOutcome[] =>
  steps.map((outcome) => {
    if (outcome === undefined) return 'not-reached';
    return outcome === 'begun' || outcome === 'undo-failed' ? 'failed' : outcome;
  });
