// The certificates that can serve clients now, can once their key is moved, or may be able to.

import { groupBy, once } from '../../model/once.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { allCertificates, namesFor, namesOf, validityAt } from './certificates.ts';
import { keyPlace } from './key-place.ts';
import { usableBySystem } from './usable.ts';

/** A certificate that a record may name, and whether its key must be moved first. */
export interface CandidateCertificate {
  readonly certificate: StoreCertificate;
  readonly stranded: boolean;
  /** Why it is not known whether SYSTEM can use its key. Such a one is never certain. */
  readonly doubt?: string;
}

/** All of them, each once, in the order of the stores. */
export const ableCertificates = once((evidence: Evidence): readonly CandidateCertificate[] => {
  const found = allCertificates(evidence)
    .filter((certificate) => serves(certificate, evidence))
    .flatMap((certificate) => withKeyState(certificate, evidence));
  return [...groupBy(found, ({ certificate }) => certificate.thumbprint).values()].map(best);
});

/** Those that have this host name, by itself or by a wildcard. */
export const ableFor = (host: string, evidence: Evidence): readonly CandidateCertificate[] =>
  namesFor(host).flatMap((name) => ableByName(evidence).get(name) ?? []);

const ableByName = once((evidence: Evidence) =>
  byName(ableCertificates(evidence), ({ certificate }) => namesOf(certificate)),
);

/** Those with this host name that could serve if SYSTEM could use their keys. */
export const keylessFor = (host: string, evidence: Evidence): readonly StoreCertificate[] =>
  namesFor(host).flatMap((name) => keylessByName(evidence).get(name) ?? []);

const keylessByName = once((evidence: Evidence) => {
  const able = new Set(ableCertificates(evidence).map(({ certificate }) => certificate.thumbprint));
  const others = allCertificates(evidence).filter((each) => serves(each, evidence) && !able.has(each.thumbprint));
  return byName(others, namesOf);
});

function byName<Each>(all: readonly Each[], namesOfEach: (each: Each) => readonly string[]) {
  const named = all.flatMap((each) => namesOfEach(each).map((name) => ({ name, each })));
  return new Map([...groupBy(named, ({ name }) => name)].map(([name, of]) => [name, of.map(({ each }) => each)]));
}

/** One certificate may lie in both stores: that is no reason to ask. */
function best(same: readonly CandidateCertificate[]): CandidateCertificate {
  const [first] = same as readonly [CandidateCertificate, ...CandidateCertificate[]];
  return same.find(isReady) ?? first;
}

/** SYSTEM can use it as it is. */
export const isReady = ({ stranded, doubt }: CandidateCertificate): boolean => !stranded && doubt === undefined;

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
