// What puts an overwritten record back exactly as a healthy state remembers it, and what a person should know of that.

import type { FingerprintSubject } from '../chain/fingerprint.ts';
import { isOtherCertificate, type OverwrittenRecord, overwrittenRecords } from '../chain/overwritten.ts';
import { overwrittenId } from '../chain/overwritten-finding.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Blocked, Step } from '../model/plan.ts';
import { replaceRecordSteps } from './rebind.ts';

/** One that netsh can put back, with the steps. */
export interface RestorableRecord extends OverwrittenRecord {
  readonly steps: readonly Step[];
}

/** Those that netsh can put back here, whole. */
export const restorable = (records: readonly OverwrittenRecord[], evidence: Evidence): readonly RestorableRecord[] =>
  records.flatMap((record) => {
    const steps = replaceRecordSteps(record.present, record.remembered, evidence);
    return 'refused' in steps ? [] : [{ ...record, steps }];
  });

/** Why the record of this finding is not put back. */
export function notRestorable(finding: Finding, evidence: Evidence): Blocked {
  const record = overwrittenRecords(evidence).find((each) => overwrittenId(each) === finding.id);
  const steps = record && replaceRecordSteps(record.present, record.remembered, evidence);
  if (steps === undefined || !('refused' in steps)) return { blocked: true, why: 'it is not there any more' };
  return { blocked: true, why: `the record cannot be put back: ${steps.refused}` };
}

/** For the title of a plan. */
export const restoreTitle = ({ present }: OverwrittenRecord): string =>
  `put the SSL record of ${present.endpoint.name} back`;

/** What clients see of it. */
export function restoreEffect(record: OverwrittenRecord): string {
  const { name } = record.present.endpoint;
  const certificate = isOtherCertificate(record) ? ` with the certificate ${record.remembered.thumbprint}` : '';
  return `${name} gets the record of the last state that was seen healthy${certificate}; new connections fail until it is there.`;
}

/** What the steps rest on: both records' place, and the certificate that is to serve again. */
export const restoreSubjects = ({ present, remembered }: OverwrittenRecord): readonly FingerprintSubject[] => [
  { kind: 'record', endpoint: present.endpoint },
  { kind: 'entry', store: remembered.store, thumbprint: remembered.thumbprint },
];
