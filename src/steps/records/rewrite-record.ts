// A record made anew with one setting changed: the same endpoint, the same certificate.

import { keyPlace } from '../../chain/certificates/key-place.ts';
import { usableBySystem } from '../../chain/certificates/usable.ts';
import { type FingerprintSubject, fingerprint } from '../../chain/memory/fingerprint.ts';
import { leftToOwner } from '../../model/repair/left-to-owner.ts';
import type { Blocked } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { Chain } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { succeedSteps } from '../succession/succeed-record.ts';

/** What a repair rests on and does; its words and its risk are the caller's, and the order where a key is moved first. */
interface Rewritten extends Pick<Repair, 'steps' | 'cleanup' | 'before' | 'endpoints'> {
  /** The certificate whose key lies with a user. */
  readonly stranded?: string;
}

/** `as`: what the record is then, for a title. Refused where the record could not be put back just as it is. */
export function rewriteRecord(
  { record, certificate }: Pick<Chain, 'record' | 'certificate'>,
  change: Partial<SslRecord>,
  as: string,
  evidence: Evidence,
  host: Host,
): Rewritten | Blocked {
  if (!record.known || record.value === undefined) return { blocked: true, why: 'the record is not there any more' };
  const present = record.value;
  const foreign = leftToOwner(present);
  if (foreign !== undefined) return foreign;
  const ready = readiness(present, certificate, evidence);
  if (ready === undefined) return NOT_READY;
  const steps = succeedSteps(present, { ...present, ...change }, true, host, as);
  if (!steps.ok) return { blocked: true, why: `the record cannot be made anew ${as}: ${steps.error}` };
  const { endpoint } = present;
  return {
    steps: steps.value,
    cleanup: [],
    before: fingerprint(evidence, [{ kind: 'record', endpoint }, ...ready.rests]),
    endpoints: [endpoint],
    ...(ready.stranded && { stranded: present.thumbprint }),
  };
}

const NOT_READY: Blocked = {
  blocked: true,
  why: 'the certificate of the record cannot be used, so nobody could put the record back: mend its key, or bind another one',
  who: 'an administrator',
};

interface Ready {
  readonly rests: readonly FingerprintSubject[];
  readonly stranded: boolean;
}

/** netsh adds no record whose certificate nobody can use: neither the new one nor, to take it back, the old one. */
function readiness(
  { store, thumbprint }: SslRecord,
  certificate: Chain['certificate'],
  evidence: Evidence,
): Ready | undefined {
  if (thumbprint === '') return { rests: [], stranded: false };
  const named = certificate.known ? certificate.value : undefined;
  const place = named && keyPlace(named.key, evidence);
  // It is moved before this, which leaves another store entry.
  if (place?.known && place.value.at === 'user') return { rests: [], stranded: true };
  const usable = named && usableBySystem(named, evidence);
  if (!usable?.known || !usable.value) return undefined;
  return { rests: [{ kind: 'entry', store, thumbprint }], stranded: false };
}
