// The verdict on each of the six links, in a person's words.

import { isOnThisServer } from '../../formats/http-sys/on-this-server.ts';
import type { Link, LinkCode, LinkName } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isCentralStore } from '../../model/server/ssl-record.ts';
import { shortThumbprint } from '../certificates/certificates.ts';
import type { JudgedEntry } from '../mapper.ts';
import { renewalServed } from '../meant.ts';
import { certificateLink } from './certificate-link.ts';
import { handshakeLink } from './handshake-link.ts';
import { accessLink, keyLink } from './key-link.ts';
import { link, skipped, type Unlinked } from './link.ts';
import { recordLink } from './record-link.ts';
import { closed, siteLink } from './site-link.ts';

/** All six links of a chain. A link after a broken one is `skipped`, except the handshake, which shows what clients get. */
export function linksOf(
  chain: Unlinked,
  evidence: Evidence,
  entry: JudgedEntry | undefined,
  malformed: string | undefined,
): readonly Link[] {
  const here = isOnThisServer(chain.binding, evidence);
  if (malformed !== undefined || chain.site.stopped || here === false) return closed(chain, evidence, malformed);
  const site = siteLink(chain, evidence, entry);
  const record = recordLink(chain, here, evidence);
  const certificate = follows(record, 'certificate', () => certificateLink(chain, evidence));
  const [key, access] = keyLinks(certificate, chain, evidence);
  // Whoever answered there may have been another computer.
  const isOurs = here !== undefined || !chain.record.known || chain.record.value !== undefined;
  const handshake = isOurs
    ? handshakeLink(chain, evidence)
    : skipped('handshake', 'not judged: another server may have answered');
  return [site, record, certificate, key, access, handshake];
}

function keyLinks(certificate: Link, chain: Unlinked, evidence: Evidence): readonly [Link, Link] {
  const { record } = chain;
  if (record.known && record.value !== undefined && isCentralStore(record.value.endpoint)) {
    const served = (name: LinkName) =>
      follows(certificate, name, () =>
        link(name, 'ok', 'central-store', 'in the central certificate store, which http.sys has just used'),
      );
    return [served('key'), served('access')];
  }
  const key = follows(certificate, 'key', () => keyLink(chain));
  const access = follows(key, 'access', () => accessLink(chain, evidence));
  const renewal = renewalServed(chain, evidence);
  // Schannel has left this certificate behind: nobody needs its key.
  const eased = (each: Link): Link =>
    renewal === undefined || each.state === 'ok'
      ? each
      : { ...each, state: 'note', message: `${each.message}; visitors get the renewal ${shortThumbprint(renewal)}` };
  return [eased(key), eased(access)];
}

/** A wrong name says nothing about the key, and what keeps TLS from being agreed on nothing about the certificate. */
const SAYS_NOTHING: ReadonlySet<LinkCode> = new Set([
  'certificate-other-name',
  'sni-flag-lost',
  'record-rejects',
  'no-common-protocol',
  'no-common-suite',
]);

/** Where these only warn, everybody is answered by another record. */
const ANSWERED_OTHERWISE: ReadonlySet<LinkCode> = new Set(['falls-back', 'ccs-record-missing', 'ccs-flag-without-ccs']);

function follows(before: Link, name: LinkName, next: () => Link): Link {
  if (ANSWERED_OTHERWISE.has(before.code) && before.state === 'warning')
    return skipped(name, 'another SSL record answers');
  if (before.state === 'ok' || before.state === 'note' || before.state === 'warning') return next();
  if (SAYS_NOTHING.has(before.code)) return next();
  return skipped(
    name,
    before.state === 'unknown' ? `not checked: depends on the ${before.name} link` : 'there is nothing to look at',
  );
}
