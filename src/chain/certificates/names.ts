// Whether a certificate has the name that the visitors of a binding ask for.

import { canonicalIp, hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import { once } from '../../model/once.ts';
import type { CertificateFacts, StoreCertificate } from '../../model/server/certificate.ts';
import type { LinkCode } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Unlinked } from '../links/link.ts';
import { isServedRight } from '../meant.ts';
import { lostSniFlag } from '../sni-flag.ts';
import { isUnreached } from '../unreached.ts';
import { listed } from '../words.ts';
import { allCertificates, calledName, coversHost, namesFor, namesOf, validityAt } from './certificates.ts';
import { usableBySystem } from './usable.ts';

/** What is to be said of the names. `note`: `baseline save` has said that it is meant. */
export interface NameFault {
  readonly state: 'broken' | 'warning' | 'note';
  readonly code: LinkCode;
  readonly says: string;
}

interface Bound {
  readonly facts: CertificateFacts;
  readonly thumbprint: string;
}

/** Undefined where the names are right, or there is none to judge by. */
export function nameFault(chain: Unlinked, certificate: Bound, evidence: Evidence): NameFault | undefined {
  const host = hostOfBinding(chain.binding.information);
  const flag = lostSniFlag(chain, evidence);
  const covers = coversHost(certificate, host);
  if (flag !== undefined) {
    const says = `the binding has lost its SNI flag (sslFlags 1) and shares ${chain.endpoint.name} with another site, while ${flag.endpoint.name} has its own record`;
    // Which of the two records http.sys takes is not established: only a greeting tells that somebody is turned away.
    const isWrong =
      chain.greeted.length > 0 && !isUnreached(chain.greeted) && !isServedRight(chain, evidence) && !covers;
    return { state: isWrong ? 'broken' : 'warning', code: 'sni-flag-lost', says };
  }
  if (host === '' || covers || certificate.facts.names.length === 0) return undefined;
  const is = `${calledName(certificate)} does not have the name ${host}`;
  const fault = { code: 'certificate-other-name' } as const;
  if (isAccepted(host, certificate.thumbprint, evidence))
    return { ...fault, state: 'note', says: `${is}; this is accepted (baseline save)` };
  const right = isFullName(host) ? usableFor(host, evidence) : undefined;
  if (right === undefined)
    return {
      ...fault,
      state: 'warning',
      says: `${is} (its names: ${listed(certificate.facts.names, 3)})`,
    };
  return { ...fault, state: 'broken', says: `${is}, and ${calledName(right)} in LocalMachine\\${right.store} has it` };
}

const isAccepted = (host: string, thumbprint: string, { baseline }: Evidence): boolean =>
  (baseline.known &&
    baseline.value?.states[0]?.accepted?.some((each) => each.host === host && each.thumbprint === thumbprint)) === true;

/** A name that a certificate can be had for: an intranet's one-word names and addresses have none in most. */
const isFullName = (host: string): boolean => host.includes('.') && canonicalIp(host) === undefined;

function usableFor(host: string, evidence: Evidence): StoreCertificate | undefined {
  const candidates = namesFor(host).flatMap((name) => byName(evidence).get(name) ?? []);
  return candidates.find((each) => {
    const usable = usableBySystem(each, evidence);
    return usable.known && usable.value;
  });
}

/** Valid now, for a server, and not archived. */
const byName = once((evidence: Evidence): ReadonlyMap<string, readonly StoreCertificate[]> => {
  const found = new Map<string, StoreCertificate[]>();
  for (const certificate of allCertificates(evidence)) {
    const { facts, archived } = certificate;
    if (archived || !facts.serverAuth || validityAt(facts, evidence.collectedAt) !== 'valid') continue;
    for (const name of namesOf(certificate)) found.set(name, [...(found.get(name) ?? []), certificate]);
  }
  return found;
});
