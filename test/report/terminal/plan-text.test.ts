import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import type { Plan } from '../../../src/model/repair/plan.ts';
import { renderList } from '../../../src/report/terminal/list-text.ts';
import { renderBlocked, renderPlan } from '../../../src/report/terminal/plan-text.ts';
import { showAction } from '../../../src/steps/shown-action.ts';
import { NARROW, repairsOf, STALE, STRANDED, STRANDED_FOR_SYSTEM, USUAL } from '../../support/samples.ts';

const firstPlan = (of: Parameters<typeof repairsOf>[0]) => repairsOf(of).plans[0] as Plan;

describe('renderPlan', () => {
  it('shows every command word for word, however narrow the terminal', () => {
    const plan = firstPlan(STRANDED);
    const lines = renderPlan(plan, 'C:\\Windows', NARROW).split('\n');
    for (const { do: action, undo } of plan.steps) {
      expect(lines).toContain(`     ${showAction(action, 'C:\\Windows')}`);
      if (typeof undo === 'object' && 'do' in undo) {
        expect(lines).toContain(`     undo: ${showAction(undo.do, 'C:\\Windows')}`);
      }
    }
    for (const action of plan.cleanup) expect(lines).toContain(`     ${showAction(action, 'C:\\Windows')}`);
  });

  it('says what it is for, its risk and what it does to others', () => {
    const text = renderPlan(firstPlan(STRANDED), 'C:\\Windows', USUAL);
    expect(text.split('\n').slice(0, 4).join('\n')).toMatch(
      /^Move the key into the machine key store\n {2}for certificate front\.example\.test \([0-9A-F]{8}\)\n {2}risk: safe/,
    );
    expect(text).toContain('  - New connections to 0.0.0.0:443 fail for a moment.\n');
    expect(text).toContain('********');
  });

  it('shows an edit of the configuration line by line, and none that was made for another text', () => {
    const { config } = STALE.evidence;
    if (!config.known) throw new Error(config.why);
    expect(renderPlan(firstPlan(STALE), 'C:\\Windows', USUAL, config.value)).toContain(`
       line 4:
       -         <customMetadata>
       -             <key path="LM/W3SVC/1">
       -                 <property id="5506" dataType="Binary" value="442jqCFFZ77jBhZ7QYHKXuK9drc=" />
       -             </key>
       -         </customMetadata>
       +         <customMetadata />
`);
    const other = { ...config.value, sha256: '0'.repeat(64) };
    expect(renderPlan(firstPlan(STALE), 'C:\\Windows', USUAL, other)).not.toContain('line 4');
  });
});

describe('renderBlocked', () => {
  it('says why, whose session it takes and the exact command', () => {
    const { finding, blocked } = repairsOf(STRANDED_FOR_SYSTEM).blocked[0]!;
    const text = renderBlocked(finding, blocked, '--lab L', USUAL);
    expect(text.slice(text.indexOf('  why'))).toBe(`  why: the key is protected for olga; SYSTEM cannot open it
  needed: olga (S-1-5-21-1-2-3-1001)
  run there:
    iis-ssl-heal fix --only stranded-key --lab L
  or register a task that moves it when olga logs on next:
    iis-ssl-heal schedule install --owner --lab L
`);
    expect(renderBlocked(finding, { blocked: true, refused: true, why: 'shared' }, '', USUAL)).toMatch(/^Refused: /);
  });
});

describe('renderList', () => {
  it('names every playbook with its symptom and its repair', () => {
    const text = renderList(playbooks, { ...USUAL, width: 500 });
    for (const { id, title, symptom, remedy } of playbooks) {
      expect(text).toContain(`${id}: ${title}\n  symptom: ${symptom}\n  repair:  ${remedy}\n`);
    }
  });
});
