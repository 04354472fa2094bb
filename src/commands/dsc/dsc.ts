// dsc get | test | set | export: this server as the instance of a DSC v3 resource. It maps what check and fix say, and decides nothing.
// DSC's contract: whatever worked ends with 0, also the test of a faulty server. Of everything else stderr alone is read: each
// line is a JSON object whose one name is the level.

import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { checkOutcome } from '../../diagnosis/outcome.ts';
import { readStandardInput } from '../../machine/files/local-files.ts';
import { RUN_OUTCOMES, type RunOutcome } from '../../model/run/run-outcome.ts';
import { AGAIN, UserError } from '../../model/user-error.ts';
import { type DscInstance, type DscState, readDscInstance } from '../../own-files/dsc-instance.ts';
import type { Stopping } from '../../person/stopping.ts';
import type { FixDocument } from '../../report/documents/documents.ts';
import { fixCommand } from '../change/fix.ts';
import { withLeftRuns } from '../look/left-runs.ts';
import { lookAt } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { chosenPlaybooks, openMachine, type TargetOptions } from '../target.ts';

/** What DSC can ask for. */
export type Operation = 'get' | 'test' | 'set' | 'export';

/** A user error as DSC reads it. What did not work ends with 1, what was not understood with 2. */
class DscError extends UserError {
  constructor({ message, outcome }: UserError) {
    super('', '', outcome === 'usage' ? outcome : 'faults-remain');
    this.message = message;
  }

  override get line(): string {
    return JSON.stringify({ error: this.message });
  }
}

/** Does what DSC asks of this server, or of a lab. */
export async function dsc(
  operation: Operation,
  options: TargetOptions,
  streams: Streams,
  stopping: Stopping,
): Promise<RunOutcome> {
  const said = { ...streams, err: (text: string) => streams.err(warnings(text)), untold: true as const };
  try {
    const wanted = await instanceOn(operation, options, streams);
    const changed = operation === 'set' ? [await set(wanted, options, said, stopping)] : [];
    const { state, isHealthy } = await look(wanted, options, said);
    const more = operation === 'test' ? { _inDesiredState: isHealthy } : {};
    for (const each of [{ ...state, ...more }, ...changed]) streams.out(`${JSON.stringify(each)}\n`);
    return 'nothing-to-do';
  } catch (error) {
    throw error instanceof UserError ? new DscError(error) : error;
  }
}

const warnings = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `${JSON.stringify({ warn: line })}\n`)
    .join('');

/** DSC hands in nothing where it asks for every instance: there is one. */
async function instanceOn(operation: Operation, options: TargetOptions, { stdin }: Streams): Promise<DscInstance> {
  // A target that is wrong is told first, as by every other command.
  await openMachine(options);
  const wrong = (why: string) =>
    new UserError(`stdin: ${why}`, 'Give one JSON object, for example {"verdict":"healthy"}');
  const read = Symbol.asyncIterator in stdin && !stdin.isTTY ? await readStandardInput(stdin as Input) : undefined;
  if (read !== undefined && read.result !== 'ok') throw wrong('detail' in read ? read.detail : 'it cannot be read');
  const bytes = read?.bytes ?? new Uint8Array();
  const mayBeNone = operation === 'get' || operation === 'export';
  if (bytes.length === 0 && !mayBeNone) throw wrong('it is empty');
  const ids = playbooks.map(({ id }) => id);
  const instance = readDscInstance(bytes.length === 0 ? Buffer.from('{}') : bytes, ids);
  if (!instance.ok) throw wrong(instance.error);
  return instance.value;
}

type Input = AsyncIterable<Uint8Array>;

/** What check says, and a run that was left half done counts as there. */
async function look(
  { risk, only }: DscInstance,
  options: TargetOptions,
  streams: Streams,
): Promise<{ readonly state: DscState; readonly isHealthy: boolean }> {
  const { reader, machine } = await openMachine(options);
  const diagnosis = diagnose(await lookAt(reader, streams), chosenPlaybooks(only));
  const outcome = await withLeftRuns(checkOutcome(diagnosis), machine, streams);
  const isHealthy = outcome === 'nothing-to-do';
  const seen = outcome === 'unknown' ? 'unknown' : 'faulty';
  const findings = diagnosis.findings.map(({ id, playbook, severity, message }) => ({
    id,
    playbook,
    severity,
    says: message,
  }));
  const { notChecked } = diagnosis;
  return { state: { verdict: isHealthy ? 'healthy' : seen, risk, only, findings, notChecked }, isHealthy };
}

/** The names of what was changed: what fix --yes does, with its words where it did not get there. */
async function set(
  { risk, only }: DscInstance,
  options: TargetOptions,
  streams: Streams,
  stopping: Stopping,
): Promise<readonly string[]> {
  const printed: string[] = [];
  const kept = { ...streams, out: (text: string) => void printed.push(text) };
  const { lab, from, as } = options;
  const outcome = await fixCommand({ lab, from, as, only, yes: risk, json: true }, kept, stopping);
  const document = JSON.parse(printed.join('')) as FixDocument;
  if (outcome !== 'healed' && outcome !== 'nothing-to-do')
    throw new UserError(`${outcome}: ${reasons(document).join(' ') || RUN_OUTCOMES[outcome].sentence}`, AGAIN, outcome);
  return document.runId === null ? [] : ['verdict', 'findings'];
}

const reasons = ({ plans, blocked }: FixDocument): readonly string[] => [
  ...blocked.map(({ finding, why, who, command }) =>
    [
      `${finding}: ${why}.`,
      ...(who === undefined ? [] : [`Needed: ${who}.`]),
      ...(command ? [`${command}.`] : []),
    ].join(' '),
  ),
  ...plans
    .filter(({ verdict }) => verdict !== 'healed')
    .map(({ finding, risk, verdict, detail }) => `${finding}: a ${risk} repair, ${detail ?? verdict}.`),
];
