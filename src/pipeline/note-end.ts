// The end of an unattended run, and how it is remembered, told and written down.

import type { Machine } from '../machine/machine.ts';
import type { ApplyEvent } from '../model/apply-event.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Ledger } from '../model/ledger.ts';
import type { Risk } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import type { RunReport } from '../model/run-report.ts';
import type { UnattendedOutcome } from '../model/unattended.ts';
import type { Held } from '../self-heal/limits.ts';
import type { Recovered } from './change.ts';
import type { BlockedFinding } from './make-plans.ts';
import { writeLedger } from './memory.ts';
import { tellEventLog, writeTrail } from './trail.ts';

/** What an unattended run needs. */
export interface UnattendedContext {
  readonly machine: Machine;
  readonly playbooks: readonly Playbook[];
  readonly version: string;
  /** The risk that --yes covers. */
  readonly most: Risk;
  /** The end in a person's words, the same for the same end. */
  readonly describe: (end: UnattendedEnd) => string;
  readonly tell: (event: ApplyEvent) => void;
  readonly recovered: (recovered: Recovered) => void;
  readonly stop: AbortSignal;
}

/** How a run ended. */
export interface UnattendedEnd {
  readonly by: 'fix' | 'verify';
  readonly outcome: UnattendedOutcome;
  readonly exitCode: number;
  /** The latest look. */
  readonly diagnosis: Diagnosis;
  readonly held: readonly Held[];
  readonly blocked: readonly BlockedFinding[];
  /** What was tried. */
  readonly report?: RunReport;
  /** Findings whose repair was proved, or is broken again. */
  readonly proved?: { readonly runId: string; readonly findings: readonly string[] };
  /** Why nothing could be tried, as one clause. */
  readonly detail?: string;
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
  const says = describe(end);
  const remembered = ledger && (await writeLedger(machine, ledger));
  const telling = await tellEventLog(machine, { outcome: end.outcome, says });
  const event = telling === 'not-due' ? {} : { event: 'id' in telling ? telling.id : null };
  const run = end.report?.runId ?? end.proved?.runId;
  const traced = await writeTrail(machine, {
    at: machine.now().toISOString(),
    by: end.by,
    outcome: end.outcome,
    exitCode: end.exitCode,
    ...(run !== undefined && { run }),
    findings: end.diagnosis.findings.map(({ id }) => id),
    says,
    ...event,
  });
  const untold = typeof telling === 'object' && 'why' in telling ? telling.why : undefined;
  return { end, unwritten: [remembered, untold, traced].filter((why) => why !== undefined) };
}
