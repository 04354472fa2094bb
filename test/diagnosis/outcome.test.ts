import { describe, expect, it } from 'vitest';
import { checkOutcome, dryRunOutcome, fixOutcome, unapprovedOutcome } from '../../src/diagnosis/outcome.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import type { Finding } from '../../src/model/repair/finding.ts';
import type { Blocked } from '../../src/model/repair/plan.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import type { PlanReport } from '../../src/model/run/run-report.ts';
import { evidence } from '../support/evidence-folder.ts';

const finding = { id: 'x' } as Finding;
const diagnosis = (verdict: Diagnosis['verdict']): Diagnosis => ({
  evidence: evidence(),
  chains: [],
  found: [],
  findings: verdict === 'faulty' ? [finding] : [],
  notes: [],
  notChecked: [],
  verdict,
});
const report = (verdict: PlanReport['verdict']) => ({ verdict }) as PlanReport;
const needsSomebody: Blocked = { blocked: true, why: 'x', who: 'olga' };
const nobodyCan: Blocked = { blocked: true, why: 'x' };
const refused: Blocked = { blocked: true, why: 'x', refused: true, who: 'x' };

describe('a check', () => {
  it('ends in 0, 1 or 4', () => {
    expect(
      (['healthy', 'faulty', 'unknown'] as const).map((verdict) => exitCodeOf(checkOutcome(diagnosis(verdict)))),
    ).toEqual([0, 1, 4]);
  });
});

describe('a fix', () => {
  it.each([
    ['healed', 0],
    ['still-broken', 1],
    ['rolled-back', 5],
    ['half-done', 6],
    ['nothing-done', 3],
    ['stale', 7],
    ['needs-person', 3],
  ] as const)('with a plan that is %s ends in %d', (verdict, code) => {
    expect(exitCodeOf(fixOutcome(diagnosis('healthy'), [report(verdict)], []))).toBe(code);
  });

  it('is decided by the second diagnosis, and never made better by a plan', () => {
    expect(fixOutcome(diagnosis('faulty'), [report('healed')], [])).toBe('faults-remain');
    expect(fixOutcome(diagnosis('unknown'), [report('healed')], [])).toBe('unknown');
    expect(fixOutcome(diagnosis('faulty'), [report('rolled-back'), report('half-done')], [])).toBe('half-done');
    expect(fixOutcome(diagnosis('healthy'), [], [])).toBe('healed');
  });

  it('counts what is blocked: somebody else is needed, this server is refused, or nobody can help', () => {
    expect(fixOutcome(diagnosis('faulty'), [report('healed')], [needsSomebody])).toBe('needs-person');
    expect(fixOutcome(diagnosis('faulty'), [report('healed')], [refused, needsSomebody])).toBe('refused');
    expect(fixOutcome(diagnosis('faulty'), [], [nobodyCan])).toBe('faults-remain');
  });
});

describe('a fix that nobody said yes to', () => {
  it('needs a person, unless there is nothing to do', () => {
    expect(unapprovedOutcome(diagnosis('faulty'), [])).toBe('needs-person');
    expect(unapprovedOutcome(diagnosis('faulty'), [nobodyCan])).toBe('needs-person');
    expect(unapprovedOutcome(diagnosis('faulty'), [refused])).toBe('refused');
    expect(unapprovedOutcome(diagnosis('healthy'), [])).toBe('nothing-to-do');
    expect(unapprovedOutcome(diagnosis('unknown'), [])).toBe('unknown');
  });
});

describe('a dry run', () => {
  it('ends in 1 where there are repairs to make', () => {
    expect(dryRunOutcome(diagnosis('faulty'), 1, [])).toBe('planned');
    expect(dryRunOutcome(diagnosis('faulty'), 2, [needsSomebody])).toBe('planned');
    expect(dryRunOutcome(diagnosis('faulty'), 1, [needsSomebody, refused])).toBe('refused');
  });

  it('ends in 3 where none can be made without somebody else', () => {
    expect(dryRunOutcome(diagnosis('faulty'), 0, [needsSomebody])).toBe('needs-person');
    expect(dryRunOutcome(diagnosis('faulty'), 0, [needsSomebody, nobodyCan])).toBe('needs-person');
    expect(dryRunOutcome(diagnosis('faulty'), 0, [nobodyCan])).toBe('faults-remain');
    expect(dryRunOutcome(diagnosis('faulty'), 0, [nobodyCan, refused])).toBe('refused');
  });

  it('ends as a check does where nothing is found', () => {
    expect(dryRunOutcome(diagnosis('healthy'), 0, [])).toBe('nothing-to-do');
    expect(dryRunOutcome(diagnosis('unknown'), 0, [])).toBe('unknown');
  });
});
