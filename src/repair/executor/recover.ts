// What a run that was cut off has left, or one that could not take back all of it: taken back before anything else is done.

import { outcomeOf } from '../../diagnosis/outcome.ts';
import type { Machine } from '../../machine/machine.ts';
import type { StepOutcome, Verdict } from '../../model/run/outcome.ts';
import type { RecordedPlan, RecordedRun } from '../../model/run/recorded-run.ts';
import type { RecordedOutcome } from '../../model/run/run-outcome.ts';
import { workFolder } from '../../model/server/places.ts';
import { continueJournal, type Journal } from '../journal/journal.ts';
import { perform } from './perform.ts';
import { rollBack } from './roll-back.ts';
import { stepsOf, takeBack } from './undo.ts';

/** A transfer file holds a private key: where no journal says which, all of them go. Under the lock nobody needs one. */
export async function removeTransferFiles(machine: Machine): Promise<void> {
  const list = await machine.list(workFolder(machine));
  const names = list.result === 'ok' ? list.files.filter((name) => /\.pfx$/i.test(name)) : [];
  for (const name of names) await machine.remove(`${workFolder(machine)}\\${name}`);
}

/** Finishes a run whose journal is whole, and closes it as what it has become. */
export async function recover(run: RecordedRun, machine: Machine): Promise<RecordedOutcome> {
  const journal = await continueJournal(machine, run);
  const verdicts: Verdict[] = [];
  for (const recorded of [...run.plans].reverse()) {
    const verdict = await finished(recorded, machine, journal);
    if (verdict !== recorded.verdict) await journal.write({ kind: 'plan-end', plan: recorded.number, verdict });
    verdicts.push(verdict);
  }
  const outcome = verdicts.length === 0 ? 'rolled-back' : outcomeOf(verdicts);
  if (!run.closed || outcome !== run.outcome)
    await journal.write({ kind: 'closed', at: machine.now().toISOString(), outcome });
  return outcome;
}

async function finished(recorded: RecordedPlan, machine: Machine, journal: Journal): Promise<Verdict> {
  const { verdict: before } = recorded;
  if (before !== undefined && before !== 'half-done' && before !== 'healed') return before;
  const context = { machine, secrets: new Map<string, string>(), journal };
  const verdict =
    before === undefined ? await takenBack(recorded, context) : await triedAgain(recorded, machine, journal);
  let cleared = true;
  for (const action of recorded.plan.cleanup) cleared = (await perform(action, context)).ok && cleared;
  return cleared ? verdict : 'half-done';
}

async function takenBack(recorded: RecordedPlan, context: Parameters<typeof rollBack>[3]): Promise<Verdict> {
  const outcomes = await rollBack(recorded.plan, recorded.number, outcomesOf(recorded), context);
  return outcomes.includes('undo-failed') ? 'half-done' : 'rolled-back';
}

/**
 * Of a run that was left half done, or whose undo was cut off, time has passed: a step is taken back only where the server
 * still is what the run left. Where it is not, somebody has seen to it since, and it is theirs.
 */
async function triedAgain(recorded: RecordedPlan, machine: Machine, journal: Journal): Promise<Verdict> {
  const { plan, steps, verdict } = recorded;
  // Every step went well: nothing but a file that had to go was left.
  if (steps.every((outcome) => outcome === 'done' || outcome === 'already-so')) return 'healed';
  const report = await takeBack(stepsOf(recorded, machine.systemRoot), machine, journal);
  const outcomes = report.map(({ outcome }) => outcome);
  if (outcomes.includes('refused')) return 'stale';
  // An undo takes back what can be, and has shown that before.
  const cannot =
    verdict === 'half-done' &&
    plan.steps.some(
      ({ undo }, index) => typeof undo === 'object' && 'impossible' in undo && steps[index] !== undefined,
    );
  return cannot || outcomes.includes('undo-failed') ? 'half-done' : 'rolled-back';
}

/** A step that was begun, or whose undo was begun, counts as one that failed: what it left is looked at. */
const outcomesOf = ({ steps }: RecordedPlan): readonly StepOutcome[] =>
  steps.map((outcome) => {
    if (outcome === undefined) return 'not-reached';
    return outcome === 'begun' || outcome === 'undo-failed' ? 'failed' : outcome;
  });
