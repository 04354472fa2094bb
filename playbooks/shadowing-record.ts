// An SSL record that visitors of a site meet before the site's own: one at a certain address, or [::] beside 0.0.0.0, that no
// binding has; or the address of another site, which hides host names there. It is found here, and not touched yet.

import { type Shadow, shadows } from '../src/chain/records/shadows.ts';
import { shadowWords, siteNames } from '../src/chain/words.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Description, Playbook } from '../src/model/repair/playbook.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { isOurs, ownerName } from '../src/model/server/record-owner.ts';

/** A record that answers before a site's own. */
export const shadowingRecord: Playbook<Shadow> = {
  id: 'shadowing-record',
  title: "An SSL record that answers before the site's own",
  symptom:
    'at one address, or over IPv6 alone, clients get another certificate or none; IIS Manager shows nothing wrong',
  remedy: 'names the record and the sites that it hides; changes nothing',
  cause:
    'http.sys looks a record up by the address that a visitor came to before it looks at the wildcard. A record at one address, left by a site that has moved or by another product, answers there for every site of the port.',
  mayGoWrong: 'Nothing is changed from here.',
  takenBack: 'Nothing is changed from here.',
  sources: ['win-acme issue 94', 'certify issue 231'],
  shownBy: ['15021', 'ERR_CERT_COMMON_NAME_INVALID', 'SSL_ERROR_BAD_CERT_DOMAIN', 'ECONNRESET'],
  takes: [],
  find: shadows,
  describe,
  plan: blocked,
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

function blocked({ record, by, hidden }: Shadow): Blocked {
  const { name } = record.endpoint;
  if (!isOurs(record)) {
    const owner = ownerName(record);
    return { blocked: true, why: `the record is not of IIS: whoever changes it changes ${owner} too`, who: owner };
  }
  if (by.length > 0) {
    const why = `${siteNames(by)} has the address for itself: give ${siteNames(hidden)} another one`;
    return { blocked: true, why, who: 'an administrator, who knows which names come to that address' };
  }
  const why = `no repair here deletes it; where nobody means it to be there: netsh http delete sslcert ipport=${name}`;
  return { blocked: true, why, who: 'an administrator, who knows whether it is meant' };
}
