// Binds a certificate that has the names of all who come to an endpoint, with every setting of the record kept.

import { chosenOf } from '../../chain/certificates/candidates.ts';
import { calledName, nameOf } from '../../chain/certificates/certificates.ts';
import { coveringFor } from '../../chain/certificates/covering.ts';
import { chainsAt } from '../../chain/join.ts';
import { fingerprint } from '../../chain/memory/fingerprint.ts';
import { siteNames } from '../../chain/words.ts';
import type { Finding } from '../../model/repair/finding.ts';
import type { Blocked } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { Chain } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isCentralStore } from '../../model/server/ssl-record.ts';
import { toChoose } from './lost-record.ts';
import { rewriteRecord } from './rewrite-record.ts';

/** For the only certificate that has the names, or the one that a person chose for the finding. */
export function bindCovering(
  { playbook, id }: Pick<Finding, 'playbook' | 'id'>,
  chain: Chain,
  evidence: Evidence,
  { host, choices }: Planning,
): (Repair & { readonly stranded?: string }) | Blocked {
  const { endpoint } = chain;
  if (isCentralStore(endpoint))
    return { blocked: true, why: CENTRAL_STORE, who: 'whoever maintains the central certificate store' };
  const found = coveringFor(endpoint, evidence);
  if (!found.known) return { blocked: true, why: `nothing is chosen: ${found.why}`, who: 'an administrator' };
  const { offered, why } = found.value;
  const choice = choices.certificates.get(id);
  const chosen = chosenOf(found.value, choice);
  if (chosen === undefined && offered.length > 0) return toChoose(playbook, offered, why, evidence);
  if (chosen === undefined) return { blocked: true, why, who: 'an administrator' };
  const { thumbprint, store } = chosen.certificate;
  const name = nameOf(chosen.certificate);
  const made = rewriteRecord(chain, { thumbprint, store }, `for ${name}, every setting kept`, evidence, host);
  if ('blocked' in made) return made;
  return {
    ...made,
    title: `Bind ${name} to ${endpoint.name}`,
    risk: 'disruptive',
    before: { ...made.before, ...fingerprint(evidence, [{ kind: 'entry', store, thumbprint }]) },
    effects: [
      `Visitors of ${siteNames(chainsAt(endpoint, evidence))} get ${calledName(chosen.certificate)}: ${choice === undefined ? why : 'as you chose'}.`,
      `New connections to ${endpoint.name} fail for a moment.`,
    ],
    after: [],
  };
}

const CENTRAL_STORE =
  'this certificate is from the central certificate store: its file of that name holds another one, and only the maintainer of the store can change that';
