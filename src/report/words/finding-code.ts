// What kind of fault a finding is, in one word for machines: the same for every server, certificate and site.

import { groupBy, once } from '../../model/once.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Finding } from '../../model/repair/finding.ts';
import type { Link } from '../../model/server/chain.ts';
import { endpointKey } from '../../model/server/evidence.ts';

/** Its own code where it has one, else that of the link that it breaks, else the playbook's id: never empty. */
export function codeOf({ facts, endpoints, playbook }: Finding, diagnosis: Diagnosis): string {
  const own = facts.find(({ name }) => name === 'code' || name === 'fault')?.value;
  if (own !== undefined) return own;
  const struck = endpoints.flatMap((key) => byEndpoint(diagnosis).get(key) ?? []);
  const first = (state: Link['state']) =>
    struck.flatMap(({ links }) => links.filter((link) => link.state === state))[0]?.code;
  return first('broken') ?? first('warning') ?? playbook;
}

const byEndpoint = once(({ chains }: Diagnosis) => groupBy(chains, ({ endpoint }) => endpointKey(endpoint)));
