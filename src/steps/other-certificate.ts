// Binds a certificate that has the names of all who come to an endpoint, with every setting of the record kept.

import { nameOf } from '../chain/certificates/certificates.ts';
import { coveringFor } from '../chain/certificates/covering.ts';
import { chainsAt } from '../chain/join.ts';
import { fingerprint } from '../chain/memory/fingerprint.ts';
import { siteNames } from '../chain/words.ts';
import type { Finding } from '../model/repair/finding.ts';
import type { Blocked } from '../model/repair/plan.ts';
import type { Planning } from '../model/repair/planning.ts';
import type { Repair } from '../model/repair/playbook.ts';
import type { Chain } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { isOurs, ownerName } from '../model/server/record-owner.ts';
import { isCentralStore } from '../model/server/ssl-record.ts';
import { toChoose } from './lost-record.ts';
import { replaceRecordSteps } from './rebind.ts';

/** For the only certificate that has the names, or the one that a person chose for the finding. */
export function bindCovering(
  { playbook, id }: Pick<Finding, 'playbook' | 'id'>,
  { endpoint, record, links }: Chain,
  evidence: Evidence,
  { host, choices }: Planning,
): Repair | Blocked {
  if (!record.known || record.value === undefined)
    return { blocked: true, why: `there is no SSL record of ${endpoint.name}` };
  const present = record.value;
  if (isCentralStore(present.endpoint))
    return { blocked: true, why: CENTRAL_STORE, who: 'whoever fills the central certificate store' };
  if (!isOurs(present)) {
    const owner = ownerName(present);
    return { blocked: true, why: `the record is not of IIS, and only ${owner} changes it`, who: owner };
  }
  const key = links.find(({ name, state }) => (name === 'key' || name === 'access') && state === 'broken');
  if (key !== undefined && key.code !== 'key-stranded')
    return {
      blocked: true,
      why: `the record could not be put back as it is: ${key.message}; that has to be mended first`,
    };
  const found = coveringFor(endpoint, evidence);
  if (!found.known) return { blocked: true, why: `nothing is chosen: ${found.why}`, who: 'an administrator' };
  const { offered, certain, why } = found.value;
  const choice = choices.certificates.get(id);
  const chosen = choice === undefined ? certain : offered.find(({ certificate }) => certificate.thumbprint === choice);
  if (chosen === undefined && offered.length > 0) return toChoose(playbook, offered, why, evidence);
  if (chosen === undefined) return { blocked: true, why, who: 'an administrator' };
  const { thumbprint, store } = chosen.certificate;
  const steps = replaceRecordSteps(
    present,
    { ...present, thumbprint, store },
    host,
    `for ${nameOf(chosen.certificate)}, every setting kept`,
  );
  if (!steps.ok) return { blocked: true, why: `the record cannot be made for another certificate: ${steps.error}` };
  const sites = siteNames(chainsAt(endpoint, evidence));
  return {
    title: `Bind ${nameOf(chosen.certificate)} to ${endpoint.name}`,
    risk: 'disruptive',
    steps: steps.value,
    cleanup: [],
    before: fingerprint(evidence, [
      { kind: 'record', endpoint },
      { kind: 'entry', store, thumbprint },
    ]),
    effects: [
      `Visitors of ${sites} get ${nameOf(chosen.certificate)} (${thumbprint}): ${choice === undefined ? why : 'as you chose'}.`,
      `New connections to ${endpoint.name} fail for a moment.`,
    ],
    endpoints: [endpoint],
    after: [],
  };
}

const CENTRAL_STORE =
  'the central certificate store gave this certificate: its file of that name holds another one, and only who fills the store can change that';
