// Broken chains, each once with all the sites that it is sent for.

import { groupBy, once } from '../../model/once.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Chain, LinkCode } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { troubledChains } from '../join.ts';
import { type ChainFault, chainFaults } from './sent-chain.ts';

/** What is wrong, and for whom. */
export interface BrokenChain {
  readonly fault: ChainFault;
  /** Names it among others of its code. */
  readonly about: string;
  readonly chains: readonly [Chain, ...Chain[]];
}

/** The codes of links that speak of a chain. */
export const CHAIN_CODES: readonly LinkCode[] = [
  'chain-incomplete',
  'chain-expired',
  'chain-revoked',
  'root-not-self-signed',
];

interface Told extends Pick<BrokenChain, 'fault' | 'about'> {
  readonly chain: Chain;
}

/** A chain is told of where its certificate is otherwise in order: an expired one has another trouble first. */
export const brokenChains = once((evidence: Evidence): readonly BrokenChain[] => {
  const told = troubledChains(evidence).filter(({ links }) => links.some(({ code }) => CHAIN_CODES.includes(code)));
  const all = told.flatMap((chain): readonly Told[] =>
    chainFaults(chain, evidence).map((fault) => ({ fault, about: aboutOf(fault), chain })),
  );
  return [...groupBy(all, ({ fault, about }) => `${fault.code} ${about}`).values()].map((same) => {
    const [{ fault, about, chain }, ...others] = same as [Told, ...Told[]];
    return { fault, about, chains: [chain, ...others.map((other) => other.chain)] };
  });
});

function aboutOf(fault: ChainFault): string {
  if (fault.code === 'root-not-self-signed') return fault.root.thumbprint;
  return fault.code === 'chain-incomplete' ? fault.own.facts.issuer : fault.culprit.thumbprint;
}

/** The certificates of the records behind which it is sent, each once. */
export const certificatesOf = ({ chains }: BrokenChain): readonly StoreCertificate[] => [
  ...new Set(chains.flatMap(({ certificate }) => (certificate.known && certificate.value) || [])),
];
