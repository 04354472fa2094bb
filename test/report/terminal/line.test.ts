import { describe, expect, it } from 'vitest';
import { checkOutcome } from '../../../src/diagnosis/outcome.ts';
import type { Diagnosis } from '../../../src/model/repair/diagnosis.ts';
import { notApplied } from '../../../src/model/run/run-report.ts';
import { checkLine, fixLine, oneLine } from '../../../src/report/terminal/line.ts';
import { config, evidence, have, metadataKey, site, stranded } from '../../support/evidence-folder.ts';
import {
  diagnosisOf,
  HEALTHY,
  repairsOf,
  STALE,
  STRANDED,
  STRANDED_FOR_SYSTEM,
  UNREAD,
} from '../../support/samples.ts';

const lineOf = (diagnosis: Diagnosis) => checkLine(diagnosis, checkOutcome(diagnosis));

/** The name of the first site, as applicationHost.config may have it. */
const named = (name: string) =>
  diagnosisOf(evidence({ config: config([], [site(1, name, ['https *:443:'])]), records: have([]) }));

describe('the line of a check', () => {
  it.each([
    ['healthy', HEALTHY, 'healthy: 2 of 2 https bindings\n'],
    ['broken', STRANDED, 'faulty: 1 broken, 0 warnings; certificate front.example.test (1B78EB3B) key-stranded\n'],
    ['at risk', STALE, 'faulty: 0 broken, 1 warning; customMetadata LM/W3SVC/1 no-such-certificate\n'],
    ['without a site', diagnosisOf(evidence({ config: config([], []) })), 'healthy: 0 of 0 https bindings\n'],
  ])('of a server that is %s', (_name, diagnosis, line) => {
    expect(lineOf(diagnosis)).toBe(line);
  });

  it('of a server that was not read names what was not seen', () => {
    expect(lineOf(UNREAD)).toMatch(
      /^unknown: not seen: Front, Shop; not checked: the SSL records of http.sys \(access denied\); /,
    );
  });

  it('names the code of its own link where two faults strike one endpoint', () => {
    const both = stranded({ config: config([metadataKey('LM/W3SVC/1', [[5506, '442jqCFFZ77jBhZ7QYHKXuK9drc=']])]) });
    expect(lineOf(diagnosisOf(both))).toMatch(/ no-such-certificate; certificate front\S+ \(\w+\) key-stranded\n$/);
  });

  it('never says healthy where an earlier run was left', () => {
    expect(checkLine(HEALTHY, 'faults-remain')).toBe(
      'faulty: 0 broken, 0 warnings; an earlier run was cut off or left half done\n',
    );
  });

  it('escapes what is not ASCII, what begins performance data or a part, and its own sign', () => {
    const line = lineOf(named('Caf\u00e9|\u{1f6d2};a&#10;b\\u0041&quot;'));
    expect(line).toContain('Caf\\u00e9\\u007c\\ud83d\\uded2\\u003ba\\u000ab\\\\u0041"');
    expect(line).toMatch(/^faulty: [ -~]+\n$/);
    expect(line).not.toContain('|');
  });

  it.each(['x', '\u00e9', '\u{1f6d2}', '\\', '|'])('is short whatever is long: %j', (sign) => {
    const line = lineOf(named(sign.repeat(65_536)));
    expect(line.length).toBeLessThanOrEqual(2000);
    // Cut between signs, never within an escape.
    expect(line).toMatch(/^(?:[ -[\]-~]|\\\\|\\u[0-9a-f]{4})*\n$/);
  });
});

describe('one line', () => {
  it('says how much more there is, and takes no more than 2,000 characters with its end', () => {
    for (const count of [0, 1, 2, 9, 100, 10_000])
      for (const length of [1, 100, 240, 241, 5000]) {
        const line = oneLine(
          'faulty',
          Array.from({ length: count }, () => 'y'.repeat(length)),
        );
        expect(line.length).toBeLessThanOrEqual(2000);
        const shown = line.split('; ').filter((part) => part.includes('yy') || /\by\b/.test(part)).length;
        const more = Number(/; and (\d+) more\n$/.exec(line)?.[1] ?? 0);
        expect(shown + more).toBe(count);
      }
    expect(oneLine('nothing-to-do', [])).toBe('nothing-to-do\n');
  });
});

describe('the line of a fix', () => {
  const plans = repairsOf(STRANDED).plans;
  const id = STRANDED.findings[0]?.id ?? '';

  it('names the run and what it has healed', () => {
    const report = { plans: plans.map((plan) => ({ ...notApplied(plan), verdict: 'healed' as const })), blocked: [] };
    expect(fixLine({ ...report, runId: '0001-20260302T090000Z', outcome: 'healed' })).toBe(
      `healed: 0001-20260302T090000Z ${id}\n`,
    );
  });

  it('names what was only shown, what failed and why, what is blocked and what is left', () => {
    const shown = { plans: plans.map(notApplied), blocked: [] };
    expect(fixLine({ ...shown, outcome: 'planned' })).toBe(`planned: ${id}\n`);
    expect(fixLine({ ...shown, outcome: 'faults-remain' })).toBe(`faults-remain: not done: ${id}\n`);
    const failed = plans.map((plan) => ({ ...notApplied(plan), verdict: 'rolled-back' as const, detail: 'no space' }));
    expect(fixLine({ plans: failed, blocked: [], runId: '0002', outcome: 'rolled-back' })).toBe(
      `rolled-back: 0002; rolled-back: ${id} (no space)\n`,
    );
    const { blocked } = repairsOf(STRANDED_FOR_SYSTEM);
    expect(fixLine({ plans: [], blocked, outcome: 'needs-person' })).toMatch(
      new RegExp(`^needs-person: blocked: ${id} \\(.+\\)\n$`),
    );
    expect(fixLine({ plans: [], blocked: [], after: STALE, outcome: 'faults-remain' })).toBe(
      `faults-remain: left: ${STALE.findings[0]?.id}\n`,
    );
    expect(fixLine({ plans: [], blocked: [], outcome: 'nothing-to-do' })).toBe('nothing-to-do\n');
  });
});
