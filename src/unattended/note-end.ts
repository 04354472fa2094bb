// The end of an unattended run, and how it is remembered, told and written down.

import type { Machine } from '../machine/machine.ts';
import type { Risk } from '../model/repair/plan.ts';
import type { Playbook } from '../model/repair/playbook.ts';
import type { Ledger } from '../model/run/ledger.ts';
import { exitCodeOf } from '../model/run/run-outcome.ts';
import type { ApplyEvent } from '../model/run/run-report.ts';
import type { UnattendedEnd } from '../model/run/unattended.ts';
import type { Told } from '../repair/change/change.ts';
import { writeLedger } from './memory.ts';
import { looksLikePause } from './pause.ts';
import { tellEventLog, writeTrail } from './trail.ts';

/** What an unattended run needs. */
export interface UnattendedContext {
  readonly machine: Machine;
  readonly playbooks: readonly Playbook[];
  readonly version: string;
  /** The risk that --yes covers. */
  readonly maxRisk: Risk;
  /** The end in a person's words, the same for the same end. */
  readonly describe: (end: UnattendedEnd) => string;
  readonly tell: (event: ApplyEvent) => void;
  readonly recovered: (told: Told) => void;
  readonly stop: AbortSignal;
}

/** The end, and what of it could not be written down. */
export interface Noted {
  readonly end: UnattendedEnd;
  readonly unwritten: readonly string[];
}

/** Remembers, tells, writes the line: each of them also where another one fails. */
export async function noteEnd(
  machine: Machine,
  end: UnattendedEnd,
  ledger: Ledger | undefined,
  { describe }: Pick<UnattendedContext, 'describe'>,
): Promise<Noted> {
  const message = describe(end);
  const remembered = ledger && (await writeLedger(machine, ledger));
  const telling = await tellEventLog(machine, { outcome: end.outcome, message });
  const event = telling.ok ? telling.value : null;
  const warnings = await looksLikePause(machine);
  const run = end.report?.runId ?? end.proved?.runId;
  const traced = await writeTrail(machine, {
    at: machine.now().toISOString(),
    by: end.by,
    outcome: end.outcome,
    exitCode: exitCodeOf(end.run),
    ...(run !== undefined && { run }),
    findings: end.diagnosis.findings.map(({ id }) => id),
    message,
    ...(warnings.length > 0 && { warnings }),
    ...(event !== undefined && { event }),
  });
  const untold = telling.ok ? undefined : telling.error;
  return { end, unwritten: [remembered, untold, traced].filter((why) => why !== undefined) };
}
