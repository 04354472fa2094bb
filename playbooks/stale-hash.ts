// customMetadata of applicationHost.config holds a certificate hash (5506) that is not good. At the next start of a
// service that uses the ABO mapper, the mapper deletes the site's SSL record and cannot make a new one: 0x80092004.
// Microsoft KB 2025598 (strip the property), KB 3202096 (entries of deleted sites stay behind). Where the hash is good, it
// makes a plain record: one that has lost what a healthy state remembers is put back, once the entry is gone.

import { findCertificate } from '../src/chain/certificates.ts';
import { fingerprint } from '../src/chain/fingerprint.ts';
import { chainsOfSite } from '../src/chain/join.ts';
import { nameOf } from '../src/chain/links.ts';
import { type JudgedEntry, judgeMapperEntries } from '../src/chain/mapper.ts';
import { describeMapperFault } from '../src/chain/mapper-words.ts';
import { canServe, isOtherCertificate, overwrittenRecords } from '../src/chain/overwritten.ts';
import { overwrittenFinding, overwrittenId } from '../src/chain/overwritten-finding.ts';
import { type Evidence, endpointKey } from '../src/model/evidence.ts';
import type { Finding } from '../src/model/finding.ts';
import type { IisConfig } from '../src/model/iis-config.ts';
import { describeSource } from '../src/model/known.ts';
import { permissionsFile, replacementFile } from '../src/model/places.ts';
import type { Blocked, Choices, Plan, Risk } from '../src/model/plan.ts';
import type { Playbook } from '../src/model/playbook.ts';
import { corrections, editsFor, stripping } from '../src/steps/change-hash.ts';
import { editConfigSteps } from '../src/steps/edit-config.ts';
import {
  notRestorable,
  type RestorableRecord,
  restorable,
  restoreEffect,
  restoreSubjects,
  restoreTitle,
} from '../src/steps/restore-record.ts';
import { throughAppcmd } from '../src/steps/through-appcmd.ts';

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
  return [
    ...faulty(evidence).map((judged) => findingFor(judged, evidence)),
    ...overwrittenRecords(evidence).map((overwritten) => overwrittenFinding(overwritten, evidence)),
  ];
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
    says: sentence(judged, why, evidence),
    facts: thumbprint === undefined ? facts : [...facts, { name: 'thumbprint', value: thumbprint, source }],
    endpoints: [...new Set(endpoints)],
  };
}

function sentence(judged: JudgedEntry, why: string, evidence: Evidence): string {
  const entry = `customMetadata ${judged.key.path} holds a certificate hash (5506) that is not good: ${why}.`;
  if (judged.sites.length === 0) return `${entry} A new site that gets this id would inherit it.`;
  const names = judged.sites.map((site) => site.name).join(', ');
  return `${entry} At the next start of a service that uses the ABO mapper, the SSL record of ${names} is deleted and ${outcome(judged, evidence)}.`;
}

/** Another certificate that can serve makes a record: HTTPS works then, with the wrong one. */
function outcome({ fault, entry, thumbprint = '' }: JudgedEntry, evidence: Evidence): string {
  if (fault !== 'other-than-record') return 'cannot be made again (0x80092004)';
  const found = findCertificate(evidence, entry.store, thumbprint);
  const name = found.known && found.value !== undefined ? `${nameOf(found.value)} (${thumbprint})` : thumbprint;
  return `made again for that other certificate, and clients get ${name}`;
}

/** What one plan strips or corrects, and which records it puts back. */
interface Repair {
  readonly entries: readonly JudgedEntry[];
  readonly records: readonly RestorableRecord[];
}

/**
 * Everything that nobody can have meant, in one plan: one write of the file, since each can recycle application pools. An
 * entry that gave clients another certificate, which serves, waits for somebody to say so: without the entry nothing
 * would tell any more that the record was overwritten.
 */
function repairsOf(evidence: Evidence): Record<'safe' | 'disruptive', Repair> {
  const records = restorable(overwrittenRecords(evidence), evidence);
  const meant = records.filter((record) => isOtherCertificate(record) && canServe(record));
  const waiting = new Set(meant.flatMap(({ entries }) => entries));
  const isWaiting = ({ entries }: RestorableRecord) => entries.some((entry) => waiting.has(entry));
  const others = records.filter((record) => !isWaiting(record));
  const entries = [...faulty(evidence), ...others.flatMap((record) => record.entries)];
  return {
    safe: { entries: [...new Set(entries)].filter((entry) => !waiting.has(entry)), records: others },
    disruptive: { entries: [...waiting], records: records.filter(isWaiting) },
  };
}

const idsOf = ({ entries, records }: Repair): readonly string[] => [
  ...entries.filter(({ fault }) => fault !== undefined).map(idOf),
  ...records.map(overwrittenId),
];

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
  const { safe, disruptive } = repairsOf(evidence);
  if (idsOf(safe).includes(finding.id)) return planOf(safe, 'safe', finding, config.value, evidence, choices);
  if (!idsOf(disruptive).includes(finding.id)) return notRestorable(finding, evidence);
  const [first] = idsOf(safe);
  if (first !== undefined)
    return {
      blocked: true,
      why: `${first} has to be repaired first, then this by another fix: each edits the same file`,
    };
  return planOf(disruptive, 'disruptive', finding, config.value, evidence, STRIP_ONLY);
}

const STRIP_ONLY: Choices = { correct: false, certificates: new Map() };

function planOf(
  repair: Repair,
  risk: Risk,
  finding: Finding,
  config: IisConfig,
  evidence: Evidence,
  choices: Choices,
): Plan | Blocked {
  const { entries, records } = repair;
  const changes = choices.correct ? corrections(entries, evidence) : stripping(entries);
  if ('blocked' in changes) return changes;
  const edits = editsFor(changes, config);
  const title = choices.correct
    ? 'Correct the certificate hash in customMetadata'
    : 'Strip the certificate hash from customMetadata';
  return {
    finding,
    covers: idsOf(repair),
    title: [title, ...records.map(restoreTitle)].join(', '),
    risk,
    steps: [
      ...editConfigSteps(config, edits, titleOf(entries, choices), evidence, throughAppcmd(config, changes, edits)),
      ...records.flatMap(({ steps }) => steps),
    ],
    cleanup: leftovers(config.path),
    before: fingerprint(evidence, [{ kind: 'config' }, ...records.flatMap(restoreSubjects)]),
    effects: [
      'IIS reads the file again at once; application pools may recycle.',
      'The program that wrote the entry (an installer, a script, a panel with IIS 6 interfaces) may write it again.',
      ...records.map(restoreEffect),
    ],
    endpoints: records.map(({ present }) => present.endpoint),
    after: [],
  };
}

const titleOf = (entries: readonly JudgedEntry[], choices: Choices): string =>
  `${choices.correct ? 'Correct' : 'Strip'} property 5506 of ${entries.map(({ key }) => key.path).join(', ')}`;

/** What a replacement that was cut off would leave beside the file. */
const leftovers = (path: string): Plan['cleanup'] =>
  [replacementFile(path), permissionsFile(replacementFile(path))].map((file) => ({ kind: 'remove-file', path: file }));
