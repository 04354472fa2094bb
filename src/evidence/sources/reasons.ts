// Why more is asked of a server than every check asks: something that its visitors got, or its sites want. A program whose
// answer would change nothing is not started.

import { readCertificateFacts } from '../../formats/certificates/certificate-facts.ts';
import { once } from '../../model/once.ts';
import type { CertificateFacts } from '../../model/server/certificate.ts';
import type { Evidence, Handshake } from '../../model/server/evidence.ts';
import { isCentralStore } from '../../model/server/ssl-record.ts';

/** Judges what was read so far, with what visitors got, by the endpoints that they come to. */
export type Reason = (seen: Evidence, visited: ReadonlyMap<string, unknown>) => boolean;

const answersIn = once((handshakes: Evidence['handshakes']): readonly Handshake[] =>
  [...handshakes.values()].flat().flatMap(({ got }) => (got.known ? got.value : [])),
);

/** Somebody got no certificate, or one that no record names: the central store alone gives others. Or nobody could ask. */
export const isSomebodyUnanswered: Reason = ({ records, handshakes }, visited) => {
  if ([...visited.keys()].some((key) => !handshakes.get(key)?.some(({ got }) => got.known))) return true;
  const all = records.known ? records.value : [];
  const named = new Set(all.map(({ thumbprint }) => thumbprint));
  const isCentral = all.some(({ endpoint }) => isCentralStore(endpoint));
  return answersIn(handshakes).some(
    (answer) => answer.outcome !== 'certificate' || !(named.has(answer.thumbprint) || isCentral),
  );
};

/**
 * Somebody was not answered as he should be; or the certificate of a record names no key among the machine's, however long it
 * is served still. The Security log can have gigabytes, and is read to its end.
 */
export const isKeySuspected: Reason = (seen, visited) => {
  const { records, storeMy, storeWebHosting } = seen;
  const named = new Set((records.known ? records.value : []).map(({ thumbprint }) => thumbprint));
  const entries = [storeMy, storeWebHosting].flatMap((store) => (store.known ? store.value : []));
  const served = entries.filter(({ thumbprint }) => named.has(thumbprint));
  return isSomebodyUnanswered(seen, visited) || served.some(({ key }) => key?.machineKeyset !== true);
};

/** What was sent behind each certificate that somebody else has issued. */
const issuersSent = once((handshakes: Evidence['handshakes']): readonly (readonly CertificateFacts[])[] =>
  answersIn(handshakes).flatMap((answer) => {
    const [own, ...issuers] = (answer.outcome === 'certificate' && answer.sent) || [];
    const facts = own && readCertificateFacts(own);
    return facts?.ok && !facts.value.selfSigned ? [issuers.flatMap(factsOf)] : [];
  }),
);

function factsOf(der: Uint8Array): readonly CertificateFacts[] {
  const facts = readCertificateFacts(der);
  return facts.ok ? [facts.value] : [];
}

/** Somebody got a certificate that another one has issued. */
export const isChainSent: Reason = ({ handshakes }) => issuersSent(handshakes).length > 0;

/** Somebody was sent an authority that has expired; a root that has is no matter. */
export const isExpiredSent: Reason = ({ handshakes, collectedAt }) =>
  issuersSent(handshakes)
    .flat()
    .some(({ selfSigned, notAfter }) => !selfSigned && Date.parse(notAfter) < Date.parse(collectedAt));

/** The chain of a certificate is in doubt; or a site asks its clients for theirs, and IIS judges them by what it trusts. */
export const areIssuersAsked: Reason = (seen, visited) =>
  issuersSent(seen.handshakes).some((issuers) => issuers.length === 0) ||
  isExpiredSent(seen, visited) ||
  (seen.config.known && seen.config.value.sites.some(({ clientCertificates }) => clientCertificates !== undefined));
