// baseline save | show: the last state that was seen healthy. IIS remembers a certificate hash nowhere but in the SSL
// record itself, so what is lost with a record is only in here.

import { playbooks } from '../../playbooks/index.ts';
import { writeBaselineFile } from '../formats/baseline.ts';
import type { Machine } from '../machine/machine.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Baseline } from '../model/evidence.ts';
import { baselineFile } from '../model/places.ts';
import { changeServer } from '../pipeline/change.ts';
import { collect } from '../pipeline/collect.ts';
import { diagnose } from '../pipeline/diagnose.ts';
import { checkExitCode, EXIT } from '../pipeline/exit-code.ts';
import { readBaseline } from '../probes/baseline.ts';
import type { Stopping } from '../stopping.ts';
import { UserError } from '../user-error.ts';
import type { Streams } from './streams.ts';
import { openMachine, openTarget, type TargetOptions } from './target.ts';
import { callerOf, sayRecovered } from './unfinished.ts';

/** Remembers the SSL records of a healthy server; of any other, nothing is remembered, and the exit code is a check's. */
export async function saveBaseline(options: TargetOptions, streams: Streams, stopping: Stopping): Promise<number> {
  const { machine, reader } = await openMachine(options);
  const diagnosis = diagnose(await collect(reader), playbooks);
  const baseline = baselineOf(diagnosis);
  if (baseline === undefined) {
    streams.err('Not saved: only a server whose every chain is healthy is worth remembering. See check.\n');
    return checkExitCode(diagnosis);
  }
  const changed = await stopping.inOrder(() =>
    changeServer(
      machine,
      callerOf(diagnosis.evidence.identity),
      (recovered) => sayRecovered(recovered, streams),
      () => write(machine, baseline),
    ),
  );
  const why = changed.begun ? changed.result : changed.why;
  if (why !== undefined)
    throw new UserError(`the baseline was not saved: ${why}`, changed.begun ? EXIT.refused : changed.exitCode);
  streams.out(`Saved: ${baseline.records.length} SSL records, ${baseline.savedAt}.\n`);
  return EXIT.healthy;
}

function baselineOf({ verdict, evidence }: Diagnosis): Baseline | undefined {
  if (verdict !== 'healthy' || !evidence.records.known) return undefined;
  return { savedAt: evidence.collectedAt, records: evidence.records.value };
}

/** Written beside and renamed, so that there is always a whole one; the reason where that fails. */
async function write(machine: Machine, baseline: Baseline): Promise<string | undefined> {
  const file = baselineFile(machine);
  const written = await machine.write(`${file}.new`, writeBaselineFile(baseline));
  if (written.result !== 'ok') return written.detail;
  const renamed = await machine.rename(`${file}.new`, file);
  return renamed.result === 'ok' ? undefined : renamed.detail;
}

/** Prints what is remembered; 4 where it cannot be read. */
export async function showBaseline(
  options: TargetOptions & { readonly json?: boolean },
  streams: Streams,
): Promise<number> {
  const { reader } = await openTarget(options);
  const baseline = await readBaseline(reader);
  if (!baseline.known) throw new UserError(`the baseline cannot be read: ${baseline.why}`, EXIT.notChecked);
  streams.out(
    options.json
      ? `${JSON.stringify({ schema: 1, baseline: baseline.value ?? null }, null, 2)}\n`
      : text(baseline.value),
  );
  return EXIT.healthy;
}

function text(baseline: Baseline | undefined): string {
  if (baseline === undefined) return 'Nothing is remembered yet: iis-ssl-heal baseline save.\n';
  const records = baseline.records.map(
    ({ endpoint, thumbprint, store }) => `  ${endpoint.name}  ${thumbprint || 'central store'}  ${store || 'MY'}\n`,
  );
  return `Seen healthy at ${baseline.savedAt}:\n${records.join('')}`;
}
