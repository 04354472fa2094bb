import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/model/repair/diagnosis.ts';
import type { Style } from '../../../src/report/terminal/style.ts';
import { renderDiagnosis } from '../../../src/report/terminal/text.ts';
import { config, evidence, have, lack, record, SHOP, site } from '../../support/evidence-folder.ts';
import {
  diagnosisOf,
  HEALTHY,
  NARROW,
  repairsOf,
  STALE,
  STRANDED,
  STRANDED_FOR_SYSTEM,
  UNREAD,
  USUAL,
  WIDE,
} from '../../support/samples.ts';

/** The lines of the text from the first one that holds `from` to the next empty one. */
function block(text: string, from: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.includes(from));
  return lines.slice(start, lines.indexOf('', start)).join('\n');
}

describe('renderDiagnosis', () => {
  it('says that all is well, one line for each binding', () => {
    expect(renderDiagnosis(HEALTHY, '', WIDE)).toBe(`✔ Healthy: 2 of 2 https bindings.
  FRONT, Windows build 17763; looked at 2026-03-01 12:00:00 +00:00 by WEB01\\olga; iis-ssl-heal 0.0.0

✔ Front, https *:443:, certificate front.example.test (1B78EB3B), 305 days left
✔ Shop, https *:443:shop.example.test, certificate shop.example.test (5042D146), 305 days left
`);
  });

  it('shows at one look which link broke and why', () => {
    const text = renderDiagnosis(STRANDED, '--lab L', USUAL);
    expect(text.split('\n')[0]).toBe('✖ Down: Front. Healthy: 1 of 2 https bindings.');
    expect(block(text, 'Front,')).toBe(`Front, https *:443:
  site ── http.sys ── certificate ──╳ key ·· access ──╳ handshake
  ✖ key: stayed in the key store of olga; SYSTEM cannot open it
  ✖ handshake: no TLS answer: connection reset`);
    expect(text).not.toMatch(/read from|owner {9}/);
    expect(text.endsWith('changed:\n  iis-ssl-heal fix --lab L\n')).toBe(true);
  });

  it.each([40, 60, 80, 120])('takes no more than %i columns, whatever a site is called', (width) => {
    const names = [
      '\u30b7\u30e7\u30c3\u30d7 \u672c\u5e97',
      'Shop \u{1f6d2}\u{1f44d}\u{1f3fd}',
      'Cafe\u0301 \u{1f1eb}\u{1f1f7}',
      '\u202eabc \u0645\u062a\u062c\u0631',
    ];
    const sites = names.map((name, index) => site(index + 1, name, [`https *:443:s${index}.example.test 1`]));
    const text = renderDiagnosis(diagnosisOf(evidence({ config: config([], sites), records: have([]) })), '', {
      color: false,
      width,
      unicode: true,
    });
    for (const line of text.split('\n'))
      if (line.trim().includes(' ')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
  });

  it('draws the same in 40 columns of ASCII, broken between links only', () => {
    const text = renderDiagnosis(STRANDED, '', NARROW);
    expect(text).toMatch(/^[ -~\n]*$/);
    expect(block(text, 'Front,')).toBe(`Front, https *:443:
  site -- http.sys -- certificate
    --X key .. access --X handshake
  X key: stayed in the key store of
      olga; SYSTEM cannot open it
  X handshake: no TLS answer: connection
      reset`);
  });

  it('tells with --verbose where each link was read, the facts by what they were read from, and the commands', () => {
    const verbose: Style = { ...USUAL, verbose: true };
    const text = renderDiagnosis(STRANDED, '', verbose, repairsOf(STRANDED));
    expect(block(text, 'Front,')).toMatch(/\n {6}read from TLS handshake with test$/);
    const facts = block(text, 'What to do:');
    expect(facts).toContain('       owner         olga\n');
    expect(facts).toMatch(/\n {7}thumbprint .*\n {7}store .*\n/);
    expect(facts).toMatch(/certutil\.exe -f -p \*{8} -exportPFX/);
    expect(text).toContain('2 SSL records: 2 of site bindings');
  });

  it('says in a few lines what to do, what is down first', () => {
    expect(block(renderDiagnosis(STRANDED, '', USUAL, repairsOf(STRANDED)), 'What to do:')).toBe(
      `What to do:
  ✖ 1. Front is down (stranded-key). The private key of front.example.test
       (1B78EB3B) stayed in the key store of olga, where SYSTEM cannot open it:
       HTTPS of Front is down.
       repair: Move the key into the machine key store (safe)`,
    );
  });

  it('tells a break to come from one that is there', () => {
    const text = renderDiagnosis(STALE, '', USUAL);
    expect(text.split('\n')[0]).toBe('! At risk at the next start of IISADMIN or another IIS 6 service: Front.');
    expect(text).toContain('  ! site ── http.sys ── certificate ── key ── access ── handshake\n');
  });

  it('never says healthy where something that decides was not read', () => {
    const text = renderDiagnosis(UNREAD, '--lab L', USUAL);
    expect(text).not.toMatch(/healthy|all is well|✔/i);
    expect(text.split('\n')[0]).toBe('? Cannot be judged: not everything that decides could be read.');
    expect(text).toContain('  site ──? http.sys ·· certificate ·· key ·· access ── handshake\n');
    expect(text).toContain('Not checked:\n  ? the SSL records of http.sys: access denied\n');
  });

  it('is not healthy either where only some faults were looked for and a link is broken', () => {
    const diagnosis: Diagnosis = { ...STRANDED, findings: [], verdict: 'healthy' };
    expect(renderDiagnosis(diagnosis, '', USUAL)).not.toMatch(/healthy/);
  });

  it('says what would mend a finding, or whose session it takes', () => {
    expect(renderDiagnosis(STRANDED, '', USUAL, repairsOf(STRANDED))).toContain(
      '       repair: Move the key into the machine key store (safe)\n',
    );
    const text = renderDiagnosis(STRANDED_FOR_SYSTEM, '--lab L', WIDE, repairsOf(STRANDED_FOR_SYSTEM));
    expect(text).toContain(
      'Next: nothing can be repaired from here. Needed: olga (S-1-5-21-1-2-3-1001), to run\n  iis-ssl-heal fix --only stranded-key --lab L\n',
    );
  });

  it('does not send to fix where nothing is repaired', () => {
    const expired = diagnosisOf(evidence({ storeMy: have([]) }));
    expect(renderDiagnosis(expired, '--lab L', USUAL, repairsOf(expired))).toMatch(
      /Next: nothing of this is repaired from here\. When it is mended, look again:\n {2}iis-ssl-heal check --lab L\n$/,
    );
  });

  it('sends the reader of an evidence folder to the server', () => {
    const text = renderDiagnosis(STRANDED, '--from E', WIDE);
    expect(text.endsWith('On the server itself, in an elevated prompt, run\n  iis-ssl-heal fix\n')).toBe(true);
  });

  it('counts what is fine where there are many bindings, and draws the rest', () => {
    const hosts = Array.from({ length: 30 }, (_, index) => `h${index}.example.test`);
    const sites = hosts.map((host, index) => site(index + 1, host, [`https *:443:${host} 1`]));
    const healthy = HEALTHY.evidence.records.known ? HEALTHY.evidence.records.value[1] : undefined;
    const records = hosts
      .slice(1)
      .map((host) => record('sni', `${host}:443`, { thumbprint: healthy?.thumbprint ?? '' }));
    const from = evidence({
      config: config([], sites),
      records: { known: true, value: records, source: { kind: 'file', path: 'test' } },
      storeMy: have([{ ...SHOP, facts: { ...SHOP.facts, names: ['*.example.test'] } }]),
      handshakes: new Map(),
    });
    const text = renderDiagnosis(diagnosisOf(from), '', WIDE);
    expect(text).toContain(
      '✔ 29 https site bindings: nothing wrong was seen; for 29 of them the handshake was not checked',
    );
    expect(text.match(/^ {2}site /gm)).toHaveLength(1);
  });

  it('colours nothing but words, and no signs of a server reach the terminal', () => {
    const colored = renderDiagnosis(STRANDED, '', { ...USUAL, color: true });
    expect(colored).toContain('\u001b[31m');
    expect(stripVTControlCharacters(colored)).toBe(renderDiagnosis(STRANDED, '', USUAL));
    const hostile = diagnosisOf(evidence({ records: lack('\u001b]0;title\u0007') }));
    expect(renderDiagnosis(hostile, '', USUAL)).not.toMatch(/[^\n -~·─✔✖╳]/);
  });
});
