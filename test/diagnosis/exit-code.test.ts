import { describe, expect, it } from 'vitest';
import {
  checkExitCode,
  dryRunExitCode,
  EXIT,
  type ExitCode,
  firstOf,
  fixExitCode,
  unapprovedExitCode,
} from '../../src/diagnosis/exit-code.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Blocked } from '../../src/model/plan.ts';
import type { PlanReport } from '../../src/model/run-report.ts';
import { evidence } from '../support/evidence-folder.ts';

const finding = { id: 'x' } as Finding;
const diagnosis = (verdict: Diagnosis['verdict']): Diagnosis => ({
  evidence: evidence(),
  chains: [],
  found: [],
  findings: verdict === 'faulty' ? [finding] : [],
  notChecked: [],
  verdict,
});
const report = (verdict: PlanReport['verdict']) => ({ verdict }) as PlanReport;
const needsSomebody: Blocked = { blocked: true, why: 'x', who: 'olga' };
const nobodyCan: Blocked = { blocked: true, why: 'x' };
const refused: Blocked = { blocked: true, why: 'x', refused: true, who: 'x' };

describe('the order of exit codes', () => {
  it('is 70, 6, 5, 7, 3, 1, 4, 0: of any several, the first of these', () => {
    const order: readonly ExitCode[] = [70, 6, 5, 7, 3, 1, 4, 0];
    for (const [index, code] of order.entries()) {
      expect(firstOf(order.slice(index))).toBe(code);
      expect(firstOf(order.slice(index).toReversed())).toBe(code);
    }
    expect(firstOf([])).toBe(0);
    expect(EXIT).toEqual({
      healthy: 0,
      faults: 1,
      usage: 2,
      person: 3,
      notChecked: 4,
      rolledBack: 5,
      halfDone: 6,
      refused: 7,
      internal: 70,
    });
  });
});

describe('a check', () => {
  it('ends in 0, 1 or 4', () => {
    expect((['healthy', 'faulty', 'unknown'] as const).map((verdict) => checkExitCode(diagnosis(verdict)))).toEqual([
      0, 1, 4,
    ]);
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
    expect(fixExitCode(diagnosis('healthy'), [report(verdict)], [])).toBe(code);
  });

  it('is decided by the second diagnosis, and never made better by a plan', () => {
    expect(fixExitCode(diagnosis('faulty'), [report('healed')], [])).toBe(1);
    expect(fixExitCode(diagnosis('unknown'), [report('healed')], [])).toBe(4);
    expect(fixExitCode(diagnosis('faulty'), [report('rolled-back'), report('half-done')], [])).toBe(6);
    expect(fixExitCode(diagnosis('healthy'), [], [])).toBe(0);
  });

  it('counts what is blocked: somebody else is needed, this server is refused, or nobody can help', () => {
    expect(fixExitCode(diagnosis('faulty'), [report('healed')], [needsSomebody])).toBe(3);
    expect(fixExitCode(diagnosis('faulty'), [report('healed')], [refused, needsSomebody])).toBe(7);
    expect(fixExitCode(diagnosis('faulty'), [], [nobodyCan])).toBe(1);
  });
});

describe('a fix that nobody said yes to', () => {
  it('needs a person, unless there is nothing to do', () => {
    expect(unapprovedExitCode(diagnosis('faulty'), [])).toBe(3);
    expect(unapprovedExitCode(diagnosis('faulty'), [nobodyCan])).toBe(3);
    expect(unapprovedExitCode(diagnosis('faulty'), [refused])).toBe(7);
    expect(unapprovedExitCode(diagnosis('healthy'), [])).toBe(0);
    expect(unapprovedExitCode(diagnosis('unknown'), [])).toBe(4);
  });
});

describe('a dry run', () => {
  it('ends in 1 where there are repairs to make', () => {
    expect(dryRunExitCode(diagnosis('faulty'), 1, [])).toBe(1);
    expect(dryRunExitCode(diagnosis('faulty'), 2, [needsSomebody])).toBe(1);
    expect(dryRunExitCode(diagnosis('faulty'), 1, [needsSomebody, refused])).toBe(7);
  });

  it('ends in 3 where none can be made without somebody else', () => {
    expect(dryRunExitCode(diagnosis('faulty'), 0, [needsSomebody])).toBe(3);
    expect(dryRunExitCode(diagnosis('faulty'), 0, [needsSomebody, nobodyCan])).toBe(3);
    expect(dryRunExitCode(diagnosis('faulty'), 0, [nobodyCan])).toBe(1);
    expect(dryRunExitCode(diagnosis('faulty'), 0, [nobodyCan, refused])).toBe(7);
  });

  it('ends as a check does where nothing is found', () => {
    expect(dryRunExitCode(diagnosis('healthy'), 0, [])).toBe(0);
    expect(dryRunExitCode(diagnosis('unknown'), 0, [])).toBe(4);
  });
});
