import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/repair/plan.ts';
import { renderQuestion, renderSession } from '../../../src/report/terminal/question-text.ts';
import { repairsOf, STALE, STRANDED, STRANDED_FOR_SYSTEM, WIDE } from '../../support/samples.ts';

const PLAIN = { ...WIDE, color: false, width: 200 };
const move = repairsOf(STRANDED).plans[0] as Plan;
const finding = move.finding;

describe('renderQuestion', () => {
  it('says which repair it is, of how many, what it is about, how that fares, and what to know', () => {
    expect(renderQuestion({ finding, plan: move, number: 2, of: 3 }, STRANDED, PLAIN)).toBe(`
Repair 2 of 3 (Front is down now): Move the key into the machine key store
  ${finding.message}
  risk: safe
${move.effects.map((effect) => `  - ${effect}\n`).join('')}`);
  });

  it('says at a choice what it is about, and of what was said yes to before only that', () => {
    expect(renderQuestion({ finding, number: 1, of: 1 }, STRANDED, PLAIN)).toBe(
      `\nRepair 1 of 1 (Front is down now): there is something to choose\n  ${finding.message}\n`,
    );
    expect(renderQuestion({ finding, plan: move, number: 2, of: 2, byAll: true }, STRANDED, PLAIN)).toBe(
      '\nRepair 2 of 2 (Front is down now): Move the key into the machine key store\n  Yes, by your answer "all".\n',
    );
  });

  it.each([80, 60])('leaves room for the answers at %d columns, and says that there is more to know', (width) => {
    const effects = Array.from(
      { length: 9 },
      (_, index) => `Effect ${index}: ${'somebody may notice this '.repeat(3)}`,
    );
    const plan = { ...move, effects, covers: [...move.covers, 'other'] };
    const text = renderQuestion({ finding, plan, number: 1, of: 1 }, STRANDED, { ...PLAIN, width });
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(text).toContain('  risk: safe; it mends 1 more of what was found\n');
    const told = text.match(/Effect \d/g)?.length ?? 0;
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`- ${9 - told} more to know: "Show the commands" tells it.`);
  });
});

describe('renderSession', () => {
  it('names in short what will be asked for, and says when anything is changed', () => {
    expect(renderSession(STALE, repairsOf(STALE), PLAIN).split('\n')).toEqual([
      expect.stringMatching(/^. (Down|At risk|Healthy)/),
      expect.stringContaining('looked at'),
      '',
      expect.stringMatching(/^ {2}1\. .* \(stale-hash\)\.$/),
      '     repair: Strip the certificate hash from customMetadata (safe)',
      '',
      'Nothing is changed before the last answer.',
      '',
    ]);
  });

  it('says of what is not asked for what it is and why, and promises nothing then', () => {
    const text = renderSession(STRANDED_FOR_SYSTEM, repairsOf(STRANDED_FOR_SYSTEM), PLAIN).replaceAll(/\s+/g, ' ');
    expect(text).toContain(`(stranded-key). ${STRANDED_FOR_SYSTEM.findings[0]?.message}`);
    expect(text).toContain('no repair from here');
    expect(text).not.toContain('last answer');
  });

  it('says of what has several ways out that it will be asked for', () => {
    const open = new Set(STRANDED_FOR_SYSTEM.findings.map(({ id }) => id));
    const text = renderSession(STRANDED_FOR_SYSTEM, repairsOf(STRANDED_FOR_SYSTEM), PLAIN, open);
    expect(text).toContain('     you will be asked: the key is protected');
    expect(text).toContain('Nothing is changed before the last answer.');
  });

  it('tells at most a screen or two', () => {
    const many = { ...STALE, findings: Array.from({ length: 60 }, () => STALE.findings[0]!) };
    const text = renderSession(many, repairsOf(STALE), PLAIN);
    expect(text).toContain('  ... and 40 more.\n');
    expect(text.split('\n').length).toBeLessThan(50);
  });
});
