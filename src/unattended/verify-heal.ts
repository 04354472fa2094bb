// The look after a repair, in a process of its own: at once, and again when the server was healthy for long enough.

import { checkOutcome } from '../diagnosis/outcome.ts';
import type { Diagnosis } from '../model/repair/diagnosis.ts';
import type { UnattendedEnd } from '../model/run/unattended.ts';
import { underLock } from '../repair/change/change.ts';
import { lookUnattended } from './look.ts';
import { readLedger, readPolicy } from './memory.ts';
import { type Noted, noteEnd, type UnattendedContext } from './note-end.ts';
import { onClock } from './rules/ledger.ts';
import { provedFrom, type Settled, settle } from './rules/proof.ts';

/** What verifying needs; it repairs nothing. */
export type VerifyContext = Pick<UnattendedContext, 'machine' | 'playbooks' | 'describe'>;

/** The latest look; `noted` where a repair waited for it and could be settled. */
export interface Verified {
  readonly diagnosis: Diagnosis;
  readonly noted?: Noted;
  /** Why a proof could not be written down; the next run settles it. */
  readonly unnoted?: string;
}

/** Looks, and where a repair waits for its proof, looks again when the healthy delay is over. */
export async function verifyHeal(context: VerifyContext): Promise<Verified> {
  const { machine, playbooks } = context;
  const look = () => lookUnattended(machine, playbooks);
  const diagnosis = await look();
  const [policy, ledger] = [await readPolicy(machine), await readLedger(machine)];
  if (!policy.ok || !ledger.ok || ledger.value.awaiting === undefined) return { diagnosis };
  const early = settle(onClock(ledger.value, machine.now()), diagnosis, playbooks, policy.value, machine.now());
  if (early.proof?.outcome === 'broken-again') return noteProof(diagnosis, context);
  const waiting = onClock(ledger.value, machine.now()).awaiting ?? ledger.value.awaiting;
  await machine.sleep(Math.max(0, provedFrom(waiting, policy.value) - machine.now().getTime()));
  return noteProof(await look(), context);
}

/** Settled anew under the lock: another run may have done so meanwhile. */
async function noteProof(diagnosis: Diagnosis, context: VerifyContext): Promise<Verified> {
  const { machine, playbooks } = context;
  const identity = await machine.identity();
  if (!identity.known) return { diagnosis, unnoted: identity.why };
  const changed = await underLock(machine, identity.value, async () => {
    const [policy, ledger] = [await readPolicy(machine), await readLedger(machine)];
    if (!policy.ok || !ledger.ok) return undefined;
    const settled = settle(onClock(ledger.value, machine.now()), diagnosis, playbooks, policy.value, machine.now());
    const end = endOf(diagnosis, settled);
    return end && noteEnd(machine, end, settled.ledger, context);
  });
  if (!changed.ok) return { diagnosis, unnoted: changed.error.why };
  return { diagnosis, ...(changed.value && { noted: changed.value }) };
}

function endOf(diagnosis: Diagnosis, { proof }: Settled): UnattendedEnd | undefined {
  const common = { by: 'verify', run: checkOutcome(diagnosis), diagnosis, held: [], blocked: [] } as const;
  if (proof === undefined) return diagnosis.verdict === 'unknown' ? { ...common, outcome: 'not-checked' } : undefined;
  const { outcome, awaiting } = proof;
  return { ...common, outcome, proved: { runId: awaiting.runId, findings: awaiting.findings } };
}
