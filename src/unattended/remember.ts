// Remembers what a healthy server looks like, so that what is lost later can be put back exactly. It writes our own file
// and nothing else: where that is not possible, or not the moment, it says why and leaves everything as it is.

import { playbooks } from '../../playbooks/index.ts';
import { healthyState, isNews, withState } from '../chain/memory/healthy-state.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { liveReader } from '../evidence/readers/live-reader.ts';
import { sourceReader } from '../evidence/readers/read-source.ts';
import type { Machine } from '../machine/machine.ts';
import type { Diagnosis } from '../model/repair/diagnosis.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Evidence } from '../model/server/evidence.ts';
import type { Baseline, HealthyState } from '../model/server/healthy-state.ts';
import { describeSource, type Known } from '../model/server/known.ts';
import { baselineFile } from '../model/server/places.ts';
import { writeBaselineFile } from '../own-files/baseline.ts';
import { replaceOwnFile } from '../repair/change/own-file.ts';
import { unfinishedRuns } from '../repair/journal/unfinished-runs.ts';
import { showSslcert } from '../windows-commands/netsh.ts';
import { showCommand } from '../windows-commands/shown-command.ts';

/** Whether the state was written down, or why not. `worthSaying`: a person should do something about it. */
export type Remembering = Result<undefined, { readonly why: string; readonly worthSaying: boolean }>;

/** After a look that found all chains healthy. Nothing is recovered, and nothing on the server changes. */
export async function rememberHealthy(machine: Machine, diagnosis: Diagnosis): Promise<Remembering> {
  const { evidence, chains } = diagnosis;
  const { baseline, identity, collectedAt } = evidence;
  if (diagnosis.verdict !== 'healthy' || chains.length === 0) return not('not every chain was seen healthy');
  const mayWrite = identity.known && identity.value.elevated;
  if (!baseline.known) return damaged(machine, baseline.why, mayWrite);
  const seen = stateToRemember(evidence);
  if (seen === undefined) return not('the SSL records were not read with every setting');
  if (!isNews(baseline.value, seen, collectedAt)) return not('nothing has changed');
  if (!mayWrite) return not('this takes an elevated administrator');
  // Whoever looked with some playbooks only has not seen the server healthy.
  if (diagnose(evidence, playbooks).verdict !== 'healthy') return not('not every playbook finds it healthy');
  if ((await unfinishedRuns(machine)).length > 0) return not('a run that was cut off has to be taken back first');
  // With the lock comes the executor, which few of the looks need.
  const { underLock } = await import('../repair/change/change.ts');
  const written = await underLock(machine, identity.value, () => addState(machine, seen, collectedAt));
  if (!written.ok) return not(written.error.why, written.error.full);
  return written.value;
}

/**
 * The state that may be remembered: read from the registry. The list that netsh prints lacks settings, and a record put
 * back from it would lose them.
 */
export function stateToRemember(evidence: Evidence, accepts = false): HealthyState | undefined {
  const list = showCommand(showSslcert(), evidence.places.systemRoot);
  const fromNetsh = describeSource(evidence.records.source) === list;
  return fromNetsh ? undefined : healthyState(evidence, accepts);
}

/** Why, where it cannot be written. */
export async function writeBaseline(machine: Machine, baseline: Baseline): Promise<Remembering> {
  const done = await replaceOwnFile(machine, baselineFile(machine), writeBaselineFile(baseline));
  if (done.result === 'ok') return ok(undefined);
  return not(done.detail, done.result === 'full' || done.result === 'failed');
}

/** The healthy states as they are on the machine now; none where there is no file. */
export const baselineOn = async (machine: Machine): Promise<Known<Baseline | undefined>> =>
  (await sourceReader(liveReader(machine))('baseline')).value;

/** Read again under the lock: another run may have remembered in the meantime. */
async function addState(machine: Machine, seen: HealthyState, at: string): Promise<Remembering> {
  const earlier = await baselineOn(machine);
  if (!earlier.known) return damaged(machine, earlier.why, true);
  return writeBaseline(machine, withState(earlier.value, seen, at));
}

const not = (why: string, worthSaying = false): Remembering => fail({ why, worthSaying });

function damaged(machine: Machine, why: string, worthSaying: boolean): Remembering {
  const what = `${baselineFile(machine)} cannot be read (${why})`;
  const command = ['iis-ssl-heal baseline save', machine.targetArguments].filter((part) => part !== '').join(' ');
  return not(`${what}; to put a new one in its place: ${command}`, worthSaying);
}
