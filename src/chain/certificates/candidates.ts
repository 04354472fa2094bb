// Which certificate belongs to an endpoint whose SSL record is gone. IIS remembers the hash nowhere but in that record.

import { hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import { once } from '../../model/once.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { type Known, known, unknown } from '../../model/server/known.ts';
import type { Endpoint } from '../../model/server/ssl-record.ts';
import { chainsAt } from '../join.ts';
import { ableCertificates, ableFor, type CandidateCertificate } from './able.ts';
import { coversHost, nameOf, notAllCertificates } from './certificates.ts';
import { inOrder, type Lost, likelihood, withoutHost } from './likely.ts';

/** What fits an endpoint without a record. */
export interface Candidates {
  /** What a person may choose from, the likeliest first. */
  readonly offered: readonly CandidateCertificate[];
  /** The one that nobody has to choose. */
  readonly certain?: CandidateCertificate;
  /** On what the choice rests, or why only a person can make it: one clause. */
  readonly why: string;
}

/** What a person chose of them; without a choice the one that is certain. A choice that is not offered is none. */
export const chosenOf = (
  { offered, certain }: Pick<Candidates, 'offered' | 'certain'>,
  choice: string | undefined,
): CandidateCertificate | undefined =>
  choice === undefined ? certain : offered.find(({ certificate }) => certificate.thumbprint === choice);

/** The certificates that fit all bindings of an endpoint. Unknown while one may be there that was not read. */
export function candidatesFor(endpoint: Endpoint, evidence: Evidence): Known<Candidates> {
  const { source } = evidence.storeMy;
  const hidden = notAllCertificates(evidence);
  if (hidden !== undefined) return unknown(hidden, source);
  if (!evidence.records.known) return evidence.records;
  const chains = chainsAt(endpoint, evidence);
  const lost: Lost = { endpoint, sites: [...new Set(chains.map(({ site }) => site))], records: evidence.records.value };
  const hosts = [...new Set(chains.map(({ binding }) => hostOfBinding(binding.information)))];
  const { all, placeOf } = ranked(evidence);
  const isHostless = hosts.includes('');
  const covering = new Set(hosts.flatMap((host) => ableFor(host, evidence)));
  const fit = isHostless ? all : [...covering].sort((a, b) => placeOf(a) - placeOf(b));
  const [first, ...others] = inOrder(fit, lost, evidence);
  if (first === undefined) return known({ offered: [], why: NONE_FITS }, source);
  const choice = isHostless ? withoutHost(all, lost, evidence) : withHosts(first, others, hosts);
  return known({ offered: [first, ...others], ...choice }, source);
}

function withHosts(
  only: CandidateCertificate,
  others: readonly CandidateCertificate[],
  hosts: readonly string[],
): Omit<Candidates, 'offered'> {
  if (others.length > 0) return { why: 'several certificates fit, and no earlier state says which' };
  if (only.doubt !== undefined) return { why: only.doubt };
  const uncovered = hosts.find((host) => !coversHost(only.certificate, host));
  if (uncovered !== undefined) return { why: `${nameOf(only.certificate)} does not cover ${uncovered}` };
  return { certain: only, why: `it is the only usable certificate for ${hosts.join(', ')}` };
}

const NONE_FITS = 'no usable certificate in LocalMachine fits this binding: import one';

/** What a server has to offer to all its lost bindings, the likeliest first; worked out once. */
const ranked = once((evidence: Evidence) => {
  const records = evidence.records.known ? evidence.records.value : [];
  const all = ableCertificates(evidence)
    .map((each) => ({ each, rank: likelihood(each.certificate, records, evidence) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ each }) => each);
  const places = new Map(all.map((each, place) => [each, place]));
  return { all, placeOf: (each: CandidateCertificate) => places.get(each) ?? 0 };
});
