// customMetadata of applicationHost.config holds a certificate hash (5506) that is not good. At the next start of a
// service that uses the ABO mapper, the mapper deletes the site's SSL record and cannot make a new one: 0x80092004.
// Microsoft KB 2025598 (strip the property), KB 3202096 (entries of deleted sites stay behind).

import { findCertificate, nameOf } from '../src/chain/certificates/certificates.ts';
import { chainsOfSite } from '../src/chain/join.ts';
import {
  type JudgedEntry,
  judgeMapperEntries,
  type MapperFault,
  mapperIsAbsent,
  siteIdOf,
} from '../src/chain/mapper.ts';
import type { OverwrittenRecord } from '../src/chain/records/overwritten.ts';
import { standInFor } from '../src/chain/records/stand-in.ts';
import { type Struck, struckBy } from '../src/chain/records/struck.ts';
import { describeMapperFault, siteNames } from '../src/chain/words.ts';
import { findingId } from '../src/model/repair/finding.ts';
import type { Description, Playbook } from '../src/model/repair/playbook.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { planMetadata } from '../src/steps/config/metadata-repair.ts';

/** The ids of what one write of the file mends: its entries, and the records that they have overwritten. */
export const METADATA_IDS = {
  entry: ({ key }: JudgedEntry): string => findingId('stale-hash', key.path),
  record: ({ present }: OverwrittenRecord): string => findingId('overwritten-record', present.endpoint.name),
};

/** An entry that is not good, with what is wrong with it. */
type FaultyEntry = JudgedEntry & { readonly fault: MapperFault };

/** A customMetadata entry whose certificate hash is not good. */
export const staleHash: Playbook<FaultyEntry> = {
  id: 'stale-hash',
  founding: true,
  title: 'An invalid certificate hash in customMetadata (5506)',
  symptom:
    'HTTPS is gone after IISADMIN or another user of the IIS 6 metabase has started; HttpEvent 15300, 0x80092004',
  remedy: 'strips the entry from applicationHost.config, on a backup, and leaves every other byte',
  cause:
    'A program that speaks to the IIS 6 metabase leaves a certificate hash in customMetadata, or IIS takes one over from an older server. When IISADMIN or another service that uses the ABO mapper starts, the mapper deletes the SSL record of the site and makes it anew from that hash, which it cannot where no such certificate is there.',
  mayGoWrong:
    "applicationHost.config is edited on a verified copy and IIS's own named backup, only where it is well-formed and is the file that this server uses; every other byte stays. A server with shared configuration is refused.",
  takenBack: 'The kept copy is put back, as long as nobody has changed the file since.',
  sources: ['KB 2025598', 'KB 3202096'],
  shownBy: [
    'CRYPT_E_NOT_FOUND',
    'ERROR_NO_SUCH_LOGON_SESSION',
    'STATUS_NO_SUCH_LOGON_SESSION',
    '15021',
    '15300',
    '15301',
    '5506',
  ],
  takes: ['mapper-override'],
  flags: ['correct'],
  find: (evidence) =>
    judgeMapperEntries(evidence).filter((judged): judged is FaultyEntry => judged.fault !== undefined),
  describe,
  plan: (judged, evidence, how) => planMetadata(METADATA_IDS.entry(judged), METADATA_IDS, evidence, how),
};

function describe(judged: FaultyEntry, evidence: Evidence): Description {
  const { entry, key, sites, fault, thumbprint } = judged;
  const struck = struckBy(judged, evidence);
  const isDown = struck.some(({ chain }) => standInFor(chain, evidence) === undefined);
  const why = describeMapperFault(fault, entry.store);
  const endpoints = sites.flatMap((site) => chainsOfSite(site, evidence)).map((chain) => endpointKey(chain.endpoint));
  const source = describeSource(evidence.config.source);
  const facts = [
    { name: 'keyPath', value: key.path, source },
    { name: 'value', value: entry.property.value, source },
    { name: 'store', value: entry.store, source },
    { name: 'fault', value: fault, source },
  ];
  return {
    key: key.path,
    subject: `customMetadata ${key.path}`,
    severity: mapperIsAbsent(evidence) ? 'note' : isDown ? 'broken' : 'warning',
    message: struck.length > 0 ? struckSentence(judged, struck, isDown, why) : sentence(judged, why, evidence),
    ...(struck.length === 0 &&
      sites.length > 0 && { breaks: 'at the next start of IISADMIN or another IIS 6 service' }),
    facts: thumbprint === undefined ? facts : [...facts, { name: 'thumbprint', value: thumbprint, source }],
    endpoints: [...new Set(endpoints)],
  };
}

function sentence(judged: JudgedEntry, why: string, evidence: Evidence): string {
  const entry = `customMetadata ${judged.key.path} holds a certificate hash (5506) that is not good: ${why}.`;
  if (mapperIsAbsent(evidence))
    return `${entry} Nothing here acts on it: IIS 6 compatibility (service IISADMIN) is not installed.`;
  if (judged.fault === 'no-such-site')
    return `${entry} The next site with id ${siteIdOf(judged.key.path)} inherits it.`;
  if (judged.sites.length === 0) return `${entry} A new site would inherit it.`;
  const names = judged.sites.map((site) => site.name).join(', ');
  return `${entry} At the next start of a service that uses the ABO mapper, the SSL record of ${names} is deleted and ${outcome(judged, evidence)}.`;
}

/** It is no break to come any more. */
function struckSentence({ key }: JudgedEntry, struck: readonly Struck[], isDown: boolean, why: string): string {
  const what = `HTTPS of ${siteNames(struck.map(({ chain }) => chain))} ${isDown ? 'is down' : 'goes through another record'}`;
  const last = struck
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return `${what} because the ABO mapper has deleted the record (event 15300 at ${last}) for customMetadata ${key.path}, whose certificate hash (5506) is not good: ${why}. It will happen again until the entry is gone.`;
}

/** Another certificate that can serve makes a record: HTTPS works then, with the wrong one. */
function outcome({ fault, entry, thumbprint = '' }: JudgedEntry, evidence: Evidence): string {
  if (fault !== 'other-than-record') return 'cannot be made again (0x80092004)';
  const found = findCertificate(evidence, entry.store, thumbprint);
  const name = found.known && found.value !== undefined ? `${nameOf(found.value)} (${thumbprint})` : thumbprint;
  return `made again for that other certificate, and clients get ${name}`;
}
