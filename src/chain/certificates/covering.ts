// Which certificate has the names of all who come to an endpoint.

import { hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { andThen, type Known, known, unknown } from '../../model/server/known.ts';
import type { Endpoint } from '../../model/server/ssl-record.ts';
import { chainsAt } from '../join.ts';
import { ableFor, type CandidateCertificate, isReady } from './able.ts';
import { type Candidates, candidatesFor } from './candidates.ts';
import { coversHost, nameOf, notAllCertificates } from './certificates.ts';

/**
 * Of the certificates that fit an endpoint, those that SYSTEM can use and that have the host name of each of its bindings. A
 * binding without a host name says nothing of its visitors' names: nobody may choose for them.
 */
export function coveringFor(endpoint: Endpoint, evidence: Evidence): Known<Candidates> {
  return andThen(candidatesFor(endpoint, evidence), ({ offered }, source) => {
    const hosts = [...new Set(chainsAt(endpoint, evidence).map(({ binding }) => hostOfBinding(binding.information)))];
    if (hosts.includes(''))
      return known({ offered: [], why: `${endpoint.name} serves a binding without a host name too` }, source);
    return known(judged(offered, hosts), source);
  });
}

/** The same for one host name, whatever endpoint it has. */
export function coveringHost(host: string, evidence: Evidence): Known<Candidates> {
  const { source } = evidence.storeMy;
  const hidden = notAllCertificates(evidence);
  return hidden === undefined ? known(judged(ableFor(host, evidence), [host]), source) : unknown(hidden, source);
}

function judged(offered: readonly CandidateCertificate[], hosts: readonly string[]): Candidates {
  const all = offered.filter(({ certificate }) => hosts.every((host) => coversHost(certificate, host)));
  const usable = all.filter(isReady);
  const [only] = usable;
  const names = hosts.join(', ');
  if (only === undefined) return { offered: [], why: `no usable certificate here has ${names}` };
  if (all.length > 1) return { offered: usable, why: `several certificates have ${names}` };
  return { offered: usable, certain: only, why: `${nameOf(only.certificate)} is the only certificate with ${names}` };
}
