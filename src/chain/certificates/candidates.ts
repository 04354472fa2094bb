// Which certificate belongs to an endpoint whose SSL record is gone. IIS remembers the hash nowhere but in that record.

import { hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../../model/once.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { type Known, known, unknown } from '../../model/server/known.ts';
import type { Endpoint } from '../../model/server/ssl-record.ts';
import { chainsAt } from '../join.ts';
import {
  allCertificates,
  coversHost,
  nameOf,
  namesFor,
  namesOf,
  notAllCertificates,
  validityAt,
} from './certificates.ts';
import { keyPlace } from './key-place.ts';
import { inOrder, type Lost, likelihood, withoutHost } from './likely.ts';
import { usableBySystem } from './usable.ts';

/** A certificate that a lost record may have named, and whether its key must be moved first. */
export interface CandidateCertificate {
  readonly certificate: StoreCertificate;
  readonly stranded: boolean;
  /** Why it is not known whether SYSTEM can use its key. Such a one is never certain. */
  readonly doubt?: string;
}

/** What fits an endpoint without a record. */
export interface Candidates {
  /** What a person may choose from, the likeliest first. */
  readonly offered: readonly CandidateCertificate[];
  /** The one that nobody has to choose. */
  readonly certain?: CandidateCertificate;
  /** On what the choice rests, or why only a person can make it: one clause. */
  readonly why: string;
}

/** The certificates that fit all bindings of an endpoint. Unknown while one may be there that was not read. */
export function candidatesFor(endpoint: Endpoint, evidence: Evidence): Known<Candidates> {
  const { source } = evidence.storeMy;
  const hidden = notAllCertificates(evidence);
  if (hidden !== undefined) return unknown(hidden, source);
  if (!evidence.records.known) return evidence.records;
  const chains = chainsAt(endpoint, evidence);
  const lost: Lost = { endpoint, sites: [...new Set(chains.map(({ site }) => site))], records: evidence.records.value };
  const hosts = [...new Set(chains.map(({ binding }) => hostOfBinding(binding.information)))];
  const { all, byName, placeOf } = usable(evidence);
  const isHostless = hosts.includes('');
  const covering = new Set(hosts.flatMap(namesFor).flatMap((name) => byName.get(name) ?? []));
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
const usable = once((evidence: Evidence) => {
  const found = allCertificates(evidence)
    .filter((certificate) => serves(certificate, evidence))
    .flatMap((certificate) => withKeyState(certificate, evidence));
  const records = evidence.records.known ? evidence.records.value : [];
  const ranked = [...groupBy(found, ({ certificate }) => certificate.thumbprint).values()]
    .map(best)
    .map((each) => ({ each, rank: likelihood(each.certificate, records, evidence) }));
  const all = ranked.sort((a, b) => a.rank - b.rank).map(({ each }) => each);
  const named = all.flatMap((each) => namesOf(each.certificate).map((name) => ({ name, each })));
  const byName = new Map(
    [...groupBy(named, ({ name }) => name)].map(([name, of]) => [name, of.map(({ each }) => each)]),
  );
  const places = new Map(all.map((each, place) => [each, place]));
  return { all, byName, placeOf: (each: CandidateCertificate) => places.get(each) ?? 0 };
});

/** One certificate may lie in both stores: that is no reason to ask. */
function best(same: readonly CandidateCertificate[]): CandidateCertificate {
  const [first] = same as readonly [CandidateCertificate, ...CandidateCertificate[]];
  return same.find(({ stranded, doubt }) => !stranded && doubt === undefined) ?? first;
}

/** Valid now, and for a server. */
export function serves({ facts, archived }: StoreCertificate, { collectedAt }: Evidence): boolean {
  return facts.serverAuth && !archived && validityAt(facts, collectedAt) === 'valid';
}

/** A certificate that can serve, can once its key is moved, or may be able to; nothing for any other. */
export function withKeyState(certificate: StoreCertificate, evidence: Evidence): readonly CandidateCertificate[] {
  const place = keyPlace(certificate.key, evidence);
  if (place.known && place.value.at === 'user') return [{ certificate, stranded: true }];
  const usable = usableBySystem(certificate, evidence);
  if (!usable.known)
    return [{ certificate, stranded: false, doubt: `whether SYSTEM can use its key is not known: ${usable.why}` }];
  return usable.value ? [{ certificate, stranded: false }] : [];
}
