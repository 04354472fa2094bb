// plan: the repairs as a file to be reviewed and carried to the server.

import { diagnose } from '../../diagnosis/diagnose.ts';
import { checkOutcome, dryRunOutcome } from '../../diagnosis/outcome.ts';
import { writeLocalFile } from '../../machine/files/local-files.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Choices, Hands } from '../../model/repair/plan.ts';
import { type Host, hostOf, NO_CHOICES } from '../../model/repair/planning.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { UserError } from '../../model/user-error.ts';
import { VERSION } from '../../model/version.ts';
import type { PlanFile } from '../../own-files/plan-file.ts';
import { type PlansElsewhere, plansElsewhere, without } from '../../repair/planning/plan-elsewhere.ts';
import { knownOf, savedPlan } from '../../repair/planning/saved-plans.ts';
import { printable } from '../../report/terminal/layout.ts';
import { lookAt } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { chosenPlaybooks, openTarget, type TargetOptions } from '../target.ts';

/** The flags of plan; exactly one of `script` and `out`. */
export interface PlanOptions extends TargetOptions {
  readonly only: readonly string[];
  readonly correct?: boolean;
  readonly through?: Hands;
  readonly script?: string;
  readonly out?: string;
}

/** Everything that goes into a file beside the plans. */
type About = ReturnType<typeof aboutServer>;

/** Writes the repairs and ends with 0; where there is nothing to write, with the code of `fix --dry-run`. */
export async function planCommand(options: PlanOptions, streams: Streams): Promise<RunOutcome | undefined> {
  const { script, out } = options;
  if ((script === undefined) === (out === undefined))
    throw new UserError('plan writes to one file', 'Say where to: --script FILE.cmd or --out FILE');
  const target = await openTarget(options);
  const playbooks = chosenPlaybooks(options.only);
  const diagnosis = diagnose(await lookAt(target.reader, streams), playbooks);
  if (diagnosis.findings.length === 0) return nothingToRepair(diagnosis, streams);
  const through = options.through && { through: options.through };
  const choices = { ...NO_CHOICES, correct: options.correct === true, ...through };
  const how = { host: hostOf(diagnosis.evidence), choices };
  const plans = script === undefined ? plansElsewhere(diagnosis, how) : await scriptable(diagnosis, how);
  const blocked = plans.blocked.map((each) => each.blocked);
  if (plans.plans.length === 0 || blocked.some((each) => each.refused)) {
    streams.err(`${leftOut(plans)}Nothing was written.\n`);
    return dryRunOutcome(diagnosis, plans.plans.length, blocked);
  }
  const about = aboutServer(diagnosis, plans);
  const planned = { correct: choices.correct, ...through, host: knownOf(how.host) };
  await (script === undefined ? writeFile(out ?? '', plans, about, planned) : writeScripts(script, plans, about));
  streams.err(leftOut(plans) + written(script, out, plans));
  return undefined;
}

/** Whether an update of a record took effect is seen by a TLS client alone: a script has none, so it deletes and adds. */
async function scriptable(diagnosis: Diagnosis, how: { readonly host: Host; readonly choices: Choices }) {
  const { unscriptable } = await import('../../cmd-scripts/fix/script.ts');
  return without(plansElsewhere(diagnosis, { ...how, host: { ...how.host, netshUpdates: undefined } }), unscriptable);
}

function nothingToRepair(diagnosis: Diagnosis, streams: Streams): RunOutcome {
  const missing = diagnosis.notChecked.map(({ what, why }) => `${printable(`not checked: ${what}: ${why}`)}\n`);
  const unknown = diagnosis.verdict === 'unknown';
  streams.err(
    unknown ? `${missing.join('')}Nothing was found, and not all was checked.\n` : 'There is nothing to repair.\n',
  );
  return checkOutcome(diagnosis);
}

/** A name that a code page has spoilt would refuse its own server; the MachineGuid tells servers apart as well. */
const ASCII_NAME = /^[\w-]{1,15}$/;

function aboutServer({ evidence }: Diagnosis, { session }: PlansElsewhere) {
  const { computerName: computer } = evidence;
  return {
    version: VERSION,
    collectedAt: evidence.collectedAt,
    places: evidence.places,
    ...(computer.known && ASCII_NAME.test(computer.value) && { computer: computer.value }),
    ...(evidence.machineGuid.known && { machineGuid: evidence.machineGuid.value }),
    ...(session && { session: { sid: session.sid, name: session.name } }),
  };
}

async function writeScripts(file: string, { plans, blocked }: PlansElsewhere, about: About): Promise<void> {
  const { fixScript } = await import('../../cmd-scripts/fix/script.ts');
  const notInScript = blocked.map(({ finding, blocked }) => ({ subject: finding.subject, why: blocked.why }));
  const { fix, undo } = fixScript(plans, { ...about, notInScript });
  await write(undoFile(file), undo);
  await write(file, fix);
}

async function writeFile(
  file: string,
  { plans }: PlansElsewhere,
  { places, ...meta }: About,
  planned: Pick<PlanFile, 'correct' | 'through' | 'host'>,
): Promise<void> {
  const { writePlanFile } = await import('../../own-files/plan-file.ts');
  const saved = plans.map((plan) => savedPlan(plan, places.systemRoot));
  await write(file, writePlanFile({ ...meta, ...planned, plans: saved }));
}

async function write(file: string, content: Uint8Array | string): Promise<void> {
  const result = await writeLocalFile(file, content);
  if (result.result !== 'ok')
    throw new UserError(`${file} cannot be written: ${result.detail}`, 'Name a new file where you may write');
}

/** The name that the script itself will look for. */
const undoFile = (file: string): string => `${file.replace(/\.(cmd|bat)$/i, '')}.undo.cmd`;

const leftOut = ({ blocked }: PlansElsewhere): string =>
  blocked.map(({ finding, blocked }) => `${printable(`not planned: ${finding.subject}: ${blocked.why}`)}\n`).join('');

function written(script: string | undefined, out: string | undefined, { plans, session }: PlansElsewhere): string {
  const count = plans.length === 1 ? '1 repair' : `${plans.length} repairs`;
  const who = session === undefined ? 'an administrator' : `${session.name} (${session.sid}), elevated`;
  if (script === undefined) return `${count} in ${out}, to be applied by ${who}.\n`;
  return `${count} in ${script}, taken back by ${undoFile(script)}. Copy both to the server, read them, and run the first one there as ${who}.\n`;
}
