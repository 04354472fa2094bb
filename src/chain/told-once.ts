// What stands before several bindings alike, as a service that stands still, is one fault.

import { groupBy } from '../model/once.ts';
import type { Chain, LinkCode } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { troubledChains } from './join.ts';

/** A fault and all whom it befalls. */
export interface Befallen<Fault> {
  readonly chains: readonly [Chain, ...Chain[]];
  readonly fault: Fault;
}

/** What a link of a chain says of it. */
interface OfLink {
  readonly state: 'broken' | 'warning';
  readonly code: LinkCode;
}

/** The faults that links tell of, each once by its key: the worst of those alike, since some may still get in. */
export function toldOnce<Fault extends OfLink>(
  evidence: Evidence,
  faultOf: (chain: Chain) => Fault | undefined,
  keyOf: (chain: Chain, fault: Fault) => string,
): readonly Befallen<Fault>[] {
  const found = troubledChains(evidence).flatMap((chain) => {
    const fault = faultOf(chain);
    const isTold = fault && chain.links.some(({ code }) => code === fault.code);
    return isTold ? [{ chain, fault, key: keyOf(chain, fault) }] : [];
  });
  return [...groupBy(found, ({ key }) => key).values()].map((all) => {
    const worst = all.find(({ fault }) => fault.state === 'broken') ?? all[0];
    const { fault } = worst as (typeof all)[number];
    return { fault, chains: all.map(({ chain }) => chain) as unknown as Befallen<Fault>['chains'] };
  });
}
