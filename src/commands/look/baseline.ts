// baseline save | show: the states in which the server was seen healthy. IIS remembers a certificate hash nowhere but in
// the SSL record itself, so what is lost with a record is only in here. A check remembers by itself; `save` is how a
// person says that what stands there now is meant.

import { playbooks } from '../../../playbooks/index.ts';
import { asRemembered, withState } from '../../chain/memory/healthy-state.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { checkOutcome } from '../../diagnosis/outcome.ts';
import { sourceReader } from '../../evidence/readers/read-source.ts';
import type { Machine } from '../../machine/machine.ts';
import { fail } from '../../model/result.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import type { Baseline, HealthyState } from '../../model/server/healthy-state.ts';
import { baselineFile } from '../../model/server/places.ts';
import { AGAIN, UserError } from '../../model/user-error.ts';
import type { Stopping } from '../../person/stopping.ts';
import { changeServer } from '../../repair/change/change.ts';
import { baselineOn, type Remembering, stateToRemember, writeBaseline } from '../../unattended/remember.ts';
import { callerOf, orHalfDone, sayRecovered } from '../change/unfinished.ts';
import { lookAt } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { openMachine, openTarget, type TargetOptions } from '../target.ts';

/** Remembers the state of a healthy server; of any other, nothing is remembered, and the exit code is a check's. */
export async function saveBaseline(options: TargetOptions, streams: Streams, stopping: Stopping): Promise<RunOutcome> {
  const { machine, reader } = await openMachine(options);
  const evidence = await lookAt(reader, streams);
  const seen = stateToRemember(evidence, true);
  // Judged by itself: what it was before is what this replaces, and the warnings that only it accepts stand no more.
  const diagnosis = diagnose(seen === undefined ? evidence : asRemembered(evidence, seen), playbooks);
  if (seen === undefined || diagnosis.verdict !== 'healthy') {
    streams.err('Not saved: only a server whose every chain is healthy is worth remembering. See check.\n');
    return diagnosis.verdict === 'healthy' ? 'unknown' : checkOutcome(diagnosis);
  }
  const changed = await stopping.inOrder(() =>
    changeServer(
      machine,
      callerOf(evidence.identity),
      (recovered) => sayRecovered(recovered, streams),
      () => save(machine, seen, evidence.collectedAt, streams),
    ),
  );
  if (!changed.ok)
    throw new UserError(`the baseline was not saved: ${changed.error.why}`, AGAIN, changed.error.outcome);
  if (!changed.value.ok)
    throw new UserError(`the baseline was not saved: ${changed.value.error.why}`, AGAIN, 'refused');
  streams.out(`Saved: ${seen.records.length} SSL records, ${evidence.collectedAt}.\n`);
  for (const { host, thumbprint } of seen.accepted ?? [])
    streams.out(`Accepted: ${thumbprint} for ${host}, a name that it does not have.\n`);
  return orHalfDone('nothing-to-do', changed.left);
}

/** A file that cannot be read is kept beside the new one: somebody may still make sense of it. */
async function save(machine: Machine, seen: HealthyState, at: string, streams: Streams): Promise<Remembering> {
  const earlier = await baselineOn(machine);
  if (earlier.known) return writeBaseline(machine, withState(earlier.value, seen, at));
  const file = baselineFile(machine);
  const kept = `${file}.damaged`;
  const moved = await machine.rename(file, kept);
  if (moved.result !== 'ok') return fail({ why: `${file} cannot be moved: ${moved.detail}`, worthSaying: true });
  streams.err(`The old file could not be read (${earlier.why}): it is kept as ${kept}.\n`);
  return writeBaseline(machine, withState(undefined, seen, at));
}

/** Prints what is remembered; 4 where it cannot be read. */
export async function showBaseline(
  options: TargetOptions & { readonly json?: boolean },
  streams: Streams,
): Promise<undefined> {
  const { reader } = await openTarget(options);
  const { value: baseline } = await sourceReader(reader)('baseline');
  if (!baseline.known)
    throw new UserError(
      `the baseline cannot be read: ${baseline.why}`,
      'Make a new one: iis-ssl-heal baseline save',
      'unknown',
    );
  streams.out(
    options.json
      ? `${JSON.stringify({ schema: 1, baseline: baseline.value ?? null }, null, 2)}\n`
      : text(baseline.value),
  );
}

function text(baseline: Baseline | undefined): string {
  const [newest, ...older] = baseline?.states ?? [];
  if (newest === undefined)
    return 'Nothing is remembered yet: a check that finds every chain healthy remembers, and so does baseline save.\n';
  const records = newest.records.map(
    ({ endpoint, thumbprint, store }) => `  ${endpoint.name}  ${thumbprint || 'central store'}  ${store || 'MY'}\n`,
  );
  const states = older.length === 1 ? 'state' : 'states';
  const before = older.length === 0 ? '' : `${older.length} older ${states} remembered: --json shows them.\n`;
  return `Seen healthy from ${newest.firstSeen} to ${newest.lastSeen}:\n${records.join('')}${before}`;
}
