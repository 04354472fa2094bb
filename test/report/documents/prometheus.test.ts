import { describe, expect, it } from 'vitest';
import { renderPrometheus } from '../../../src/report/documents/prometheus.ts';
import {
  certificate,
  config,
  evidence,
  FRONT as FRONT_CERTIFICATE,
  FRONT_KEY,
  FRONT_RECORD,
  have,
  met,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  site,
} from '../../support/evidence-folder.ts';
import { diagnosisOf, HEALTHY, STALE, STRANDED, UNREAD } from '../../support/samples.ts';

const FRONT = 'site="Front",binding="*:443:",endpoint="0.0.0.0:443"';

describe('renderPrometheus', () => {
  it('says which chain is up, which link is broken and when the certificate expires', () => {
    const lines = renderPrometheus(STRANDED).split('\n');
    expect(lines).toContain(`iis_ssl_heal_chain_up{${FRONT}} 0`);
    expect(lines).toContain(`iis_ssl_heal_link_broken{${FRONT},link="key"} 1`);
    expect(lines).toContain(`iis_ssl_heal_link_broken{${FRONT},link="certificate"} 0`);
    expect(lines.filter((line) => line.includes(FRONT) && line.includes('link="access"'))).toEqual([]);
    const seconds = (...day: [number, number, number]) => Date.UTC(...day) / 1000;
    expect(lines).toContain(`iis_ssl_heal_certificate_not_after_timestamp_seconds{${FRONT}} ${seconds(2027, 0, 1)}`);
    expect(lines).toContain(`iis_ssl_heal_certificate_not_before_timestamp_seconds{${FRONT}} ${seconds(2025, 0, 1)}`);
    expect(lines).toContain(`iis_ssl_heal_certificate_info{${FRONT},thumbprint="${FRONT_CERTIFICATE.thumbprint}"} 1`);
    expect(lines).toContain(`iis_ssl_heal_chain_not_checked{${FRONT}} 0`);
    expect(lines).toContain('iis_ssl_heal_finding{playbook="stranded-key",code="key-stranded",severity="broken"} 1');
    expect(lines).toContain('iis_ssl_heal_build_info{version="0.0.0"} 1');
    expect(lines).toContain('iis_ssl_heal_findings{severity="broken"} 1');
  });

  it('has no sample for what was not read', () => {
    const text = renderPrometheus(UNREAD);
    expect(text).not.toMatch(/chain_up|not_after|link="http.sys"|unattended|last_heal|given_up|heal_finding\{/);
    expect(text).toContain(`iis_ssl_heal_chain_not_checked{${FRONT}} 1\n`);
    expect(text).toContain('iis_ssl_heal_verdict{verdict="unknown"} 1\n');
    expect(text).toContain('iis_ssl_heal_verdict{verdict="healthy"} 0\n');
  });

  it('counts a break to come as a warning of a chain that is up', () => {
    expect(renderPrometheus(STALE)).toContain(`iis_ssl_heal_chain_up{${FRONT}} 1\n`);
    expect(renderPrometheus(STALE)).toContain('iis_ssl_heal_findings{severity="warning"} 1\n');
  });

  it('counts faults of one kind together, and names no subject', () => {
    const lines = renderPrometheus(diagnosisOf(evidence({ records: have([]) }))).split('\n');
    const kinds = lines.filter((line) => line.startsWith('iis_ssl_heal_finding{'));
    expect(kinds).toEqual([
      'iis_ssl_heal_finding{playbook="lost-binding",code="no-record",severity="broken"} 1',
      'iis_ssl_heal_finding{playbook="lost-binding",code="falls-back",severity="warning"} 1',
    ]);
  });

  it('tells what unattended runs remember, and leaves out a time that is none', () => {
    const at = '2026-03-01T12:00:00.000Z';
    const text = renderPrometheus(HEALTHY, { lastHeal: at, last: { at, outcome: 'gave-up' }, givenUp: 2 });
    expect(text).toContain(`iis_ssl_heal_last_unattended_timestamp_seconds ${Date.parse(at) / 1000}\n`);
    expect(text).toContain(`iis_ssl_heal_last_heal_timestamp_seconds ${Date.parse(at) / 1000}\n`);
    expect(text).toContain('iis_ssl_heal_unattended_outcome{outcome="gave-up"} 1\n');
    expect(text).toContain('iis_ssl_heal_given_up 2\n');
    const odd = renderPrometheus(HEALTHY, { last: { at: 'yesterday', outcome: 'healed' }, givenUp: 0 });
    expect(odd).not.toMatch(/last_unattended|NaN/);
    expect(odd).toContain('iis_ssl_heal_given_up 0\n');
  });

  it('changes the labels of no series at a renewal, but of the one that tells of it', () => {
    const renewed = certificate('renewed', {
      key: FRONT_CERTIFICATE.key!,
      facts: {
        ...FRONT_CERTIFICATE.facts,
        notBefore: '2026-02-01T00:00:00.000Z',
        notAfter: '2028-02-01T00:00:00.000Z',
      },
    });
    const after = diagnosisOf(
      evidence({
        storeMy: have([renewed, SHOP]),
        records: have([{ ...FRONT_RECORD, thumbprint: renewed.thumbprint }, SHOP_RECORD]),
        handshakes: met([
          [FRONT_KEY, serves(renewed.thumbprint)],
          [SHOP_KEY, serves(SHOP.thumbprint)],
        ]),
      }),
    );
    expect([HEALTHY.verdict, after.verdict]).toEqual(['healthy', 'healthy']);
    const series = (diagnosis: typeof after) =>
      renderPrometheus(diagnosis)
        .split('\n')
        .map((line) => line.replace(/ -?[\d.]+$/, ''));
    const changed = series(after).filter((each) => !series(HEALTHY).includes(each));
    expect(changed).toEqual([`iis_ssl_heal_certificate_info{${FRONT},thumbprint="${renewed.thumbprint}"}`]);
  });

  it('keeps to the text format, whatever a site is called', () => {
    const name = 'a"b\\c';
    const text = renderPrometheus(
      diagnosisOf(
        evidence({
          config: config(
            [],
            [site(1, `a&quot;b\\c&#10;d\u202e\u009b&#13;&#10;${'x'.repeat(65_536)}`, ['https *:443:'])],
          ),
        }),
      ),
    );
    expect(text).toContain('d\\\\u202e\\\\u009b');
    expect(text).toContain(`site="${name.replace('\\', '\\\\').replace('"', '\\"')}\\nd`);
    expect(text).not.toContain('\r');
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="([^"\\\n]|\\[\\"n])*",?)*\})? \d+)$/);
    }
  });
});
