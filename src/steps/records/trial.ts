// A certificate is bound where nobody comes, before a record is deleted that could not be had back: whether a binding succeeds
// in this session nobody can tell beforehand, since in whose name the key is opened is not established.

import type { Blocked, Step } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { iisRecord } from '../../model/server/ssl-record.ts';
import { deleteSslRecord } from '../../windows-commands/netsh.ts';
import { addRecordSteps } from './rebind.ts';

/** ERROR_NO_SUCH_LOGON_SESSION: what netsh ends with where the key does not open. */
const KEY_NOT_OPENED = 1312;

const NOT_BOUND_HERE: Blocked = {
  blocked: true,
  why: 'Windows does not bind this certificate in this session, since its key does not open (1312): move the key into the machine key store instead, by its owner, logged on with the password at the console or by RDP',
  who: 'the owner of the key, logged on with the password',
  command: 'iis-ssl-heal fix',
};

/** Adds a record of the certificate at a port of the loopback that no record has, and deletes it. */
export function trialSteps({ thumbprint, store }: StoreCertificate, evidence: Evidence, host: Host): readonly Step[] {
  const endpoint = { table: 'ip' as const, name: `127.0.0.1:${freePort(evidence)}` };
  const added = addRecordSteps(iisRecord({ endpoint, thumbprint, store }, 0), host);
  if (!added.ok) return [];
  return [
    ...added.value.map((step) => ({
      ...step,
      title: `Try the certificate at ${endpoint.name}, an unused address, before any record is deleted`,
      needsPerson: [{ code: KEY_NOT_OPENED, blocked: NOT_BOUND_HERE }],
    })),
    {
      title: `Delete the SSL record of ${endpoint.name} again`,
      do: { kind: 'run', command: deleteSslRecord(endpoint) },
      undo: 'none',
      holds: { kind: 'record-absent', endpoint },
    },
  ];
}

/**
 * For a record that is the same before and after: where it is that, nothing is deleted to be made again, since whoever takes it
 * back may be one for whom the key does not open. What stands in its place is deleted first.
 */
export function takenBackInPlace(step: Step): Step {
  if (step.undo === 'none' || 'impossible' in step.undo || step.undo.do.kind !== 'run') return step;
  const { do: action, holds } = step.undo;
  if (step.holds.kind === 'record-is' && holds.kind === 'record-absent') return { ...step, undo: 'none' };
  if (step.holds.kind !== 'record-absent') return step;
  return { ...step, undo: { do: { ...action, first: deleteSslRecord(step.holds.endpoint) }, holds } };
}

const LAST_PORT = 65535;

function freePort({ records }: Evidence): number {
  const taken = new Set((records.known ? records.value : []).map(({ endpoint }) => endpoint.name.split(':').at(-1)));
  let port = LAST_PORT;
  while (taken.has(String(port))) port -= 1;
  return port;
}
