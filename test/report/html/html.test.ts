import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/report/html/html.ts';
import { config, evidence, site } from '../../support/evidence-folder.ts';
import { diagnosisOf, HEALTHY, repairsOf, STRANDED, UNREAD } from '../../support/samples.ts';

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
