// customMetadata of applicationHost.config holds a certificate hash (5506) that is not good. At the next start of a
// service that uses the ABO mapper, the mapper deletes the site's SSL record and cannot make a new one: 0x80092004.
// Microsoft KB 2025598 (strip the property), KB 3202096 (entries of deleted sites stay behind).

import { calledName, findCertificate, shortThumbprint } from '../src/chain/certificates/certificates.ts';
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
import { describeMapperFault, listed, siteNames, utc } from '../src/chain/words.ts';
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
  title: 'A wrong certificate hash in customMetadata (5506)',
  symptom:
    'HTTPS is gone after IISADMIN or another user of the IIS 6 metabase has started; HttpEvent 15300, 0x80092004',
  remedy: 'removes the entry from applicationHost.config, after a backup, and leaves every other byte',
  cause:
    'A program that uses the IIS 6 metabase leaves a certificate hash in customMetadata, or IIS takes one over from an older server. When IISADMIN or another service that uses the ABO mapper starts, the mapper deletes the SSL record of the site and makes it again from that hash. It fails if that certificate is not there.',
  mayGoWrong:
    "applicationHost.config is edited as a verified copy, after IIS's own named backup, and only if it is well-formed and is the file that this server uses. Every other byte stays. A server with shared configuration is refused.",
  takenBack: 'The kept copy is put back, if nobody has changed the file since.',
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

function sentence(judged: FaultyEntry, why: string, evidence: Evidence): string {
  const entry = `customMetadata ${judged.key.path}`;
  const hash = `the certificate hash in ${entry} is wrong (${why})`;
  if (mapperIsAbsent(evidence))
    return `The certificate hash in ${entry} is wrong (${why}), and nothing here uses it: IIS 6 compatibility (service IISADMIN) is not installed.`;
  if (judged.fault === 'no-such-site')
    return `The next new site gets a wrong SSL record: ${hash}, and a new site can get the id ${siteIdOf(judged.key.path)} again.`;
  if (judged.sites.length === 0) return `The next new site gets a wrong SSL record: ${hash}.`;
  const names = listed(judged.sites.map((site) => site.name));
  const loses = otherCertificate(judged, evidence);
  return loses === undefined
    ? `${names} will lose HTTPS when the ABO mapper next runs: ${hash}.`
    : `Visitors of ${names} will get another certificate, ${loses}, when the ABO mapper next runs: ${entry} names it.`;
}

/** It is no break to come any more. */
function struckSentence({ key }: JudgedEntry, struck: readonly Struck[], isDown: boolean, why: string): string {
  const sites = siteNames(struck.map(({ chain }) => chain));
  const what = isDown ? `HTTPS of ${sites} is down` : `Another SSL record answers visitors of ${sites}`;
  const last = struck
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return `${what}: the ABO mapper deleted the SSL record at ${utc(last ?? '')} and will do so again, because the certificate hash in customMetadata ${key.path} is wrong (${why}).`;
}

/** Another certificate that can serve makes a record: HTTPS works then, with the wrong one. */
function otherCertificate({ fault, entry, thumbprint = '' }: JudgedEntry, evidence: Evidence): string | undefined {
  if (fault !== 'other-than-record') return undefined;
  const found = findCertificate(evidence, entry.store, thumbprint);
  return found.known && found.value !== undefined ? calledName(found.value) : shortThumbprint(thumbprint);
}
