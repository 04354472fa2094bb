// customMetadata of applicationHost.config holds a certificate hash (5506) that is not good. At the next start of a
// service that uses the ABO mapper, the mapper deletes the site's SSL record and cannot make a new one: 0x80092004.
// Microsoft KB 2025598 (strip the property), KB 3202096 (entries of deleted sites stay behind).

import { candidatesFor, remembered } from '../src/chain/candidates.ts';
import { findCertificate } from '../src/chain/certificates.ts';
import { fingerprint } from '../src/chain/fingerprint.ts';
import { chainsOfSite } from '../src/chain/join.ts';
import {
  CERT_HASH,
  CERT_STORE_NAME,
  type JudgedEntry,
  judgeMapperEntries,
  recordsOfSite,
} from '../src/chain/mapper.ts';
import { describeMapperFault } from '../src/chain/mapper-words.ts';
import { usableBySystem } from '../src/chain/usable.ts';
import { correctValue, type Strip, stripProperties } from '../src/formats/metadata-edit.ts';
import { type Evidence, endpointKey } from '../src/model/evidence.ts';
import type { Finding } from '../src/model/finding.ts';
import type { IisConfig, MetadataKey } from '../src/model/iis-config.ts';
import { describeSource } from '../src/model/known.ts';
import { permissionsFile, replacementFile } from '../src/model/places.ts';
import type { Blocked, Choices, Edit, Plan } from '../src/model/plan.ts';
import type { Playbook } from '../src/model/playbook.ts';
import { editConfigSteps } from '../src/steps/edit-config.ts';
import { type MetadataChanges, type MetadataCorrection, throughAppcmd } from '../src/steps/through-appcmd.ts';

/** See the head of this file. */
export const staleHash: Playbook = {
  id: 'stale-hash',
  title: 'An invalid certificate hash in customMetadata (5506)',
  symptom:
    'HTTPS is gone after IISADMIN or another user of the IIS 6 metabase has started; HttpEvent 15300, 0x80092004',
  remedy: 'strips the entry from applicationHost.config, on a backup, and leaves every other byte',
  detect,
  plan,
};

function detect(evidence: Evidence): readonly Finding[] {
  return faulty(evidence).map((judged) => findingFor(judged, evidence));
}

const faulty = (evidence: Evidence): readonly JudgedEntry[] =>
  judgeMapperEntries(evidence).filter((judged) => judged.fault !== undefined);

const idOf = (judged: JudgedEntry): string => `stale-hash:${judged.key.path}`;

function findingFor(judged: JudgedEntry, evidence: Evidence): Finding {
  const { entry, key, sites, fault, thumbprint } = judged;
  const why = fault === undefined ? '' : describeMapperFault(fault, entry.store);
  const endpoints = sites.flatMap((site) => chainsOfSite(site, evidence)).map((chain) => endpointKey(chain.endpoint));
  const source = describeSource(evidence.config.source);
  const facts = [
    { name: 'keyPath', value: key.path, source },
    { name: 'value', value: entry.property.value, source },
    { name: 'store', value: entry.store, source },
    { name: 'fault', value: fault ?? '', source },
  ];
  return {
    playbook: 'stale-hash',
    id: idOf(judged),
    subject: `customMetadata ${key.path}`,
    severity: 'warning',
    says: sentence(judged, why),
    facts: thumbprint === undefined ? facts : [...facts, { name: 'thumbprint', value: thumbprint, source }],
    endpoints: [...new Set(endpoints)],
  };
}

function sentence(judged: JudgedEntry, why: string): string {
  const entry = `customMetadata ${judged.key.path} holds a certificate hash (5506) that is not good: ${why}.`;
  if (judged.sites.length === 0) return `${entry} A new site that gets this id would inherit it.`;
  const names = judged.sites.map((site) => site.name).join(', ');
  return `${entry} At the next start of a service that uses the ABO mapper, the SSL record of ${names} is deleted and cannot be made again (0x80092004).`;
}

/** One plan for all entries of the file: one write, since each edit can recycle application pools. */
function plan(finding: Finding, evidence: Evidence, choices: Choices): Plan | Blocked {
  const { config, redirection } = evidence;
  if (!config.known) return { blocked: true, why: `the configuration was not read: ${config.why}` };
  if (!redirection.known)
    return { blocked: true, refused: true, why: `redirection.config was not read: ${redirection.why}` };
  if (redirection.value.enabled) {
    const where = redirection.value.path;
    return {
      blocked: true,
      refused: true,
      why: `the configuration is shared (${where}) and serves other servers too: it is not edited from here`,
      who: `the administrator of the shared configuration`,
    };
  }
  const entries = faulty(evidence);
  const changes = choices.correct ? corrections(entries, evidence) : stripping(entries);
  if ('blocked' in changes) return changes;
  const edits = editsFor(changes, config.value);
  return {
    finding,
    covers: entries.map(idOf),
    title: choices.correct
      ? 'Correct the certificate hash in customMetadata'
      : 'Strip the certificate hash from customMetadata',
    risk: 'safe',
    steps: editConfigSteps(
      config.value,
      edits,
      titleOf(entries, choices),
      evidence,
      throughAppcmd(config.value, changes, edits),
    ),
    cleanup: leftovers(config.value.path),
    before: fingerprint(evidence, [{ kind: 'config' }]),
    effects: [
      'IIS reads the file again at once; application pools may recycle.',
      'The program that wrote the entry (an installer, a script, a panel with IIS 6 interfaces) may write it again.',
    ],
    endpoints: [],
    after: [],
  };
}

const titleOf = (entries: readonly JudgedEntry[], choices: Choices): string =>
  `${choices.correct ? 'Correct' : 'Strip'} property 5506 of ${entries.map(({ key }) => key.path).join(', ')}`;

const stripping = (entries: readonly JudgedEntry[]): MetadataChanges => ({
  strips: entries.map(({ key }) => stripOf(key)),
  corrections: [],
});

/** What a replacement that was cut off would leave beside the file. */
const leftovers = (path: string): Plan['cleanup'] =>
  [replacementFile(path), permissionsFile(replacementFile(path))].map((file) => ({ kind: 'remove-file', path: file }));

/** 5506, and a 5511 that nothing is left to name a store for. */
const stripOf = (key: MetadataKey): Strip => ({ keyPath: key.path, ids: [CERT_HASH, CERT_STORE_NAME] });

function corrections(entries: readonly JudgedEntry[], evidence: Evidence): MetadataChanges | Blocked {
  const corrected: MetadataCorrection[] = [];
  const orphans: MetadataKey[] = [];
  for (const judged of entries) {
    const right = judged.sites.length === 1 ? certainHash(judged, evidence) : undefined;
    if (judged.fault === 'no-such-site') orphans.push(judged.key);
    else if (right === undefined) return notCertain(judged);
    else {
      const { key, entry } = judged;
      corrected.push({ key, property: entry.property, value: Buffer.from(right, 'hex').toString('base64') });
    }
  }
  return { strips: orphans.map(stripOf), corrections: corrected };
}

const editsFor = ({ strips, corrections }: MetadataChanges, config: IisConfig): readonly Edit[] => [
  ...corrections.flatMap(({ property, value }) => correctValue(config, property, value)),
  ...stripProperties(config, strips),
];

const notCertain = (judged: JudgedEntry): Blocked => ({
  blocked: true,
  why: `no one valid hash is certain for ${judged.key.path}: leave --correct out, and the entry is stripped`,
});

/** The one hash that all of the site's bindings have or had, whose certificate is usable, in the store that 5511 names. */
function certainHash(judged: JudgedEntry, evidence: Evidence): string | undefined {
  const [site] = judged.sites;
  if (site === undefined || !evidence.records.known) return undefined;
  const live = recordsOfSite(site, evidence.records.value).map((record) => record.thumbprint);
  const lost = chainsOfSite(site, evidence)
    .filter((chain) => chain.links.some((link) => link.code === 'no-record'))
    .flatMap((chain) => {
      const earlier = remembered(chain.endpoint, evidence)?.thumbprint;
      if (earlier !== undefined) return [earlier];
      return candidatesFor(chain.site, chain.binding, evidence).map(({ certificate }) => certificate.thumbprint);
    });
  const [only, ...others] = new Set([...live, ...lost]);
  if (only === undefined || others.length > 0) return undefined;
  const certificate = findCertificate(evidence, judged.entry.store, only);
  if (!certificate.known || certificate.value === undefined) return undefined;
  const usable = usableBySystem(certificate.value, evidence);
  return usable.known && usable.value ? only : undefined;
}
