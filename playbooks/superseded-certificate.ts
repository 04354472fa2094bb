// An SSL record names a certificate that has expired or was deleted, and its renewal lies beside it: a program has renewed and not
// bound, or has deleted what is still bound. Also before that: a certificate that will expire, with its successor waiting.

import { calledName, shortThumbprint } from '../src/chain/certificates/certificates.ts';
import { SUPERSEDED_CODES, type SupersededRecord, supersededRecords } from '../src/chain/records/superseded.ts';
import { AT_REBOOT, downWords, httpsOf, siteNames } from '../src/chain/words.ts';
import { findingId, type Severity } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair, WayOut } from '../src/model/repair/playbook.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import type { Endpoint } from '../src/model/server/ssl-record.ts';
import { planSuccession } from '../src/steps/succession/succeed.ts';

const ID = 'superseded-certificate';

/** A record whose certificate has a successor, or several certificates that could be it. */
export const supersededCertificate: Playbook<SupersededRecord> = {
  id: ID,
  title: 'A certificate that has expired, is gone or soon will be, while its renewal is not bound',
  symptom: 'browsers say that the certificate has expired, or every connection fails, although it was renewed in time',
  remedy: 'binds the renewal in its place, with every setting of the SSL record, if it is certain',
  cause:
    'A program renews a certificate, puts the new one into the store, and does not bind it, or not everywhere. Or it deletes the old one that a record still names. http.sys goes by the thumbprint and knows nothing of renewals.',
  mayGoWrong:
    "A certificate counts as the renewal only if it has every host name of the endpoint and every name of the old one, is usable and lasts longer. Something beside the names must also show it: the renewal property, issuer and names, the friendly name or the key. If several are left, a person chooses. The scheduled task replaces a certificate that is still valid only if config.json says true for this fault; a client that knows it by its thumbprint or key refuses the new one. Exchange's back end gets only the certificate that Exchange has made for it.",
  takenBack:
    'The record gets the old certificate again. If that certificate or its key is gone, http.sys does not take such a record: then no record is left, and the old one served nobody.',
  sources: [
    'win-acme issues 1484 and 692',
    'CSS-Exchange issues 955 and 2563',
    'Microsoft Q&A 487546',
    'the IIS 8.5 documentation of Certificate Rebind',
  ],
  shownBy: [
    'ERR_CERT_DATE_INVALID',
    'CRYPT_E_NOT_FOUND',
    'ERROR_NO_SUCH_LOGON_SESSION',
    'STATUS_NO_SUCH_LOGON_SESSION',
    '15021',
    'ECONNRESET',
  ],
  takes: SUPERSEDED_CODES,
  flags: ['through'],
  find: supersededRecords,
  describe,
  plan,
  ways,
};

const IDS = {
  playbook: ID,
  record: ({ name }: Endpoint): string => findingId(ID, name),
  key: (thumbprint: string): string => findingId('stranded-key', thumbprint),
};

function plan(superseded: SupersededRecord, evidence: Evidence, how: Planning): Repair | Blocked {
  return planSuccession(superseded, IDS, evidence, how);
}

function describe(superseded: SupersededRecord, evidence: Evidence): Description {
  const { chains, record, code, certain } = superseded;
  const [{ binding, certificate }] = chains;
  const [records, store] = [evidence.records.source, certificate.source].map(describeSource) as [string, string];
  return {
    key: record.endpoint.name,
    subject: `${siteNames(chains)}, https ${binding.information}`,
    severity: severityOf(superseded),
    message: `${effect(superseded, evidence)}: ${what(superseded)}, and ${beside(superseded)}.`,
    ...breaksOf(superseded),
    facts: [
      { name: 'code', value: code, source: store },
      { name: 'endpoint', value: record.endpoint.name, source: records },
      { name: 'thumbprint', value: record.thumbprint, source: records },
      { name: 'store', value: record.store, source: records },
      { name: 'successor', value: certain?.certificate.thumbprint ?? '', source: store },
    ],
    endpoints: [endpointKey(record.endpoint)],
  };
}

const severityOf = ({ code, isKept }: SupersededRecord): Severity =>
  code === 'certificate-superseded' || isKept ? 'warning' : 'broken';

function breaksOf({ code, isKept, chains: [{ certificate }] }: SupersededRecord): Pick<Description, 'breaks'> {
  if (isKept) return { breaks: AT_REBOOT };
  const entry = certificate.known ? certificate.value : undefined;
  return code === 'certificate-superseded' && entry ? { breaks: `on ${entry.facts.notAfter.slice(0, 10)}` } : {};
}

/** What visitors have by it now. */
function effect({ code, isKept, record, chains }: SupersededRecord, evidence: Evidence): string {
  const whose = siteNames(chains);
  if (isKept) return `${httpsOf(whose)} still works and will stop at the next reboot`;
  if (code === 'certificate-missing') return downWords([endpointKey(record.endpoint)], whose, evidence);
  return code === 'certificate-expired' ? `Browsers refuse ${whose}` : `${whose} still uses the old certificate`;
}

function what({ code, record, chains: [{ certificate }] }: SupersededRecord): string {
  const entry = certificate.known ? certificate.value : undefined;
  if (entry === undefined)
    return `the certificate of its SSL record (${shortThumbprint(record.thumbprint)}) is not in LocalMachine\\${record.store || 'MY'}`;
  const until = entry.facts.notAfter.slice(0, 10);
  return `${calledName(entry)} ${code === 'certificate-expired' ? 'expired on' : 'ends on'} ${until}`;
}

function beside({ certain, offered, shown, record, why }: SupersededRecord): string {
  if (offered.length === 0) return why;
  if (certain === undefined)
    return offered.length === 1
      ? 'one certificate could take its place'
      : `${offered.length} certificates could take its place`;
  const { facts, thumbprint, store } = certain.certificate;
  if (thumbprint === record.thumbprint) return `that very certificate is in LocalMachine\\${store}`;
  const which = `${calledName(certain.certificate)}, valid until ${facts.notAfter.slice(0, 10)}`;
  return shown ? `its renewal ${which}, is not bound` : `${which}, could take its place`;
}

/** Where IIS could do it for every binding at once. */
function ways(superseded: SupersededRecord, evidence: Evidence, how: Planning): readonly WayOut[] {
  if (how.choices.through !== undefined) return [];
  const iis = plan(superseded, evidence, { ...how, choices: { ...how.choices, way: 're-bind-appcmd' } });
  if ('blocked' in iis || iis.through !== 'appcmd') return [];
  return [
    { way: 'default', title: 'Bind it through netsh, which keeps every setting of the record' },
    { way: 're-bind-appcmd', title: 'Bind it through IIS, by appcmd, to every binding of the old certificate' },
  ];
}
