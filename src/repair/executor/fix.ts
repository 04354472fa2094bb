// A whole fix: approved plans applied in their order, then everything looked at again.

import { unreachedEndpoints } from '../../chain/unreached.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { fixOutcome } from '../../diagnosis/outcome.ts';
import { collect } from '../../evidence/collect.ts';
import { liveReader } from '../../evidence/readers/live-reader.ts';
import { oneTimePassword } from '../../formats/pfx/wrap.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { type Blocked, type Plan, touchedBy } from '../../model/repair/plan.ts';
import type { Playbook } from '../../model/repair/playbook.ts';
import {
  type ApplyEvent,
  type BlockedFinding,
  notApplied,
  type PlanReport,
  type RunReport,
} from '../../model/run/run-report.ts';
import type { Evidence, Identity } from '../../model/server/evidence.ts';
import { TRANSFER_PASSWORD } from '../../steps/keys/transfer.ts';
import { closeJournal, openJournal } from '../journal/journal.ts';
import { applyPlan } from './apply.ts';
import type { PerformContext } from './perform.ts';

/** What a fix needs beside the approved plans. */
export interface FixContext {
  readonly machine: Machine;
  readonly playbooks: readonly Playbook[];
  readonly identity: Identity;
  /** What the plans were made from. */
  readonly seen: Evidence;
  readonly version: string;
  readonly pfx?: NonNullable<PerformContext['pfx']>;
  readonly tell: (event: ApplyEvent) => void;
  readonly stop: AbortSignal;
}

/** Applies the plans one after the other, then diagnoses anew: that second look decides what is healed. */
export async function fix(
  approved: readonly Plan[],
  declined: readonly Plan[],
  blocked: readonly BlockedFinding[],
  context: FixContext,
): Promise<RunReport> {
  const { machine } = context;
  const journal = await openJournal(machine, context.identity, context.version);
  const performing = {
    machine,
    secrets: new Map([[TRANSFER_PASSWORD.secret, oneTimePassword()]]),
    ...(context.pfx && { pfx: context.pfx }),
  };
  const reports: PlanReport[] = [];
  for (const plan of approved) {
    const waits = context.stop.aborted ? STOPPED : notReached(plan, reports);
    const applying = { ...performing, journal, tell: context.tell, stop: context.stop };
    reports.push(waits === undefined ? await applyPlan(plan, reports.length, applying) : notBegun(plan, waits));
  }
  context.tell({ kind: 'look' });
  // Whatever does not answer elsewhere, these are seen.
  const first = new Set(approved.flatMap(touchedBy));
  const greeted = (done: number, of: number) => context.tell({ kind: 'greeted', done, of });
  const how = { first, greeted, earlier: context.seen };
  const again = await collect(liveReader(machine), 'everything', how);
  const after = diagnose(again, context.playbooks);
  const judged = [...reports.map((report) => judge(report, after)), ...declined.map(notApplied)];
  const outcome = fixOutcome(after, judged, stillBlocked(blocked, after));
  await closeJournal(journal, machine.now().toISOString(), outcome);
  return { runId: journal.id, plans: judged, blocked, after, outcome };
}

type NotBegun = Pick<PlanReport, 'verdict' | 'detail' | 'stopped'>;

/** Hundreds may be left: none of them is read again for nothing. */
const STOPPED: NotBegun = { verdict: 'nothing-done', detail: 'stopped by you', stopped: true };

/** The plan that should have come first did not work out. */
function notReached(plan: Plan, reports: readonly PlanReport[]): NotBegun | undefined {
  const first = plan.after.find(
    (id) => !reports.some((report) => report.plan.covers.includes(id) && report.verdict === 'healed'),
  );
  return first === undefined ? undefined : { verdict: 'still-broken', detail: `${first} has to be repaired first` };
}

const notBegun = (plan: Plan, why: NotBegun): PlanReport => ({
  plan,
  steps: plan.steps.map((step) => ({ step, outcome: 'not-reached' })),
  ...why,
});

/** A plan whose steps all went well has healed only what the second diagnosis does not find any more. */
function judge(report: PlanReport, after: Diagnosis): PlanReport {
  if (report.verdict !== 'healed') return report;
  const left = after.findings.filter((finding) => report.plan.covers.includes(finding.id));
  const [first] = left;
  if (first !== undefined) return { ...report, verdict: 'still-broken', detail: first.message };
  const unreached = unreachedEndpoints(after.evidence);
  const isSeen = !touchedBy(report.plan).some((key) => unreached.has(key));
  return isSeen ? report : { ...report, verdict: 'not-checked', detail: 'there was no time to greet its visitors' };
}

const stillBlocked = (blocked: readonly BlockedFinding[], after: Diagnosis): readonly Blocked[] =>
  blocked.filter(({ finding }) => after.findings.some((each) => each.id === finding.id)).map((each) => each.blocked);
