// What puts an overwritten record back exactly as a healthy state remembers it, and what a person should know of that.

import { shortThumbprint } from '../../chain/certificates/certificates.ts';
import type { FingerprintSubject } from '../../chain/memory/fingerprint.ts';
import { isOtherCertificate, type OverwrittenRecord } from '../../chain/records/overwritten.ts';
import type { Blocked, Step } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import { replaceRecordSteps } from './rebind.ts';

/** One that netsh can put back, with the steps. */
export interface RestorableRecord extends OverwrittenRecord {
  readonly steps: readonly Step[];
}

const AS_IT_WAS = 'as it was when it was last seen healthy';

/** Those that netsh can put back here, whole. */
export const restorable = (records: readonly OverwrittenRecord[], host: Host): readonly RestorableRecord[] =>
  records.flatMap((record) => {
    const steps = replaceRecordSteps(record.present, record.remembered, host, AS_IT_WAS);
    return steps.ok ? [{ ...record, steps: steps.value }] : [];
  });

/** Why it is not put back. */
export function notRestorable({ present, remembered }: OverwrittenRecord, host: Host): Blocked {
  const steps = replaceRecordSteps(present, remembered, host, AS_IT_WAS);
  const why = !steps.ok ? steps.error : 'another record shares its entry';
  return { blocked: true, why: `the record cannot be put back: ${why}` };
}

/** For the title of a plan. */
export const restoreTitle = ({ present }: OverwrittenRecord): string =>
  `put the SSL record of ${present.endpoint.name} back`;

/** What clients see of it. */
export function restoreEffect(record: OverwrittenRecord): string {
  const { name } = record.present.endpoint;
  const certificate = isOtherCertificate(record)
    ? ` with the certificate ${shortThumbprint(record.remembered.thumbprint)}`
    : '';
  return `${name} gets the record of the last state that was seen healthy${certificate}; new connections fail until it is there.`;
}

/** What the steps rest on: both records' place, and the certificate that is to serve again. */
export const restoreSubjects = ({ present, remembered }: OverwrittenRecord): readonly FingerprintSubject[] => [
  { kind: 'record', endpoint: present.endpoint },
  { kind: 'entry', store: remembered.store, thumbprint: remembered.thumbprint },
];
