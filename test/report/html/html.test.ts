import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../../src/report/html/escape.ts';
import { renderHtml } from '../../../src/report/html/html.ts';
import { repairWords } from '../../../src/report/terminal/to-do-text.ts';
import { headingOf } from '../../../src/report/words/heading.ts';
import { healthyWords } from '../../../src/report/words/healthy-words.ts';
import { undoWords } from '../../../src/report/words/undo-words.ts';
import { showAction } from '../../../src/steps/shown-action.ts';
import { config, evidence, metadataKey, site } from '../../support/evidence-folder.ts';
import {
  diagnosisOf,
  HEALTHY,
  repairsOf,
  STALE,
  STRANDED,
  STRANDED_FOR_SYSTEM,
  UNREAD,
} from '../../support/samples.ts';

/** What a person reads. */
const textOf = (html: string): string =>
  html
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

describe('renderHtml', () => {
  it('draws the six links of every chain with their states', () => {
    const html = renderHtml(STRANDED, repairsOf(STRANDED), 'this server');
    const states = [...html.matchAll(/<li class="(\w+)">.*<span class="box" title="\w+">. ([\w.]+)</g)].map(
      ([, state, name]) => `${name} ${state}`,
    );
    expect(states.slice(0, 6)).toEqual([
      'site ok',
      'http.sys ok',
      'certificate ok',
      'key broken',
      'access skipped',
      'handshake broken',
    ]);
    expect(states).toHaveLength(6);
    expect(html).toContain('<h1 class="broken">✖ Down: Front. Healthy: 1 of 2 https bindings.</h1>');
  });

  it('stands in the order of need: what is down, server, what to do, what is broken, then the rest, folded', () => {
    const html = renderHtml(STRANDED, repairsOf(STRANDED), 'this server');
    const marks = [
      'Down: Front. Healthy: 1 of 2 https bindings.</h1>',
      headingOf(STRANDED),
      '<h2>What to do',
      '<h2>Bindings with something to say',
      '<summary>1 https binding with nothing wrong</summary>',
      '<summary>2 SSL records: 2 of site bindings</summary>',
      '<h2>What these words mean',
    ];
    const body = html.slice(html.indexOf('<body>'));
    const places = marks.map((mark) => body.indexOf(mark));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('says of each fault what to do: the repair, its risk, each step with its command and its undo, and what it touches', () => {
    const repairs = repairsOf(STRANDED);
    const plan = repairs.plans[0]!;
    const text = textOf(renderHtml(STRANDED, repairs, 'this server'));
    const { systemRoot } = STRANDED.evidence.places;
    expect(text).toContain('✖ 1. Front is down');
    expect(text).toContain(`repair: ${plan.title} (${plan.risk})`);
    for (const { title, do: action, undo } of plan.steps)
      expect(text).toContain(`${title} ${showAction(action, systemRoot)} ${undoWords(undo, systemRoot)}`);
    for (const effect of plan.effects) expect(text).toContain(effect);
    expect(text).toContain('Verified afterwards by a TLS handshake with 0.0.0.0:443.');
  });

  it('shows what is changed in applicationHost.config line by line', () => {
    const html = renderHtml(STALE, repairsOf(STALE), 'this server');
    expect(html).toMatch(/<pre>line \d+:\n<span class="broken">- .*<\/span>/);
    expect(html).toMatch(/<span class="broken">- .*5506.*<\/span>/);
  });

  it('shows a plan that mends many faults once, and names it at the others: a page grows with its faults, not with their square', () => {
    const size = (count: number) => {
      const entries = Array.from({ length: count }, (_, site) =>
        metadataKey(`LM/W3SVC/${site + 1}`, [[5506, '442jqCFFZ77jBhZ7QYHKXuK9drc=']]),
      );
      const sites = entries.map((_, index) => site(index + 1, `Site ${index + 1}`, [`https *:${444 + index}:`]));
      const diagnosis = diagnosisOf(evidence({ config: config(entries, sites) }));
      const stale = diagnosis.findings.filter(({ playbook }) => playbook === 'stale-hash');
      const html = renderHtml(diagnosis, repairsOf(diagnosis), 'this server');
      expect(stale).toHaveLength(count);
      expect(html.split('Strip the certificate hash').length - 1).toBe(count);
      expect(html.split('5506&quot;').length - 1).toBeLessThan(3 * count);
      return html.length;
    };
    const [few, many] = [size(10), size(100)];
    expect(many / few).toBeLessThan(11);
  });

  it('tells thousands of one kind all, the first of them whole and the others in a line each', () => {
    const page = (count: number) => {
      const sites = Array.from({ length: count }, (_, index) =>
        site(index + 1, `Site ${index + 1}`, [`https *:${444 + index}:`]),
      );
      const diagnosis = diagnosisOf(evidence({ config: config([], sites) }));
      const html = renderHtml(diagnosis, repairsOf(diagnosis), 'this server', '--from folder');
      expect(diagnosis.findings).toHaveLength(count);
      for (const { message } of diagnosis.findings) expect(html).toContain(escapeHtml(message));
      return html;
    };
    expect(page(50)).not.toContain('more, found by');
    const many = page(250);
    expect(many).toContain('<summary>200 more, found by lost-binding</summary>');
    expect(many).toContain('<summary>200 more bindings: broken</summary>');
    expect(many).toContain('<code>iis-ssl-heal check --json --from folder</code>');
    // What a line costs, with its binding's.
    expect((many.length - page(50).length) / 200).toBeLessThan(1000);
  });

  it('says why nothing is repaired from here, who can, and the command for that person and this target', () => {
    const repairs = repairsOf(STRANDED_FOR_SYSTEM);
    const { blocked } = repairs.blocked[0]!;
    const html = renderHtml(STRANDED_FOR_SYSTEM, repairs, 'a lab', '--lab here');
    expect(textOf(html)).toContain(repairWords(blocked));
    expect(repairWords(blocked)).toContain(blocked.who!);
    expect(textOf(html)).toContain(`run there: ${blocked.command} --lab here`);
    expect(textOf(html)).toContain(`${blocked.instead!.says}: ${blocked.instead!.command} --lab here`);
  });

  it('folds what is in order, one line each', () => {
    const html = renderHtml(HEALTHY, repairsOf(HEALTHY), 'L');
    expect(html).toContain('<details>\n<summary>2 https bindings with nothing wrong</summary>');
    for (const chain of HEALTHY.chains)
      expect(html).toContain(`</span> ${escapeHtml(healthyWords(chain, HEALTHY.evidence.collectedAt))}</li>`);
  });

  it('needs nothing from anywhere and runs nothing', () => {
    const html = renderHtml(STRANDED, repairsOf(STRANDED), 'this server');
    expect(html).not.toMatch(/<script|<link|<img|\ssrc=|\shref=|\son\w+=|url\(|@import|https?:\/\//i);
  });

  it('lets nothing that a server says become markup', () => {
    const hostile = `<img src=x onerror=alert(1)>"'&`;
    const attribute = hostile.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
    const diagnosis = diagnosisOf(evidence({ config: config([], [site(1, attribute, ['https *:443:'])]) }));
    const html = renderHtml(diagnosis, repairsOf(diagnosis), hostile);
    expect(diagnosis.chains[0]?.site.name).toBe(hostile);
    expect(html).not.toContain('<img');
    expect(html.split('&lt;img src=x onerror=alert(1)&gt;&quot;&apos;&amp;').length).toBeGreaterThan(2);
  });

  it('never says healthy where something that decides was not read', () => {
    expect(renderHtml(UNREAD, repairsOf(UNREAD), 'L')).not.toMatch(/healthy/i);
    expect(renderHtml(HEALTHY, repairsOf(HEALTHY), 'L')).toContain('Healthy: 2 of 2');
  });
});
