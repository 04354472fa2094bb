// An SSL record that visitors of a site meet before the site's own: one at a certain address, or [::] beside 0.0.0.0, that no
// binding has; or the address of another site, which hides host names there. The first kind is deleted, the second is a person's.

import { type Unanswered, unansweredWithout } from '../src/chain/records/answers-without.ts';
import { type Shadow, shadows } from '../src/chain/records/shadows.ts';
import { shadowWords, siteNames } from '../src/chain/words.ts';
import { findingId } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair } from '../src/model/repair/playbook.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { isOurs, ownerName } from '../src/model/server/record-owner.ts';
import { deleteShadow } from '../src/steps/records/delete-shadow.ts';

/** A record that answers before a site's own. */
export const shadowingRecord: Playbook<Shadow> = {
  id: 'shadowing-record',
  title: "An SSL record that answers before the site's own",
  symptom:
    'at one address, or over IPv6 alone, clients get another certificate or none; IIS Manager shows nothing wrong',
  remedy: 'deletes a record that no site uses, if every site has its own record there',
  cause:
    'http.sys looks for a record by the address that a visitor came to, before it looks at the record for all addresses. A record at one address, left by a site that has moved or by another product, answers there for every site of the port.',
  mayGoWrong:
    'A program that serves the address through http.sys, but not through a site of IIS, would lose its certificate. Never touched are a record of another product, a record that a site uses, and a record that answers for a site whose own record does not work.',
  takenBack:
    'The record is added again with every setting. If its certificate is gone, it cannot be added again; such a record serves nobody, and the plan says so before.',
  sources: ['win-acme issue 94', 'certify issue 231'],
  shownBy: ['15021', 'ERR_CERT_COMMON_NAME_INVALID', 'SSL_ERROR_BAD_CERT_DOMAIN', 'ECONNRESET'],
  takes: [],
  find: shadows,
  describe,
  plan,
};

function describe(shadow: Shadow, { records }: Evidence): Description {
  const { record, hidden, severity } = shadow;
  const source = describeSource(records.source);
  const facts = {
    endpoint: record.endpoint.name,
    owner: ownerName(record),
    appId: record.appId,
    thumbprint: record.thumbprint,
    sites: siteNames(hidden),
    hides: hidden.map(({ endpoint }) => endpoint.name).join(', '),
  };
  return {
    key: record.endpoint.name,
    subject: `${siteNames(hidden)}, SSL record of ${record.endpoint.name}`,
    severity,
    message: `The SSL record of ${record.endpoint.name} (${ownerName(record)}) ${shadowWords(shadow)}.`,
    facts: Object.entries(facts).map(([name, value]) => ({ name, value, source })),
    endpoints: [...new Set([record.endpoint, ...hidden.map(({ endpoint }) => endpoint)].map(endpointKey))],
  };
}

function plan(shadow: Shadow, evidence: Evidence, { host }: Planning): Repair | Blocked {
  const { record, by, hidden } = shadow;
  if (!isOurs(record)) {
    const owner = ownerName(record);
    return {
      blocked: true,
      why: `the record belongs to ${owner}, and a change would change that program too`,
      who: owner,
    };
  }
  if (by.length > 0) {
    const why = `the address belongs to ${siteNames(by)}: give ${siteNames(hidden)} another address`;
    return { blocked: true, why, who: 'an administrator, who knows which names come to that address' };
  }
  const unanswered = unansweredWithout(record, evidence);
  const first = unanswered.find((each) => mendedBy(each) === undefined);
  if (first !== undefined) {
    const { chain, link } = first;
    const why =
      link.state === 'unknown'
        ? `it is not known whether ${chain.site.name} would answer there itself: ${link.message}`
        : `${chain.site.name} could not answer there itself, and that must be repaired first: ${link.message}`;
    return { blocked: true, why, who: 'an administrator' };
  }
  const made = deleteShadow(shadow, evidence, host);
  return 'blocked' in made ? made : { ...made, after: unanswered.flatMap((each) => mendedBy(each) ?? []) };
}

/** The finding whose repair gives a binding what it answers with; undefined where no repair here is certain to. */
function mendedBy({ chain, link }: Unanswered): string | undefined {
  switch (link.code) {
    case 'no-record':
    case 'falls-back':
      return findingId('lost-binding', chain.endpoint.name);
    case 'ccs-record-missing':
      return findingId('central-store', chain.endpoint.name);
    case 'ccs-flag-without-ccs':
      return findingId('central-store', chain.binding.information);
    case 'certificate-other-name':
    case 'sni-flag-lost':
      return findingId('wrong-name', chain.binding.information);
    case 'key-stranded':
      return chain.certificate.known && chain.certificate.value
        ? findingId('stranded-key', chain.certificate.value.thumbprint)
        : undefined;
    default:
      return undefined;
  }
}
