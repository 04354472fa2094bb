import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/repair/plan.ts';
import { renderOutcome } from '../../../src/report/terminal/outcome-text.ts';
import {
  doneReport,
  HEALTHY,
  repairsOf,
  reportOf,
  STALE,
  STRANDED,
  STRANDED_FOR_SYSTEM,
  UNREAD,
  WIDE,
} from '../../support/samples.ts';

const move = repairsOf(STRANDED).plans[0] as Plan;
const strip = repairsOf(STALE).plans[0] as Plan;

describe('renderOutcome', () => {
  it('says what was healed, what proved it, where the copy is and how to undo', () => {
    const text = renderOutcome(
      { runId: '20260301T120000Z', plans: [doneReport(strip)], blocked: [], after: HEALTHY, outcome: 'healed' },
      '--lab L',
      WIDE,
    );
    expect(text).toMatch(
      /^✔ Healed: .*\n\nStrip the certificate hash from customMetadata \(customMetadata LM\/W3SVC\/1\)\n {2}✔ healed\n {4}copy kept: C:\\ProgramData\\iis-ssl-heal\\backups\\applicationHost\.[0-9a-f]{12}\.config\n {4}✔ TLS handshake with 0\.0\.0\.0:443: TLSv1\.3, certificate [0-9A-F]{8}\n\nTo take it back:\n {2}iis-ssl-heal undo 20260301T120000Z --lab L\n$/,
    );
  });

  it('names the step that failed and what was taken back, and offers no undo of nothing', () => {
    const failed = reportOf(move, 'rolled-back', ['already-so', 'undone', 'done', 'done', 'failed'], 'access denied');
    const text = renderOutcome(
      { runId: 'R', plans: [failed], blocked: [], after: STRANDED, outcome: 'rolled-back' },
      '',
      WIDE,
    );
    expect(text).toContain('    taken back: Export the certificate with its key to a transfer file\n');
    expect(text).toContain('    failed: Delete the store entry LocalMachine\\MY (its key stays) (access denied)\n');
    expect(text).toContain('    ✖ TLS handshake with 0.0.0.0:443: no TLS answer: connection reset');
    expect(text).not.toContain('undo');
  });

  it('names what is left where taking back failed', () => {
    const half = reportOf(move, 'half-done', ['already-so', 'undo-failed', 'done', 'done', 'failed'], 'access denied');
    const text = renderOutcome(
      { runId: 'R', plans: [half], blocked: [], after: STRANDED, outcome: 'half-done' },
      '',
      WIDE,
    );
    expect(text).toContain('    NOT taken back: Export the certificate with its key to a transfer file\n');
    expect(text).toContain('  iis-ssl-heal undo R\n');
  });

  it('says whose session it takes, and forgets it where another repair has mended it', () => {
    const { blocked } = repairsOf(STRANDED_FOR_SYSTEM);
    expect(renderOutcome({ plans: [], blocked, outcome: 'needs-person' }, '', WIDE)).toContain(
      '  needed: olga (S-1-5-21-1-2-3-1001)\n',
    );
    expect(
      renderOutcome({ runId: 'R', plans: [], blocked, after: HEALTHY, outcome: 'healed' }, '', WIDE),
    ).not.toContain('olga');
  });

  it('names faults that no plan was about', () => {
    const text = renderOutcome(
      { plans: [doneReport(strip)], blocked: [], after: STRANDED, outcome: 'faults-remain' },
      '',
      WIDE,
    );
    expect(text).toContain('✖ The private key of front.example.test (1B78EB3B) stayed in the key store of olga');
  });

  it('does not say healthy where something was not read', () => {
    const text = renderOutcome({ plans: [], blocked: [], after: UNREAD, outcome: 'unknown' }, '', WIDE);
    expect(text).not.toMatch(/healthy|nothing is wrong/i);
    expect(text).toContain('Not checked:\n');
  });
});
