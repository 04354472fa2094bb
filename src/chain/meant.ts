// Which certificate a visitor of a binding should get.

import { readCertificateFacts } from '../formats/certificates/certificate-facts.ts';
import { hostOfBinding } from '../formats/http-sys/endpoint.ts';
import type { CertificateFacts } from '../model/server/certificate.ts';
import type { Chain } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { isCentralStore } from '../model/server/ssl-record.ts';
import { certificateNamed, coversHost, validityAt } from './certificates/certificates.ts';
import { lostSniFlag } from './sni-flag.ts';
import { type Answer, answersOf, type IsMeant, meetingOf, worstAnswer } from './visit.ts';

type Met = Pick<Chain, 'site' | 'binding' | 'endpoint' | 'record' | 'certificate' | 'greeted'>;

/**
 * The certificate of the record, or the renewal that Schannel gives in its place (property 64). Where no record says which,
 * one that is valid for the name: nobody is turned away by it.
 */
export function meantFor(chain: Met, evidence: Evidence): IsMeant {
  const { record, certificate } = chain;
  if (!record.known) return () => true;
  const host = hostOfBinding(chain.binding.information);
  const isValid: IsMeant = (answer) => {
    const facts = factsOf(answer, evidence);
    return facts && isValidFor(facts, host, evidence.collectedAt);
  };
  if (record.value === undefined) return (answer) => host !== '' && isValid(answer) === true;
  if (isCentralStore(record.value.endpoint)) return isValid;
  if (lostSniFlag(chain, evidence) !== undefined) return (answer) => isValid(answer) === true;
  const { thumbprint } = record.value;
  const renewal = certificate.known ? certificate.value?.renewal : undefined;
  return (answer) => answer.thumbprint === thumbprint || (answer.thumbprint === renewal && isValid(answer) !== false);
}

/** What is known of the certificate that was sent: of itself, else by the stores of this server. */
export function factsOf({ thumbprint, sent }: Answer, evidence: Evidence): CertificateFacts | undefined {
  const [leaf] = sent ?? [];
  const read = leaf && readCertificateFacts(leaf);
  if (read?.ok) return read.value;
  return certificateNamed(thumbprint, evidence)?.facts;
}

/** Valid now, for a server, and for this host; '' asks for none. */
export const isValidFor = (facts: CertificateFacts, host: string, at: string): boolean =>
  facts.serverAuth && validityAt(facts, at) === 'valid' && (host === '' || coversHost({ facts }, host));

/** Whether everybody who came got what was meant; false where nobody was greeted. */
export function isServedRight(chain: Met, evidence: Evidence): boolean {
  const isMeant = meantFor(chain, evidence);
  const worst = worstAnswer(chain.greeted, isMeant);
  return worst !== undefined && meetingOf({ got: worst }, isMeant) === 'right';
}

/** The renewal of the record's certificate, where all visitors got that. */
export function renewalServed(chain: Met, evidence: Evidence): string | undefined {
  const renewal = chain.certificate.known ? chain.certificate.value?.renewal : undefined;
  if (renewal === undefined || !isServedRight(chain, evidence)) return undefined;
  return answersOf(chain.greeted).every(({ thumbprint }) => thumbprint === renewal) ? renewal : undefined;
}
