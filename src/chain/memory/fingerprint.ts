// The state that a plan was made for, subject by subject: read again just before acting, and compared.

import { createHash } from 'node:crypto';
import { once } from '../../model/once.ts';
import type { Fingerprint, Step } from '../../model/repair/plan.ts';
import { recordsLeft } from '../../model/repair/record-left.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { Endpoint } from '../../model/server/ssl-record.ts';
import { entryIn, type StoreSource, storeSource } from '../certificates/certificates.ts';
import { recordAt } from '../records/records.ts';

/** What a plan rests on: the whole configuration, the record of an endpoint, the bytes of a store entry, who may do what with a key file. */
export type FingerprintSubject =
  | { readonly kind: 'config' }
  | { readonly kind: 'record'; readonly endpoint: Endpoint }
  | { readonly kind: 'entry'; readonly store: string; readonly thumbprint: string }
  | { readonly kind: 'acl'; readonly path: string };

/** The present state of each subject as a short text; 'unknown' where it was not read, which never equals a plan's. */
export function fingerprint(evidence: Evidence, subjects: readonly FingerprintSubject[]): Fingerprint {
  return Object.fromEntries(subjects.map((subject) => [subjectKey(subject), stateOf(subject, evidence)]));
}

/** The subjects of a fingerprint that was made earlier, read back from its keys. */
export function subjectsOf(earlier: Fingerprint): readonly FingerprintSubject[] {
  return Object.keys(earlier).map((key) => JSON.parse(key) as FingerprintSubject);
}

/** The sources of the evidence that tell how these subjects are now. */
export function sourcesOf(earlier: Fingerprint): readonly ('config' | 'records' | StoreSource | 'acls')[] {
  const sources = subjectsOf(earlier).map((subject) => {
    if (subject.kind === 'entry') return storeSource(subject.store);
    if (subject.kind === 'acl') return 'acls';
    return subject.kind === 'config' ? 'config' : 'records';
  });
  return [...new Set(sources.filter((source) => source !== undefined))];
}

/** The subjects whose state is another than when the plan was made, in words. Empty: the plan may be applied. */
export function differences(earlier: Fingerprint, evidence: Evidence): readonly string[] {
  const now = fingerprint(evidence, subjectsOf(earlier));
  return Object.keys(earlier)
    .filter((key) => now[key] === 'unknown' || now[key] !== earlier[key])
    .map((key) => `${describe(JSON.parse(key) as FingerprintSubject)} has changed`);
}

/** Whether what steps leave is another state than the one that the plan with this fingerprint was made for. */
export const leavesOther = (steps: readonly Pick<Step, 'holds'>[], earlier: Fingerprint): boolean => {
  const left = statesLeft(steps);
  return expected(earlier).some(([key, state]) => left.has(key) && left.get(key) !== state);
};

const CONFIG = 'config';

/**
 * What steps leave, each subject by a key of its own: the configuration, and records by their endpoint. The only file that a
 * plan rests on is the configuration, so another file that a step leaves is none of its subjects.
 */
export const statesLeft = once((steps: readonly Pick<Step, 'holds'>[]): ReadonlyMap<string, string> => {
  const states = new Map<string, string>();
  for (const [key, record] of recordsLeft(steps))
    states.set(key, record === 'none' ? 'absent' : digest(JSON.stringify(record)));
  for (const { holds } of steps)
    if (holds.kind === 'file-is' && /\\config\\applicationHost\.config$/i.test(holds.path))
      states.set(CONFIG, holds.sha256);
  return states;
});

/** The states that a plan was made for, by the same keys: of those subjects alone that steps may leave otherwise. */
export const expected = once((earlier: Fingerprint): readonly (readonly [key: string, state: string | undefined])[] =>
  subjectsOf(earlier).flatMap((subject) => {
    const key =
      subject.kind === 'record' ? endpointKey(subject.endpoint) : subject.kind === 'config' ? CONFIG : undefined;
    return key === undefined ? [] : [[key, earlier[subjectKey(subject)]] as const];
  }),
);

const subjectKey = (subject: FingerprintSubject): string => JSON.stringify(subject);

function describe(subject: FingerprintSubject): string {
  if (subject.kind === 'config') return 'applicationHost.config';
  if (subject.kind === 'record') return `the SSL record of ${subject.endpoint.name}`;
  if (subject.kind === 'acl') return `who may do what with ${subject.path}`;
  return `the store entry LocalMachine\\${subject.store || 'MY'} ${subject.thumbprint}`;
}

function stateOf(subject: FingerprintSubject, evidence: Evidence): string {
  if (subject.kind === 'config') return evidence.config.known ? evidence.config.value.sha256 : 'unknown';
  if (subject.kind === 'record') {
    if (!evidence.records.known) return 'unknown';
    const record = recordAt(evidence.records.value, subject.endpoint);
    return record === undefined ? 'absent' : digest(JSON.stringify(record));
  }
  if (subject.kind === 'acl') {
    const sddl = evidence.acls.known ? evidence.acls.value.get(subject.path.toLowerCase()) : undefined;
    return sddl === undefined ? 'unknown' : digest(sddl);
  }
  const entry = entryIn(evidence, subject.store, subject.thumbprint);
  if (!entry.known) return 'unknown';
  return entry.value === undefined ? 'absent' : digest(entry.value.blob);
}

/** SHA-256 in lower-case hex. */
export const digest = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
