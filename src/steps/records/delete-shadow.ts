// Deletes a record that no site binding has, so that the sites' own records answer there.

import { calledName, findCertificate, shortThumbprint } from '../../chain/certificates/certificates.ts';
import { usableBySystem } from '../../chain/certificates/usable.ts';
import { fingerprint } from '../../chain/memory/fingerprint.ts';
import type { Shadow } from '../../chain/records/shadows.ts';
import { siteNames } from '../../chain/words.ts';
import type { Blocked, Step } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { addRecordSteps, deleteStep } from './rebind.ts';

/** Blocked where it could not be added again exactly: because of its key, of this host, or of what was not read. */
export function deleteShadow({ record, hidden }: Shadow, evidence: Evidence, host: Host): Repair | Blocked {
  const { name } = record.endpoint;
  const back = wayBack(record, evidence, host);
  if (!back.ok) {
    const who = 'an administrator, who can decide to do without it';
    return { blocked: true, why: `the record could not be added again as it is: ${back.error}`, who };
  }
  const title = `Delete the SSL record of ${name}, which no site binding uses`;
  const { steps, gone } = back.value;
  return {
    title,
    risk: 'disruptive',
    steps: [{ ...deleteStep(record, steps), title }],
    cleanup: [],
    before: fingerprint(evidence, [{ kind: 'record', endpoint: record.endpoint }]),
    effects: [
      `The site's own record then answers visitors of ${siteNames(hidden)} there.`,
      `A program that serves ${name} through http.sys without a site of IIS would lose its certificate.`,
      ...(gone === undefined ? [] : [`This cannot be taken back: ${gone}. The record serves nobody as it is.`]),
    ],
    endpoints: [...new Map(hidden.map(({ endpoint }) => [endpointKey(endpoint), endpoint])).values()],
    after: [],
  };
}

/** The steps that add it again; none where http.sys would not take it, whatever anybody does here. */
function wayBack(
  record: SslRecord,
  evidence: Evidence,
  host: Host,
): Result<{ readonly steps: readonly Step[]; readonly gone?: string }> {
  const { store, thumbprint } = record;
  if (thumbprint === '')
    return ok({ steps: [], gone: 'the record names no certificate, and netsh cannot add such a record' });
  const found = findCertificate(evidence, store, thumbprint);
  if (!found.known) return fail(found.why);
  if (found.value === undefined)
    return ok({ steps: [], gone: `its certificate (${shortThumbprint(thumbprint)}) is gone` });
  const usable = usableBySystem(found.value, evidence);
  if (usable.known && !usable.value) return fail(`SYSTEM cannot use the key of ${calledName(found.value)}`);
  const added = addRecordSteps(record, host);
  return added.ok ? ok({ steps: added.value }) : added;
}
