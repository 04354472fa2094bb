// Whether a repair has held: what a fresh process sees of it, at once and after the healthy delay. Pure.

import { unreachedEndpoints } from '../../chain/unreached.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Finding } from '../../model/repair/finding.ts';
import type { Playbook } from '../../model/repair/playbook.ts';
import type { Awaiting, Ledger } from '../../model/run/ledger.ts';
import type { Policy } from '../../model/run/policy.ts';
import { failed, proofDone, withoutGone } from './ledger.ts';

/** The ledger after this look, and what became of the repair that waited for its proof. */
export interface Settled {
  readonly ledger: Ledger;
  readonly proof?: { readonly outcome: 'healed' | 'broken-again'; readonly awaiting: Awaiting };
}

const MINUTE_MS = 60_000;

/** When the healthy delay of a repair is over, in milliseconds since 1970. */
export const provedFrom = ({ at }: Awaiting, { healthyMinutes }: Policy): number =>
  Date.parse(at) + healthyMinutes * MINUTE_MS;

/** The same fault, or another one that takes an endpoint down which was in order after the repair. */
const isBrokenAgain = ({ id, severity, endpoints }: Finding, awaiting: Awaiting): boolean =>
  awaiting.findings.includes(id) ||
  (severity === 'broken' && endpoints.some((endpoint) => awaiting.endpoints.includes(endpoint)));

/**
 * Settles what can be settled now. What was not read proves nothing, and a look with a part of the playbooks says nothing
 * of the others' findings.
 */
export function settle(
  ledger: Ledger,
  { findings, verdict, evidence }: Diagnosis,
  playbooks: readonly Playbook[],
  policy: Policy,
  now: Date,
): Settled {
  const { awaiting } = ledger;
  const looksFor = (id: string) => playbooks.some((playbook) => id.startsWith(`${playbook.id}:`));
  const present = findings.map(({ id }) => id);
  const unreached = unreachedEndpoints(evidence);
  if (awaiting === undefined) {
    if (verdict === 'unknown' || unreached.size > 0) return { ledger };
    const unseen = ledger.failures.map(({ finding }) => finding).filter((id) => !looksFor(id));
    return { ledger: withoutGone(ledger, [...present, ...unseen]) };
  }
  const again = findings.filter((finding) => isBrokenAgain(finding, awaiting)).map(({ id }) => id);
  if (again.length > 0)
    return { ledger: failed(proofDone(ledger), again, now), proof: { outcome: 'broken-again', awaiting } };
  const isHidden = awaiting.endpoints.some((endpoint) => unreached.has(endpoint));
  const seen = verdict !== 'unknown' && !isHidden && awaiting.findings.every(looksFor);
  if (!seen || now.getTime() < provedFrom(awaiting, policy)) return { ledger };
  const left = ledger.failures.map(({ finding }) => finding).filter((id) => !awaiting.findings.includes(id));
  return { ledger: withoutGone(proofDone(ledger), left), proof: { outcome: 'healed', awaiting } };
}
