import { describe, expect, it } from 'vitest';
import { renderPrometheus } from '../../../src/report/documents/prometheus.ts';
import { config, evidence, site } from '../../support/evidence-folder.ts';
import { diagnosisOf, STALE, STRANDED, UNREAD } from '../../support/samples.ts';

const FRONT = 'site="Front",binding="*:443:",endpoint="0.0.0.0:443"';

describe('renderPrometheus', () => {
  it('says which chain is up, which link is broken and when the certificate expires', () => {
    const lines = renderPrometheus(STRANDED).split('\n');
    expect(lines).toContain(`iis_ssl_heal_chain_up{${FRONT}} 0`);
    expect(lines).toContain(`iis_ssl_heal_link_broken{${FRONT},link="key"} 1`);
    expect(lines).toContain(`iis_ssl_heal_link_broken{${FRONT},link="certificate"} 0`);
    expect(lines.filter((line) => line.includes(FRONT) && line.includes('link="access"'))).toEqual([]);
    const expiry = Date.UTC(2027, 0, 1) / 1000;
    const series =
      /^iis_ssl_heal_certificate_not_after_timestamp_seconds\{site="Front",.*,thumbprint="[0-9A-F]{40}"\} (\d+)$/;
    expect(lines.map((line) => series.exec(line)?.[1]).filter(Boolean)).toEqual([String(expiry)]);
    expect(lines).toContain('iis_ssl_heal_findings{severity="broken"} 1');
  });

  it('has no sample for what was not read', () => {
    const text = renderPrometheus(UNREAD);
    expect(text).not.toMatch(/chain_up|not_after|link="http.sys"/);
    expect(text).toContain('iis_ssl_heal_verdict{verdict="unknown"} 1\n');
    expect(text).toContain('iis_ssl_heal_verdict{verdict="healthy"} 0\n');
  });

  it('counts a break to come as a warning of a chain that is up', () => {
    expect(renderPrometheus(STALE)).toContain(`iis_ssl_heal_chain_up{${FRONT}} 1\n`);
    expect(renderPrometheus(STALE)).toContain('iis_ssl_heal_findings{severity="warning"} 1\n');
  });

  it('keeps to the text format, whatever a site is called', () => {
    const name = 'a"b\\c';
    const text = renderPrometheus(
      diagnosisOf(evidence({ config: config([], [site(1, 'a&quot;b\\c&#10;d\u202e\u009b', ['https *:443:'])]) })),
    );
    expect(text).toContain('d\\\\u202e\\\\u009b');
    expect(text).toContain(`site="${name.replace('\\', '\\\\').replace('"', '\\"')}\\nd`);
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="([^"\\\n]|\\[\\"n])*",?)*\})? \d+)$/);
    }
  });
});
