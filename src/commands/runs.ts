// runs: what was done here, run by run.

import { listRuns, type RecordedRun, readRun } from '../pipeline/read-journal.ts';
import type { Streams } from './streams.ts';
import { openMachine, type TargetOptions } from './target.ts';

/** Lists every run with its plans, oldest first. */
export async function runs(options: TargetOptions & { readonly json?: boolean }, streams: Streams): Promise<number> {
  const { machine } = await openMachine(options);
  const ids = await listRuns(machine);
  const read = await Promise.all(ids.map((id) => readRun(machine, id)));
  const all = read.filter((run) => run !== undefined);
  streams.out(options.json ? `${JSON.stringify({ schema: 1, runs: all.map(summary) }, null, 2)}\n` : text(all));
  return 0;
}

const summary = (run: RecordedRun) => ({
  id: run.id,
  startedAt: run.startedAt,
  closed: run.closed,
  exitCode: run.exitCode ?? null,
  plans: run.plans.map(({ plan, steps }) => ({
    finding: plan.finding.id,
    title: plan.title,
    steps: plan.steps.map((step, index) => ({ title: step.title, outcome: steps[index] ?? 'not-reached' })),
  })),
});

function text(all: readonly RecordedRun[]): string {
  if (all.length === 0) return 'No run has changed anything here.\n';
  return all
    .map((run) => {
      const end = run.closed ? `ended with ${run.exitCode}` : 'was cut off';
      return `${run.id}  ${end}\n${run.plans.map(({ plan }) => `    ${plan.title}: ${plan.finding.subject}\n`).join('')}`;
    })
    .join('');
}
