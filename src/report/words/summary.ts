// What stands where, by name: what is down, what will break and when, how much was seen healthy, what was not seen.

import { isVisited } from '../../chain/records/shadows.ts';
import { isUnseen } from '../../chain/visit.ts';
import { groupBy, once } from '../../model/once.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { type Finding, isDown } from '../../model/repair/finding.ts';
import type { Chain } from '../../model/server/chain.ts';
import { endpointKey } from '../../model/server/evidence.ts';
import { chainState } from './chain-state.ts';

/** Sites by what becomes of their visitors. A finding at no site binding stands among them by its own subject. */
export interface Summary {
  /** Somebody has no HTTPS there now. */
  readonly down: readonly string[];
  /** HTTPS works there, and will break; `when` is '' where nobody can say. */
  readonly atRisk: readonly { readonly when: string; readonly sites: readonly string[] }[];
  /** Https bindings that were seen whole, with nothing wrong. */
  readonly healthy: number;
  /** All https bindings that have visitors here: of this server, and of sites that are not stopped on purpose. */
  readonly of: number;
  /** Seen neither broken nor whole. */
  readonly notChecked: readonly string[];
}

/** Each binding counts once, where it fares worst. */
export const summaryOf = once((diagnosis: Diagnosis): Summary => {
  const { findings, evidence } = diagnosis;
  const here = visitedOf(diagnosis);
  const struck = findings.map((finding) => ({ finding, chains: struckBy(finding, diagnosis) }));
  const now = struck.filter(({ finding }) => isDown(finding));
  const later = struck.filter(({ finding }) => !isDown(finding));
  const down = new Set([...inState('broken', here), ...now.flatMap(({ chains }) => chains)]);
  const isRisky = (chain: Chain) => !down.has(chain);
  const risky = new Set([...inState('warning', here), ...later.flatMap(({ chains }) => chains)].filter(isRisky));
  const left = here.filter((chain) => !down.has(chain) && !risky.has(chain));
  const sound = new Set(left.filter((chain) => SOUND.includes(chainState(chain)) && !isUnseen(chain, evidence)));
  const named = (chains: Iterable<Chain>) => namesOf([...chains], here);
  const whens = later.map(({ finding, chains }) => ({
    when: finding.breaks ?? '',
    sites: chains.length === 0 ? [finding.subject] : named(chains.filter(isRisky)),
  }));
  const told = new Set(later.flatMap(({ chains }) => chains));
  const untold = { when: '', sites: named([...risky].filter((chain) => !told.has(chain))) };
  return {
    down: unique([
      ...named(down),
      ...now.flatMap(({ finding, chains }) => (chains.length === 0 ? finding.subject : [])),
    ]),
    atRisk: [...groupBy([...whens, untold], ({ when }) => when)]
      .map(([when, all]) => ({ when, sites: unique(all.flatMap(({ sites }) => sites)) }))
      .filter(({ sites }) => sites.length > 0),
    healthy: sound.size,
    of: here.length,
    notChecked: named(left.filter((chain) => !sound.has(chain))),
  };
});

/** The names of the sites that a finding strikes, or its own subject. */
export function sitesOf(finding: Finding, diagnosis: Diagnosis): readonly string[] {
  const chains = struckBy(finding, diagnosis);
  return chains.length === 0 ? [finding.subject] : namesOf(chains, visitedOf(diagnosis));
}

const SOUND = ['ok', 'note'];

const inState = (state: 'broken' | 'warning', chains: readonly Chain[]) =>
  chains.filter((chain) => chainState(chain) === state);

/** Several bindings may share a record: those in the finding's own state, and where none is, all at its endpoints. */
function struckBy(finding: Finding, diagnosis: Diagnosis): readonly Chain[] {
  const at = finding.endpoints.flatMap((key) => byEndpoint(diagnosis).get(key) ?? []);
  const alike = inState(isDown(finding) ? 'broken' : 'warning', at);
  return alike.length > 0 ? alike : at;
}

const visitedOf = once(({ chains }: Diagnosis) => chains.filter(isVisited));

const byEndpoint = once((diagnosis: Diagnosis) =>
  groupBy(visitedOf(diagnosis), ({ endpoint }) => endpointKey(endpoint)),
);

const bySite = once((chains: readonly Chain[]) => groupBy(chains, ({ site }) => site.name));

/** A site by its name, and with its endpoints where others of its bindings fare better. */
function namesOf(chains: readonly Chain[], here: readonly Chain[]): readonly string[] {
  if (chains.length === 0) return [];
  const all = bySite(here);
  return [...groupBy(unique(chains), ({ site }) => site.name)].map(([name, some]) =>
    some.length === all.get(name)?.length
      ? name
      : `${name} (${unique(some.map(({ endpoint }) => endpoint.name)).join(', ')})`,
  );
}

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];
