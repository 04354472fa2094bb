// fix --unattended and check --unattended: what the scheduled tasks run. Nobody is asked, the limits hold, a trail is left.

import { checkOutcome } from '../../diagnosis/outcome.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Risk } from '../../model/repair/plan.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { notApplied, type RunReport } from '../../model/run/run-report.ts';
import type { UnattendedEnd } from '../../model/run/unattended.ts';
import { VERSION } from '../../model/version.ts';
import type { Stopping } from '../../person/stopping.ts';
import { styleFor } from '../../report/terminal/style.ts';
import { describeEnd } from '../../report/terminal/unattended-text.ts';
import { quietEnd } from '../../unattended/ends.ts';
import { writeMetricsFile } from '../../unattended/metrics-file.ts';
import type { Noted } from '../../unattended/note-end.ts';
import { awaitCalm, selfHeal } from '../../unattended/self-heal.ts';
import { verifyHeal } from '../../unattended/verify-heal.ts';
import { report } from '../change/fix-show.ts';
import type { FixOptions } from '../change/fix-work.ts';
import { sayRecovered } from '../change/unfinished.ts';
import { withLeftRuns } from '../look/left-runs.ts';
import { metricsOf } from '../look/metrics.ts';
import type { Streams } from '../streams.ts';
import { chosenPlaybooks, openMachine, type TargetOptions } from '../target.ts';
import { finishOwnerTask } from './owner-task.ts';

/** Repairs within the limits, up to `maxRisk`; the exit code is that of any fix. */
export async function unattendedFix(
  options: FixOptions,
  maxRisk: Risk,
  streams: Streams,
  stopping: Stopping,
): Promise<RunOutcome> {
  const target = await openMachine(options);
  await awaitCalm(target.machine);
  const noted = await stopping.inOrder(() =>
    selfHeal({
      machine: target.machine,
      playbooks: chosenPlaybooks(options.only),
      version: VERSION,
      maxRisk,
      describe: (end) => describeEnd(end, target.arguments),
      tell: () => {},
      recovered: (recovered) => sayRecovered(recovered, streams),
      stop: stopping.signal,
    }),
  );
  const { end } = noted;
  const style = styleFor(streams.stdout, streams.env);
  if (end.report !== undefined || options.json)
    report({ target, options, streams, style, diagnosis: end.diagnosis }, end.report ?? untried(end));
  if (!options.json) sayEnd(noted, target.arguments, streams);
  await leaveMetrics(target.machine, end, options, streams);
  return end.run;
}

const untried = ({ held, blocked, diagnosis, run }: UnattendedEnd): RunReport => ({
  plans: held.map(({ plan }) => notApplied(plan)),
  blocked,
  after: diagnosis,
  outcome: run,
});

/** The flags of check --unattended. */
export interface VerifyOptions extends TargetOptions {
  readonly only?: readonly string[];
  /** The task of a stranded key's owner runs this: it goes when the key is where it belongs. */
  readonly ownerTask?: boolean;
}

/** Proves what an unattended fix repaired; the exit code is that of any check. */
export async function unattendedCheck(options: VerifyOptions, streams: Streams): Promise<RunOutcome> {
  const target = await openMachine(options);
  const { machine } = target;
  const recovered = (each: Parameters<typeof sayRecovered>[0]) => sayRecovered(each, streams);
  const { diagnosis, noted, unnoted } = await verifyHeal({
    machine,
    playbooks: chosenPlaybooks(options.only),
    describe: (end) => describeEnd(end, target.arguments),
  });
  if (noted !== undefined) sayEnd(noted, target.arguments, streams);
  else streams.out(`${words(diagnosis, target.arguments)}\n`);
  if (noted !== undefined) await leaveMetrics(machine, noted.end, options, streams);
  if (unnoted !== undefined) streams.err(`Not written down: ${unnoted}.\n`);
  if (options.ownerTask) await finishOwnerTask(machine, diagnosis, recovered, streams);
  return withLeftRuns(checkOutcome(diagnosis), machine, streams);
}

const words = (diagnosis: Diagnosis, targetArguments: string): string =>
  describeEnd({ ...quietEnd(diagnosis), diagnosis, held: [], blocked: [] }, targetArguments);

/** For the textfile collector, where config.json wants it. What --only has left out would look as if it were well. */
async function leaveMetrics(
  machine: Machine,
  { diagnosis, outcome }: UnattendedEnd,
  { only = [] }: { readonly only?: readonly string[] },
  streams: Streams,
): Promise<void> {
  if (only.length > 0) return;
  const last = { at: machine.now().toISOString(), outcome };
  const why = await writeMetricsFile(machine, async () => metricsOf(diagnosis, machine, last));
  if (why !== undefined) streams.err(`Metrics were not written: ${why}.\n`);
}

function sayEnd({ end, unwritten }: Noted, targetArguments: string, streams: Streams): void {
  streams.out(`${describeEnd(end, targetArguments)}\n`);
  for (const why of unwritten) streams.err(`Not written down: ${why}.\n`);
}
