// An unattended run: look, repair within the limits, remember, tell. Nobody is asked, and no line is drawn for anybody.

import { unreachedEndpoints } from '../chain/unreached.ts';
import type { Machine } from '../machine/machine.ts';
import type { Diagnosis } from '../model/repair/diagnosis.ts';
import { planningHere } from '../model/repair/planning.ts';
import type { Ledger } from '../model/run/ledger.ts';
import type { Policy } from '../model/run/policy.ts';
import type { RunReport } from '../model/run/run-report.ts';
import type { UnattendedEnd } from '../model/run/unattended.ts';
import { endpointKey } from '../model/server/evidence.ts';
import { changeServer, type Told } from '../repair/change/change.ts';
import { fix } from '../repair/executor/fix.ts';
import { makePlans } from '../repair/planning/make-plans.ts';
import { heldEnd, quietEnd, repairEnd, settingsBroken } from './ends.ts';
import { lookUnattended } from './look.ts';
import { readLedger, readPolicy, writeLedger } from './memory.ts';
import { type Noted, noteEnd, type UnattendedContext } from './note-end.ts';
import { pauseOf } from './pause.ts';
import { rememberHealthy } from './remember.ts';
import { attempted, awaitingProof, calmAfter, failed, looked, onClock } from './rules/ledger.ts';
import { selectAllowed } from './rules/limits.ts';
import { settle } from './rules/proof.ts';
import { tellEventLog, troubleWasTold } from './trail.ts';

/** Waits out a storm of events; a person's Ctrl-C may cut it off. */
export async function awaitCalm(machine: Machine): Promise<void> {
  const earlier = await readLedger(machine);
  if (earlier.ok) await machine.sleep(calmAfter(onClock(earlier.value, machine.now()), machine.now()));
}

/** Looks, repairs what may be repaired, and notes how it ended. */
export async function selfHeal(context: UnattendedContext): Promise<Noted> {
  const { machine, playbooks } = context;
  const look = () => lookUnattended(machine, playbooks);
  const changed = await asCaller(context, async (left) => repairAndNote(await look(), context, left()));
  if (changed.ok) return remembered(changed.value, context);
  // Another run is at work, or nothing can be written: what is seen still has its end.
  const diagnosis = await look();
  const nothing = { by: 'fix', diagnosis, held: [], blocked: [], detail: changed.error.why } as const;
  const end: UnattendedEnd =
    diagnosis.findings.length === 0 && !changed.error.unfinished
      ? { ...nothing, ...quietEnd(diagnosis) }
      : { ...nothing, outcome: 'refused', run: changed.error.outcome };
  const told = await tellEventLog(machine, { outcome: end.outcome, message: context.describe(end) });
  return { end, unwritten: [changed.error.why, ...(told.ok ? [] : [told.error])] };
}

/** A healthy server is remembered, so that what is lost later can be put back exactly. */
async function remembered(noted: Noted, { machine }: UnattendedContext): Promise<Noted> {
  const memory = await rememberHealthy(machine, noted.end.diagnosis);
  const why = memory.ok || !memory.error.worthSaying ? [] : [memory.error.why];
  return { ...noted, unwritten: [...noted.unwritten, ...why] };
}

/** Under the lock of every change, as whoever runs this. */
async function asCaller<T>({ machine, recovered }: UnattendedContext, work: (left: () => boolean) => Promise<T>) {
  let left = false;
  const hear = (each: Told) => {
    left ||= 'whole' in each && !each.whole;
    recovered(each);
  };
  const identity = await machine.identity();
  const caller = identity.known ? identity.value : { sid: '', name: 'an unattended run', elevated: false };
  return changeServer(machine, caller, hear, () => work(() => left));
}

async function repairAndNote(diagnosis: Diagnosis, context: UnattendedContext, left: boolean): Promise<Noted> {
  const { machine, playbooks } = context;
  const now = machine.now();
  const [policy, read] = [await readPolicy(machine), await readLedger(machine)];
  if (!policy.ok || !read.ok) return noteEnd(machine, settingsBroken(diagnosis, policy, read), undefined, context);
  const before = looked(onClock(read.value, now), now);
  const settled = settle(before, diagnosis, playbooks, policy.value, now);
  const { end: own, ledger } = await repair(settled.ledger, diagnosis, policy.value, context);
  // What an earlier run has left half done is told also where all else is well.
  const end: UnattendedEnd = left ? { ...own, outcome: 'half-done', run: 'half-done' } : own;
  if (settled.proof === undefined) return noteEnd(machine, end, ledger, context);
  const { outcome, awaiting } = settled.proof;
  const proof = { ...end, outcome, proved: { runId: awaiting.runId, findings: awaiting.findings } };
  if (outcome === 'broken-again' || end.run === 'nothing-to-do') return noteEnd(machine, proof, ledger, context);
  // The earlier repair has held, and something else is wrong now: two ends.
  await noteEnd(machine, proof, undefined, context);
  return noteEnd(machine, end, ledger, context);
}

interface Repaired {
  readonly end: UnattendedEnd;
  readonly ledger: Ledger;
}

async function repair(
  ledger: Ledger,
  diagnosis: Diagnosis,
  policy: Policy,
  context: UnattendedContext,
): Promise<Repaired> {
  const { machine, maxRisk } = context;
  const now = machine.now();
  const nothing = { by: 'fix', diagnosis, held: [], blocked: [] } as const;
  if (diagnosis.findings.length === 0) {
    const quiet = quietEnd(diagnosis);
    const again = quiet.outcome === 'healthy' && (await troubleWasTold(machine));
    return { ledger, end: { ...nothing, ...quiet, ...(again && { outcome: 'healthy-again' }) } };
  }
  const { plans, blocked } = makePlans(diagnosis.found, planningHere(diagnosis.evidence));
  const { allowed, held } = selectAllowed(plans, {
    policy,
    ledger,
    now,
    pause: await pauseOf(machine),
    maxRisk,
    unreached: unreachedEndpoints(diagnosis.evidence),
  });
  const end = { ...nothing, held, blocked };
  if (allowed.length === 0) return { ledger, end: { ...end, ...heldEnd(diagnosis, held, blocked) } };
  const noted = attempted(ledger, allowed, now);
  const why = await writeLedger(machine, noted);
  // A repair that is not counted could be made for ever.
  if (why !== undefined) return { ledger, end: { ...end, outcome: 'refused', run: 'refused', detail: why } };
  const { identity } = diagnosis.evidence;
  if (!identity.known) throw new Error('a plan was made although nobody knows who runs this');
  const declined = held.map(({ plan }) => plan);
  const report = await fix(allowed, declined, blocked, {
    ...context,
    identity: identity.value,
    seen: diagnosis.evidence,
  });
  const after = report.after ?? diagnosis;
  return {
    ledger: afterRun(noted, report, machine.now()),
    end: { ...end, diagnosis: after, report, ...repairEnd(report) },
  };
}

/** What a run leaves to remember: its failures, and what a fresh process must prove. */
function afterRun(ledger: Ledger, { plans, after, runId = '' }: RunReport, now: Date): Ledger {
  const covered = (...verdicts: readonly string[]) =>
    plans.filter(({ verdict }) => verdicts.includes(verdict)).flatMap(({ plan }) => plan.covers);
  const unsuccessful = covered('rolled-back', 'half-done', 'still-broken', 'needs-person');
  const stillDown = new Set(after?.findings.flatMap(({ endpoints }) => endpoints));
  const made = ['healed', 'not-checked'] as const;
  const mended = plans
    .filter(({ verdict }) => made.some((each) => each === verdict))
    .flatMap(({ plan }) => plan.endpoints);
  return awaitingProof(failed(ledger, unsuccessful, now), {
    runId,
    at: now.toISOString(),
    findings: covered(...made),
    endpoints: mended.map(endpointKey).filter((endpoint) => !stillDown.has(endpoint)),
  });
}
