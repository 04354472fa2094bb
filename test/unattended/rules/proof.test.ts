import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/model/repair/diagnosis.ts';
import type { Finding } from '../../../src/model/repair/finding.ts';
import type { Playbook } from '../../../src/model/repair/playbook.ts';
import { DEFAULT_POLICY } from '../../../src/model/run/policy.ts';
import type { Handshake } from '../../../src/model/server/evidence.ts';
import { unasked } from '../../../src/model/server/known.ts';
import { awaitingProof, emptyLedger, failed } from '../../../src/unattended/rules/ledger.ts';
import { settle } from '../../../src/unattended/rules/proof.ts';
import { planOf } from '../../support/unattended-plans.ts';

const NOON = new Date('2026-03-02T12:00:00.000Z');
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);
const PLAYBOOKS = [{ id: 'lost-binding' }, { id: 'stale-hash' }] as unknown as readonly Playbook[];

const LOST = 'lost-binding:x';
const repaired = awaitingProof(failed(failed(emptyLedger(NOON), [LOST, 'stale-hash:y'], NOON), [LOST], NOON), {
  runId: '0001',
  at: NOON.toISOString(),
  findings: [LOST],
  endpoints: ['ip 0.0.0.0:443'],
});
const finding = (id: string, more: Partial<Finding> = {}): Finding => ({ ...planOf(id).finding, ...more });
const look = (verdict: Diagnosis['verdict'], ...findings: readonly Finding[]) =>
  ({ verdict, findings, evidence: { handshakes: new Map() } }) as unknown as Diagnosis;
const outcome = (diagnosis: Diagnosis, now: Date, playbooks = PLAYBOOKS, policy = DEFAULT_POLICY) =>
  settle(repaired, diagnosis, playbooks, policy, now).proof?.outcome;

describe('the proof of a repair', () => {
  it('is there when the healthy delay is over, and not before', () => {
    expect(outcome(look('healthy'), later(1.9))).toBeUndefined();
    expect(outcome(look('healthy'), later(2))).toBe('healed');
    expect(outcome(look('healthy'), NOON, PLAYBOOKS, { ...DEFAULT_POLICY, healthyMinutes: 0 })).toBe('healed');
  });

  it('forgets the failures of what was repaired, and no others', () => {
    const { ledger } = settle(repaired, look('healthy'), PLAYBOOKS, DEFAULT_POLICY, later(2));
    expect(ledger.awaiting).toBeUndefined();
    expect(ledger.failures.map(({ finding: id }) => id)).toEqual(['stale-hash:y']);
  });

  it('is refused at once by the same fault, which then has failed once more', () => {
    const { ledger, proof } = settle(repaired, look('faulty', finding(LOST)), PLAYBOOKS, DEFAULT_POLICY, later(1));
    expect(proof?.outcome).toBe('broken-again');
    expect(ledger.awaiting).toBeUndefined();
    expect(ledger.failures.find((each) => each.finding === LOST)?.count).toBe(3);
  });

  it('is refused by another fault that takes the same endpoint down, not by a warning or another endpoint', () => {
    const down = finding('stale-hash:z', { endpoints: ['ip 0.0.0.0:443'] });
    expect(outcome(look('faulty', down), later(2))).toBe('broken-again');
    expect(outcome(look('faulty', { ...down, severity: 'warning' }), later(2))).toBe('healed');
    expect(outcome(look('faulty', { ...down, endpoints: ['ip 10.0.0.1:443'] }), later(2))).toBe('healed');
  });

  it('is never given by a look that could not see, or that looked for something else', () => {
    expect(outcome(look('unknown'), later(9))).toBeUndefined();
    expect(outcome(look('healthy'), later(9), PLAYBOOKS.slice(1))).toBeUndefined();
  });
});

describe('a look that had no time for all', () => {
  const late = unasked<Handshake>({ kind: 'handshake', endpoint: 'test' });
  const lookWithout = (endpoint: string) => ({
    ...look('faulty', finding('stale-hash:q')),
    evidence: { handshakes: new Map([[endpoint, [{ got: late }]]]) },
  });

  it('proves nothing of an endpoint that it did not greet, and what it did greet', () => {
    expect(outcome(lookWithout('ip 0.0.0.0:443') as unknown as Diagnosis, later(9))).toBeUndefined();
    expect(outcome(lookWithout('ip 0.0.0.0:444') as unknown as Diagnosis, later(9))).toBe('healed');
  });

  it('forgets no failure', () => {
    const { awaiting: _, ...ledger } = repaired;
    const unseen = lookWithout('ip 0.0.0.0:444') as unknown as Diagnosis;
    expect(settle(ledger, unseen, PLAYBOOKS, DEFAULT_POLICY, NOON).ledger.failures).toEqual(ledger.failures);
  });
});

describe('a look when nothing waits', () => {
  const { awaiting: _, ...ledger } = repaired;
  const left = (diagnosis: Diagnosis, playbooks = PLAYBOOKS) =>
    settle(ledger, diagnosis, playbooks, DEFAULT_POLICY, NOON).ledger.failures.map(({ finding: id }) => id);

  it('forgets the failures of what is gone', () => {
    expect(left(look('faulty', finding(LOST)))).toEqual([LOST]);
    expect(left(look('healthy'))).toEqual([]);
  });

  it('forgets nothing that it could not see', () => {
    expect(left(look('unknown')).sort()).toEqual([LOST, 'stale-hash:y']);
    expect(left(look('faulty'), PLAYBOOKS.slice(1))).toEqual([LOST]);
  });
});
