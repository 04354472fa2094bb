// The repair of customMetadata: strips or corrects certificate hashes (5506) and puts back the records that they have
// overwritten, in one plan, since each write of the file can recycle application pools.

import { type JudgedEntry, judgeMapperEntries, mapperIsAbsent } from '../../chain/mapper.ts';
import { fingerprint } from '../../chain/memory/fingerprint.ts';
import {
  canServe,
  isOtherCertificate,
  type OverwrittenRecord,
  overwrittenRecords,
} from '../../chain/records/overwritten.ts';
import type { Blocked, Choices, Risk } from '../../model/repair/plan.ts';
import { type Host, NO_CHOICES, type Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { IisConfig } from '../../model/server/iis-config.ts';
import {
  notRestorable,
  type RestorableRecord,
  restorable,
  restoreEffect,
  restoreSubjects,
  restoreTitle,
} from '../records/restore-record.ts';
import { corrections, editsFor, stripping } from './change-hash.ts';
import { EDIT_EFFECT, editableConfig, editConfigSteps, editLeftovers } from './edit-config.ts';
import { throughAppcmd } from './through-appcmd.ts';

/** How the findings of entries and of overwritten records are called. */
export interface MetadataIds {
  readonly entry: (judged: JudgedEntry) => string;
  readonly record: (overwritten: OverwrittenRecord) => string;
}

/** The plan that mends the finding `id`, and all others that the same write mends. */
export function planMetadata(id: string, ids: MetadataIds, evidence: Evidence, how: Planning): Repair | Blocked {
  const { host, choices } = how;
  const config = editableConfig(evidence);
  if ('blocked' in config) return config;
  const { safe, disruptive } = repairsOf(evidence, host);
  const [safeIds, disruptiveIds] = [idsOf(safe, ids), idsOf(disruptive, ids)];
  if (safeIds.includes(id)) return planOf(safe, 'safe', safeIds, config, evidence, choices);
  if (!disruptiveIds.includes(id)) return leftAlone(id, ids, evidence, host);
  const [first] = safeIds;
  if (first !== undefined)
    return {
      blocked: true,
      why: `${first} has to be repaired first, then this by another fix: each edits the same file`,
    };
  return planOf(disruptive, 'disruptive', disruptiveIds, config, evidence, NO_CHOICES);
}

function leftAlone(id: string, ids: MetadataIds, evidence: Evidence, host: Host): Blocked {
  const record = overwrittenRecords(evidence).find((each) => ids.record(each) === id);
  return record === undefined ? { blocked: true, why: 'it is not there any more' } : notRestorable(record, host);
}

/** What one plan strips or corrects, and which records it puts back. */
interface MetadataRepair {
  readonly entries: readonly JudgedEntry[];
  readonly records: readonly RestorableRecord[];
}

/**
 * Everything that nobody can have meant, in one plan: one write of the file, since each can recycle application pools. An
 * entry that gave clients another certificate, which serves, waits for somebody to say so: without the entry nothing
 * would tell any more that the record was overwritten.
 */
function repairsOf(evidence: Evidence, host: Host): Record<'safe' | 'disruptive', MetadataRepair> {
  const records = restorable(overwrittenRecords(evidence), host);
  const meant = records.filter((record) => isOtherCertificate(record) && canServe(record));
  const waiting = new Set(meant.flatMap(({ entries }) => entries));
  const isWaiting = ({ entries }: RestorableRecord) => entries.some((entry) => waiting.has(entry));
  const others = records.filter((record) => !isWaiting(record));
  // Where nothing acts on an entry, no write of the file is worth what it may disturb.
  const judged = mapperIsAbsent(evidence) ? [] : judgeMapperEntries(evidence);
  const faulty = judged.filter(({ fault }) => fault !== undefined);
  const entries = [...faulty, ...others.flatMap((record) => record.entries)];
  return {
    safe: { entries: [...new Set(entries)].filter((entry) => !waiting.has(entry)), records: others },
    disruptive: { entries: [...waiting], records: records.filter(isWaiting) },
  };
}

const idsOf = ({ entries, records }: MetadataRepair, ids: MetadataIds): readonly string[] => [
  ...entries.filter(({ fault }) => fault !== undefined).map(ids.entry),
  ...records.map(ids.record),
];

function planOf(
  repair: MetadataRepair,
  risk: Risk,
  covers: readonly string[],
  config: IisConfig,
  evidence: Evidence,
  choices: Choices,
): Repair | Blocked {
  const { entries, records } = repair;
  const changes = choices.correct ? corrections(entries, evidence) : stripping(entries);
  if ('blocked' in changes) return changes;
  const edits = editsFor(changes, config);
  const title = choices.correct
    ? 'Correct the certificate hash in customMetadata'
    : 'Strip the certificate hash from customMetadata';
  return {
    covers,
    title: [title, ...records.map(restoreTitle)].join(', '),
    risk,
    steps: [
      ...editConfigSteps(config, edits, titleOf(entries, choices), evidence, throughAppcmd(config, changes, edits)),
      ...records.flatMap(({ steps }) => steps),
    ],
    cleanup: editLeftovers(config.path),
    before: fingerprint(evidence, [{ kind: 'config' }, ...records.flatMap(restoreSubjects)]),
    effects: [
      EDIT_EFFECT,
      'The program that wrote the entry (an installer, a script, a panel with IIS 6 interfaces) may write it again.',
      ...records.map(restoreEffect),
    ],
    endpoints: records.map(({ present }) => present.endpoint),
    after: [],
  };
}

const titleOf = (entries: readonly JudgedEntry[], choices: Choices): string =>
  `${choices.correct ? 'Correct' : 'Strip'} property 5506 of ${entries.map(({ key }) => key.path).join(', ')}`;
