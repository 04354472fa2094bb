import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/repair/plan.ts';
import type { PlanReport, RunReport } from '../../../src/model/run/run-report.ts';
import { notApplied } from '../../../src/model/run/run-report.ts';
import { renderOutcome } from '../../../src/report/terminal/outcome-text.ts';
import { endInWords, reliefOf, saidNo } from '../../../src/report/words/answers.ts';
import { doneReport, HEALTHY, repairsOf, reportOf, STALE, STRANDED, WIDE } from '../../support/samples.ts';

const PLAIN = { ...WIDE, color: false };
const move = repairsOf(STRANDED).plans[0] as Plan;
const strip = repairsOf(STALE).plans[0] as Plan;

/** The same fault at a moment when HTTPS works again. */
const later = {
  ...STRANDED,
  findings: STRANDED.findings.map((finding) => ({
    ...finding,
    severity: 'warning' as const,
    breaks: 'at the next reboot',
  })),
};
const relieved: PlanReport = { ...doneReport(move), verdict: 'still-broken', detail: 'will stop' };

const run = (changes: Partial<RunReport>): RunReport => ({
  runId: 'R',
  plans: [],
  blocked: [],
  after: HEALTHY,
  outcome: 'needs-person',
  ...changes,
});

describe('the end in words', () => {
  it('counts what was made, and tells what was declined and what stays as it is', () => {
    const report = run({ plans: [doneReport(strip), notApplied(move)], after: STRANDED });
    expect(endInWords(report, true)).toBe(
      '1 of 2 made. You said no to "Move the key into the machine key store"; still down: Front.',
    );
    const text = renderOutcome(report, '', PLAIN, true);
    expect(text).toMatch(/^! 1 of 2 made\. /);
  });

  it('is that of the outcome where nobody was asked, and where anything failed', () => {
    const declined = [doneReport(strip), notApplied(move)];
    expect(endInWords(run({ plans: declined, after: STRANDED }), false)).toBeUndefined();
    const failed = [...declined, reportOf(move, 'rolled-back', ['failed'], 'access denied')];
    expect(endInWords(run({ plans: failed, outcome: 'rolled-back' }), true)).toBeUndefined();
    expect(endInWords(run({ plans: declined, outcome: 'unknown' }), true)).toBeUndefined();
    expect(endInWords(run({ plans: [doneReport(strip)], outcome: 'healed' }), true)).toBeUndefined();
  });

  it('calls relief what works again and will break again', () => {
    expect(reliefOf(relieved, later)).toBe('it works until the next reboot');
    const until = (breaks?: string) =>
      reliefOf(relieved, {
        ...later,
        findings: later.findings.map(({ breaks: _, ...each }) => ({ ...each, ...(breaks && { breaks }) })),
      });
    expect([until('on 2027-01-01'), until()]).toEqual(['it works until 2027-01-01', 'it works for now']);
    const report = run({ plans: [relieved], after: later, outcome: 'faults-remain' });
    const text = renderOutcome(report, '', PLAIN);
    expect(text).toMatch(/^! 1 of 1 made, as relief: it works until the next reboot\. Still /);
    expect(text).toContain('  ! relief: it works until the next reboot\n');
    expect(text).not.toMatch(/Faults remain|still broken/);
    expect(
      endInWords(run({ plans: [relieved, doneReport(strip)], after: later, outcome: 'faults-remain' }), false),
    ).toMatch(/^2 of 2 made, 1 of them as relief: /);
  });

  it('calls nothing relief that was not down, is still down, or did not come to its end', () => {
    expect(reliefOf(relieved, STRANDED)).toBeUndefined();
    expect(reliefOf(relieved, HEALTHY)).toBeUndefined();
    expect(reliefOf({ ...relieved, verdict: 'rolled-back' }, later)).toBeUndefined();
    const risky = { ...move, finding: { ...move.finding, severity: 'warning' as const } };
    expect(reliefOf({ ...relieved, plan: risky }, later)).toBeUndefined();
  });

  it('says who stopped it, and that it was taken back', () => {
    const stopped: PlanReport = {
      ...reportOf(move, 'rolled-back', ['undone', 'not-reached'], 'stopped by you'),
      stopped: true,
    };
    const text = renderOutcome(run({ plans: [stopped], after: STRANDED, outcome: 'rolled-back' }), '', PLAIN, true);
    expect(text).toMatch(/^! Stopped by you; taken back\.\n/);
    expect(text).toContain('  ! stopped by you, and taken back\n');
    expect(text).not.toMatch(/fail/i);
    const one = run({ plans: [doneReport(strip), stopped], outcome: 'rolled-back' });
    expect(endInWords(one, true)).toBe('Stopped by you; taken back. 1 of 2 made.');
    const before: PlanReport = { ...reportOf(move, 'nothing-done', [], 'stopped by you'), stopped: true };
    expect(endInWords(run({ plans: [before] }), true)).toBe('Stopped by you; nothing had to be taken back.');
    expect(
      endInWords(run({ plans: [{ ...stopped, verdict: 'half-done' }], outcome: 'half-done' }), true),
    ).toBeUndefined();
  });

  it('tells of a no where nothing is left of it', () => {
    expect(saidNo([strip], HEALTHY)).toBe('You said no to "Strip the certificate hash from customMetadata".');
  });
});
