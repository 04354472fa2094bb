// The finding of an overwritten record, in a person's words.

import { type Evidence, endpointKey } from '../model/evidence.ts';
import type { Fact, Finding, Severity } from '../model/finding.ts';
import { describeSource } from '../model/known.ts';
import { canServe, isOtherCertificate, type OverwrittenRecord } from './overwritten.ts';

/** The id of its finding. */
export const overwrittenId = ({ present }: OverwrittenRecord): string => `stale-hash:${present.endpoint.name}`;

/** As the playbook stale-hash reports it. */
export function overwrittenFinding(overwritten: OverwrittenRecord, evidence: Evidence): Finding {
  const { present, sites } = overwritten;
  return {
    playbook: 'stale-hash',
    id: overwrittenId(overwritten),
    subject: `${sites.map((site) => site.name).join(', ')}, SSL record of ${present.endpoint.name}`,
    severity: severityOf(overwritten, evidence),
    says: sentence(overwritten),
    facts: factsOf(overwritten, evidence),
    endpoints: [endpointKey(present.endpoint)],
  };
}

function severityOf(overwritten: OverwrittenRecord, evidence: Evidence): Severity {
  const handshake = evidence.handshakes.get(endpointKey(overwritten.present.endpoint));
  const serves = handshake?.known ? handshake.value.outcome === 'certificate' : canServe(overwritten);
  return serves ? 'warning' : 'broken';
}

function sentence(overwritten: OverwrittenRecord): string {
  const { present, sites, entries, lost } = overwritten;
  const whose = sites.map((site) => site.name).join(', ');
  const keys = entries.map(({ key }) => key.path).join(', ');
  const what = [
    ...(isOtherCertificate(overwritten) ? ['names another certificate than when it was last seen healthy'] : []),
    ...(lost.length > 0 ? [`has lost ${lost.join(', ')}`] : []),
  ];
  const is = `The SSL record of ${present.endpoint.name} (${whose}) is as the ABO mapper makes it from customMetadata ${keys}`;
  return `${is}: it ${what.join(', and ')}. Where that is meant: iis-ssl-heal baseline save.`;
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
