// The chain that visitors were sent behind a certificate, and what is wrong with it. Who has the missing ones in a cache, or
// fetches them, gets in all the same: so it is a warning, never more.

import { readCertificateFacts } from '../../formats/certificates/certificate-facts.ts';
import { isIssuedBy, isPubliclyIssued, issuerAddresses } from '../../formats/certificates/issuing.ts';
import { groupBy, once } from '../../model/once.ts';
import type { CertificateFacts, StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Source } from '../../model/server/known.ts';
import type { Unlinked } from '../links/link.ts';
import { meantFor } from '../meant.ts';
import { answersOf } from '../visit.ts';
import { shortThumbprint, thumbprintOf, validityAt } from './certificates.ts';

/** A certificate of a chain. */
export interface Sent {
  readonly thumbprint: string;
  readonly der: Uint8Array;
  readonly facts: CertificateFacts;
}

/** What is wrong with a chain. */
export type ChainFault =
  /** Nothing behind the server's own; `found`: where its issuer's certificate lies on this server, the best place first. */
  | { readonly code: 'chain-incomplete'; readonly own: Sent; readonly found: readonly StoreCertificate[] }
  | { readonly code: 'chain-expired' | 'chain-revoked'; readonly own: Sent; readonly culprit: Sent }
  /** A certificate that is no root among the roots, while a site asks clients for theirs: 403.16 (KB 2802568). */
  | { readonly code: 'root-not-self-signed'; readonly root: StoreCertificate };

/** All of a chain, the first of what was sent. Nothing is said of what was not sent, and nothing of an issuer that may be a root. */
export function chainFaults(chain: Unlinked, evidence: Evidence): readonly ChainFault[] {
  const isMeant = meantFor(chain, evidence);
  const sent = answersOf(chain.greeted).flatMap((answer) =>
    answer.sent === undefined || isMeant(answer) === false ? [] : [answer.sent.flatMap((der) => read(der) ?? [])],
  );
  const faults = sent.flatMap((certificates) => faultOf(certificates, evidence) ?? []);
  return [
    ...faults.slice(0, 1),
    ...(chain.site.clientCertificates && !chain.site.stopped ? strangeRoots(evidence) : []),
  ];
}

function read(der: Uint8Array): Sent | undefined {
  const facts = readCertificateFacts(der);
  return facts.ok ? { thumbprint: thumbprintOf(der), der, facts: facts.value } : undefined;
}

function faultOf([own, ...issuers]: readonly Sent[], evidence: Evidence): ChainFault | undefined {
  if (own === undefined || own.facts.selfSigned) return undefined;
  const expired = issuers.find(
    ({ facts }) => !facts.selfSigned && validityAt(facts, evidence.collectedAt) === 'expired',
  );
  if (expired !== undefined) return { code: 'chain-expired', own, culprit: expired };
  const revoked = [own, ...issuers].find(({ thumbprint }) => disallowed(evidence).has(thumbprint));
  if (revoked !== undefined) return { code: 'chain-revoked', own, culprit: revoked };
  return issuers.length === 0 ? incomplete(own, evidence) : undefined;
}

const disallowed = once(
  ({ storeDisallowed }: Evidence) =>
    new Set((storeDisallowed.known ? storeDisallowed.value : []).map(({ thumbprint }) => thumbprint)),
);

/**
 * Whoever is issued by a root has no chain to send, and a root need not lie here to be trusted elsewhere. That there is an
 * intermediate is certain where it lies in some store, or where the certificate is of the kind that no root signs itself.
 */
function incomplete(own: Sent, evidence: Evidence): ChainFault | undefined {
  const issuers = issuersOf(own, evidence);
  if (issuers.some(({ facts }) => facts.selfSigned)) return undefined;
  const found = issuers.filter(({ facts }) => validityAt(facts, evidence.collectedAt) === 'valid');
  const areKnown = evidence.storeCa.known && evidence.storeRoot.known;
  const isCertain = (areKnown && found.length > 0) || isPubliclyIssued(own.der);
  return isCertain ? { code: 'chain-incomplete', own, found } : undefined;
}

/** The certificates of this server that have issued it, those in the right store first. */
const issuersOf = ({ der, facts }: Sent, evidence: Evidence): readonly StoreCertificate[] =>
  (bySubject(evidence).get(facts.issuer) ?? []).filter((issuer) => isIssuedBy(der, issuer.der));

const bySubject = once((evidence: Evidence) => {
  const { storeCa, storeRoot, storeMy, storeWebHosting, profileCertificates } = evidence;
  const stores = [storeCa, storeRoot, storeMy, storeWebHosting].flatMap((store) => (store.known ? store.value : []));
  const users = profileCertificates.known ? [...profileCertificates.value.values()].flat() : [];
  return groupBy([...stores, ...users], ({ facts }) => facts.subject);
});

/** Those that could stand in the place of one that is sent: the same name and key, and valid. */
export const successorsOf = ({ thumbprint, facts }: Sent, evidence: Evidence): readonly StoreCertificate[] =>
  (bySubject(evidence).get(facts.subject) ?? []).filter(
    (each) =>
      each.thumbprint !== thumbprint &&
      each.facts.publicKey === facts.publicKey &&
      validityAt(each.facts, evidence.collectedAt) === 'valid',
  );

const strangeRoots = once(({ storeRoot }: Evidence): readonly ChainFault[] =>
  (storeRoot.known ? storeRoot.value : [])
    .filter(({ facts }) => !facts.selfSigned)
    .map((root) => ({ code: 'root-not-self-signed', root })),
);

/** The real root above a certificate that is none, where it lies among the roots. */
export const rootAbove = ({ der, facts }: StoreCertificate, evidence: Evidence): StoreCertificate | undefined =>
  (bySubject(evidence).get(facts.issuer) ?? []).find(
    (each) => each.store === 'ROOT' && each.facts.selfSigned && isIssuedBy(der, each.der),
  );

/** Where the certificate of its issuer can be fetched, by its own words. */
export const addressesOfIssuer = ({ der }: Sent): readonly string[] => issuerAddresses(der);

/** Where it was seen: among the roots, or in what a visitor got. */
export const seenIn = ({ code }: ChainFault, { handshake }: Unlinked, { storeRoot }: Evidence): Source =>
  (code === 'root-not-self-signed' ? undefined : handshake?.source) ?? storeRoot.source;

/** One clause. */
export function chainWords(fault: ChainFault): string {
  if (fault.code === 'root-not-self-signed') {
    const { facts, thumbprint } = fault.root;
    return `LocalMachine\\ROOT holds ${facts.subject} (${shortThumbprint(thumbprint)}), which is no root certificate: ${facts.issuer} issued it`;
  }
  if (fault.code === 'chain-incomplete')
    return `the server does not send the certificate of its issuer, ${fault.own.facts.issuer}`;
  const { facts, thumbprint } = fault.culprit;
  return fault.code === 'chain-expired'
    ? `the server sends ${facts.subject} (${shortThumbprint(thumbprint)}) with it, which expired on ${facts.notAfter.slice(0, 10)}`
    : `the server sends ${facts.subject} (${shortThumbprint(thumbprint)}), which Windows distrusts (LocalMachine\\Disallowed)`;
}
