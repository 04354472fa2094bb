// The steps that make another record of one, without a gap where netsh can.

import type { Condition, Step } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import { ok, type Result } from '../../model/result.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { updateSslRecord } from '../../windows-commands/netsh.ts';
import { addRecordSteps, deleteStep, replaceRecordSteps } from '../records/rebind.ts';

/**
 * In one step where netsh can update; deleted and added again where it cannot, or where clients do not get the new certificate
 * then. `canReturn` is false where http.sys would not take the present record again: what is put back is its absence. `as`: what
 * it is then, for a title.
 */
export function succeedSteps(
  present: SslRecord,
  wanted: SslRecord,
  canReturn: boolean,
  host: Host,
  as: string,
): Result<readonly Step[]> {
  const added = addRecordSteps(wanted, host);
  if (!added.ok) return added;
  const add = added.value.map((step) => ({ ...step, title: `Add the SSL record of ${wanted.endpoint.name} ${as}` }));
  if (!canReturn) return ok([withoutReturn(present), ...add]);
  const replace = replaceRecordSteps(present, wanted, host, as);
  const update = replace.ok ? updateStep(present, wanted, host, as) : undefined;
  if (update === undefined) return replace;
  const serves: Condition = { kind: 'serves', record: wanted };
  return ok([update, { ...deleteStep(wanted, add), unless: serves }, ...add]);
}

/** It could not be taken back, and need not be: a record whose certificate cannot be had serves nobody, and none does no less. */
const withoutReturn = (present: SslRecord): Step => ({
  ...deleteStep(present, []),
  title: `Delete the SSL record of ${present.endpoint.name}, which serves nobody and cannot be added again`,
});

/** Undefined where this host's netsh knows no update, or not with every option that the record needs. */
function updateStep(present: SslRecord, wanted: SslRecord, { netshUpdates }: Host, as: string): Step | undefined {
  if (netshUpdates === undefined) return undefined;
  const to = updateSslRecord(wanted, netshUpdates, present);
  const back = updateSslRecord(present, netshUpdates, wanted);
  if (!to.ok || !back.ok) return undefined;
  return {
    title: `Write the SSL record of ${wanted.endpoint.name} anew ${as}`,
    do: { kind: 'run', command: to.value, patient: true },
    undo: { do: { kind: 'run', command: back.value, patient: true }, holds: { kind: 'record-is', record: present } },
    holds: { kind: 'record-is', record: wanted },
  };
}
