// What kind of fault a finding is, in one word for machines: the same for every server, certificate and site.

import { groupBy, once } from '../../model/once.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Finding } from '../../model/repair/finding.ts';
import { endpointKey } from '../../model/server/evidence.ts';

/** Its own code where it has one, else that of the link that its playbook answers for, else of any that it breaks; never empty. */
export function codeOf({ id, facts, endpoints, playbook }: Finding, diagnosis: Diagnosis): string {
  const own = facts.find(({ name }) => name === 'code' || name === 'fault')?.value;
  if (own !== undefined) return own;
  const struck = endpoints.flatMap((key) => byEndpoint(diagnosis).get(key) ?? []).flatMap(({ links }) => links);
  const takes = foundById(diagnosis).get(id)?.takes ?? [];
  const faults = (['broken', 'warning'] as const).flatMap((state) => struck.filter((link) => link.state === state));
  return (faults.find(({ code }) => takes.includes(code)) ?? faults[0])?.code ?? playbook;
}

const foundById = once(({ found }: Diagnosis) => new Map(found.map((each) => [each.finding.id, each])));

const byEndpoint = once(({ chains }: Diagnosis) => groupBy(chains, ({ endpoint }) => endpointKey(endpoint)));
