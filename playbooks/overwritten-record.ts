// The ABO mapper has made an SSL record anew from a good certificate hash in customMetadata (5506): a plain record, which
// has lost what a healthy state remembers. It is put back, once the entry is gone. Microsoft KB 2025598.

import { shortThumbprint } from '../src/chain/certificates/certificates.ts';
import {
  canServe,
  isOtherCertificate,
  type OverwrittenRecord,
  overwrittenRecords,
} from '../src/chain/records/overwritten.ts';
import { serves } from '../src/chain/visit.ts';
import { listed } from '../src/chain/words.ts';
import type { Fact, Severity } from '../src/model/repair/finding.ts';
import type { Description, Playbook } from '../src/model/repair/playbook.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { planMetadata } from '../src/steps/config/metadata-repair.ts';
import { METADATA_IDS } from './stale-hash.ts';

/** An SSL record as the ABO mapper made it, where a healthy state had another. */
export const overwrittenRecord: Playbook<OverwrittenRecord> = {
  id: 'overwritten-record',
  founding: true,
  title: 'An SSL record that the ABO mapper has overwritten',
  symptom: 'clients get another certificate, or are no longer asked for theirs, after IISADMIN has started',
  remedy: 'removes the entry that did it, and puts the record of the last healthy state back',
  cause:
    'A hash in customMetadata names a certificate that exists, so the ABO mapper makes the record again from it: without the settings that it had, or with another certificate.',
  mayGoWrong:
    'New connections fail for a moment. The record of the last healthy state is put back, even if somebody has changed it on purpose since: `baseline save` says that a change is meant.',
  takenBack: 'The record is made again as the mapper had left it, and the entry of the configuration is put back.',
  sources: ['KB 2025598'],
  shownBy: ['15301'],
  takes: [],
  find: overwrittenRecords,
  describe,
  plan: (overwritten, evidence, how) => planMetadata(METADATA_IDS.record(overwritten), METADATA_IDS, evidence, how),
};

function describe(overwritten: OverwrittenRecord, evidence: Evidence): Description {
  const { present, sites } = overwritten;
  return {
    key: present.endpoint.name,
    subject: `${sites.map((site) => site.name).join(', ')}, SSL record of ${present.endpoint.name}`,
    severity: severityOf(overwritten, evidence),
    message: sentence(overwritten),
    facts: factsOf(overwritten, evidence),
    endpoints: [endpointKey(present.endpoint)],
  };
}

function severityOf(overwritten: OverwrittenRecord, evidence: Evidence): Severity {
  const answered = serves(evidence.handshakes.get(endpointKey(overwritten.present.endpoint)));
  return (answered ?? canServe(overwritten)) ? 'warning' : 'broken';
}

function sentence(overwritten: OverwrittenRecord): string {
  const { present, remembered, sites, lost } = overwritten;
  const whose = listed(sites.map((site) => site.name));
  const [now, then] = [present, remembered].map(({ thumbprint }) => shortThumbprint(thumbprint));
  const what = [
    ...(isOtherCertificate(overwritten) ? [`it names the certificate ${now}, and named ${then} before`] : []),
    ...(lost.length > 0 ? [`it has lost ${listed(lost, 2)}`] : []),
  ];
  return `The ABO mapper seems to have overwritten the SSL record of ${present.endpoint.name} (${whose}): ${what.join(', and ')}; if this is meant: iis-ssl-heal baseline save.`;
}

function factsOf({ present, remembered, entries, lost }: OverwrittenRecord, evidence: Evidence): readonly Fact[] {
  const [config, records, baseline] = [evidence.config, evidence.records, evidence.baseline].map(({ source }) =>
    describeSource(source),
  ) as [string, string, string];
  return [
    { name: 'endpoint', value: present.endpoint.name, source: records },
    { name: 'keyPath', value: entries.map(({ key }) => key.path).join(', '), source: config },
    { name: 'thumbprint', value: present.thumbprint, source: records },
    { name: 'rememberedThumbprint', value: remembered.thumbprint, source: baseline },
    { name: 'settingsLost', value: lost.join(', '), source: baseline },
  ];
}
