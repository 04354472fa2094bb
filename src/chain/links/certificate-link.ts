// The certificate link: there, valid now, and for the name that visitors ask for.

import { hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import type { CertificateFacts, StoreCertificate } from '../../model/server/certificate.ts';
import type { Link } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Source } from '../../model/server/known.ts';
import { isCentralStore } from '../../model/server/ssl-record.ts';
import { missingFile } from '../ccs.ts';
import { calledName, certificateNamed, nameOf, shortThumbprint, validityAt } from '../certificates/certificates.ts';
import { nameFault } from '../certificates/names.ts';
import { chainFaults, chainWords, seenIn } from '../certificates/sent-chain.ts';
import { successorOf } from '../certificates/succession.ts';
import { factsOf, meantFor, renewalServed } from '../meant.ts';
import { isUnreached } from '../unreached.ts';
import { answerOf, answersOf } from '../visit.ts';
import { link, notRead, type Unlinked } from './link.ts';

/** Of the record's certificate; of the central store only what it has just sent can be judged. */
export function certificateLink(chain: Unlinked, evidence: Evidence): Link {
  const { certificate, record } = chain;
  if (record.known && record.value !== undefined && isCentralStore(record.value.endpoint))
    return centralLink(chain, evidence);
  if (!certificate.known) return notRead('certificate', certificate);
  const store = `LocalMachine\\${(record.known && record.value?.store) || 'MY'}`;
  const { value, source } = certificate;
  if (value === undefined) {
    const message = missingWords(store, record.known ? (record.value?.thumbprint ?? '') : '', evidence);
    return link('certificate', 'broken', 'certificate-missing', message, source);
  }
  const { facts, thumbprint } = value;
  const own = judged(chain, { facts, thumbprint, where: `in ${store}`, source }, evidence);
  return own.state === 'ok' ? (supersededLink(chain, value, evidence) ?? own) : own;
}

/** Visitors who get its renewal already lack nothing. */
function supersededLink(chain: Unlinked, certificate: StoreCertificate, evidence: Evidence): Link | undefined {
  const { record } = chain;
  if (!record.known || record.value === undefined || renewalServed(chain, evidence) !== undefined) return undefined;
  const next = successorOf(certificate, record.value, evidence)?.certificate;
  if (next === undefined) return undefined;
  const until = ({ facts }: StoreCertificate) => facts.notAfter.slice(0, 10);
  const message = `${calledName(certificate)} ends on ${until(certificate)}, and its renewal ${calledName(next)}, valid until ${until(next)}, is not bound`;
  return link('certificate', 'warning', 'certificate-superseded', message, chain.certificate.source);
}

interface Judged {
  readonly facts: CertificateFacts;
  readonly thumbprint: string;
  readonly where: string;
  readonly source: Source;
}

function judged(chain: Unlinked, certificate: Judged, evidence: Evidence): Link {
  const { facts, where, source } = certificate;
  const name = calledName(certificate);
  const validity = validityAt(facts, evidence.collectedAt);
  if (validity === 'expired') {
    const expired = `${name} expired on ${facts.notAfter.slice(0, 10)}`;
    const renewal = renewalServed(chain, evidence);
    return renewal === undefined
      ? link('certificate', 'broken', 'certificate-expired', expired, source)
      : link(
          'certificate',
          'note',
          'renewal-served',
          `${expired}; visitors get its renewal ${shortThumbprint(renewal)}`,
          source,
        );
  }
  if (validity === 'not-yet') {
    const message = `${name} is not valid before ${facts.notBefore.slice(0, 10)}`;
    return link('certificate', 'broken', 'certificate-not-yet-valid', message, source);
  }
  const fault = nameFault(chain, certificate, evidence);
  if (fault !== undefined) return link('certificate', fault.state, fault.code, fault.says, source);
  const [wrong] = chainFaults(chain, evidence);
  if (wrong !== undefined) {
    const seen = seenIn(wrong, chain, evidence);
    return link('certificate', 'warning', wrong.code, `${name} ${where}: ${chainWords(wrong)}`, seen);
  }
  return link('certificate', 'ok', 'fine', `${name} ${where}, valid until ${facts.notAfter.slice(0, 10)}`, source);
}

function centralLink(chain: Unlinked, evidence: Evidence): Link {
  // Another record may have answered somebody: what the store itself sends is what is meant, if anybody got that.
  const isMeant = meantFor(chain, evidence);
  const right = answersOf(chain.greeted).find((each) => isMeant(each));
  const missing = right === undefined ? missingFile(chain, evidence) : undefined;
  if (missing !== undefined) {
    const state = chain.greeted.length > 0 && !isUnreached(chain.greeted) ? 'broken' : 'warning';
    return link('certificate', state, 'ccs-file-missing', missing, evidence.centralStore.source);
  }
  const answer = right ?? answerOf(chain);
  const facts = answer && factsOf(answer, evidence);
  if (answer === undefined || facts === undefined) {
    const host = hostOfBinding(chain.binding.information);
    const nobody = answer ? 'what it sent was not kept' : `no handshake${host && ` as ${host}`} got one`;
    return notRead('certificate', { why: `the central certificate store chooses it by file name, and ${nobody}` });
  }
  const { thumbprint } = answer;
  const where = 'from the central certificate store';
  return judged(
    chain,
    { facts, thumbprint, where, source: chain.handshake?.source ?? evidence.config.source },
    evidence,
  );
}

/** A record that names the wrong store is mended by another store name, not by an import. */
function missingWords(store: string, thumbprint: string, evidence: Evidence): string {
  const elsewhere = certificateNamed(thumbprint, evidence);
  const missing = `the certificate of the SSL record (${shortThumbprint(thumbprint)}) is not in ${store}`;
  return elsewhere === undefined
    ? missing
    : `${missing}, but in LocalMachine\\${elsewhere.store} (${nameOf(elsewhere)})`;
}
