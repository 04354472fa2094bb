import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import {
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_KEY,
  FRONT_RECORD,
  handshake,
  have,
  keyFile,
  keyFiles,
  lack,
  met,
  metadataKey,
  OTHER_GUID,
  SHOP,
  SHOP_FILE,
  SHOP_RECORD,
  serves,
  site,
  stranded,
} from '../support/evidence-folder.ts';

const brokenLink = asked(playbooks.find(({ id }) => id === 'broken-link')!);

const noTls = handshake({ outcome: 'no-tls', detail: 'reset' });
const front = (facts: object) => have([certificate('front', { key: FRONT.key!, facts }), SHOP]);

const BROKEN: readonly (readonly [code: string, changes: Partial<Evidence>, advice: string])[] = [
  ['certificate-missing', { storeMy: have([SHOP]) }, 'import the certificate into the store'],
  ['certificate-expired', { storeMy: front({ notAfter: '2026-01-01T00:00:00.000Z' }) }, 'renew'],
  ['certificate-not-yet-valid', { storeMy: front({ notBefore: '2026-04-01T00:00:00.000Z' }) }, 'clock'],
  ['key-lost', { keyFiles: keyFiles([SHOP_FILE]) }, 'from its PFX file, or have it issued again'],
  [
    'key-other-machine',
    { keyFiles: keyFiles([keyFile(FRONT.key!, 'machine-capi', OTHER_GUID), SHOP_FILE]) },
    'cloning',
  ],
  ['handshake-no-tls', { handshakes: met([[FRONT_KEY, noTls]]) }, '36870 to 36888'],
  [
    'handshake-no-connection',
    { handshakes: met([[FRONT_KEY, handshake({ outcome: 'no-connection', detail: 'refused' })]]) },
    'HTTP and W3SVC run',
  ],
  ['handshake-other-certificate', { handshakes: met([[FRONT_KEY, serves(SHOP.thumbprint)]]) }, 'another record'],
];

describe('broken-link', () => {
  it.each(BROKEN)('finds %s, explains it and changes nothing', (code, changes, advice) => {
    const given = evidence(changes);
    const findings = brokenLink.detect(given);
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding).toMatchObject({
      playbook: 'broken-link',
      id: `broken-link:${code}:0.0.0.0:443`,
      subject: 'Front, https *:443:',
      severity: 'broken',
      endpoints: ['ip 0.0.0.0:443'],
    });
    expect(finding!.message).toMatch(/^HTTPS of Front \(\*:443:\) is broken: .+\.$/);
    expect(finding!.facts.map(({ name }) => name)).toEqual(['code', 'endpoint', 'thumbprint']);
    expect(finding!.facts[0]).toMatchObject({ name: 'code', value: code });
    expect(finding!.facts[0]!.source.length).toBeGreaterThan(2);
    const plan = brokenLink.plan(finding!, given, { correct: false, certificates: new Map() });
    expect(plan).toEqual({ blocked: true, why: expect.stringMatching(/^this program does not repair it; /) });
    expect('blocked' in plan && plan.why).toContain(advice);
  });

  it('finds a malformed binding by what is written, at no endpoint', () => {
    const given = evidence({ config: config([], [site(1, 'Front', ['https 443'])]) });
    const [finding] = brokenLink.detect(given);
    expect(finding).toMatchObject({ id: 'broken-link:binding-malformed:443', endpoints: [] });
    expect(brokenLink.plan(finding!, given, { correct: false, certificates: new Map() })).toEqual({
      blocked: true,
      why: 'this program does not repair it; correct the binding in IIS Manager',
    });
  });

  it('leaves to the other playbooks what they meet, and a handshake that only follows from it', () => {
    const handshakes = met([[FRONT_KEY, noTls]]);
    expect(brokenLink.detect(evidence({ records: have([SHOP_RECORD]), handshakes }))).toEqual([]);
    expect(brokenLink.detect(stranded({ handshakes }))).toEqual([]);
    expect(brokenLink.detect(stranded())).toEqual([]);
    expect(brokenLink.detect(stranded({ keyFiles: keyFiles([SHOP_FILE]), handshakes }))).toEqual([]);
    expect(brokenLink.detect(evidence({ config: config([metadataKey('LM/W3SVC/1', [[5506, '!']])]) }))).toEqual([]);
  });

  it('does not take another certificate at a stranded endpoint for a fault of its own', () => {
    expect(brokenLink.detect(stranded({ handshakes: met([[FRONT_KEY, serves(SHOP.thumbprint)]]) }))).toEqual([]);
  });

  it('does not call broken what was not read', () => {
    for (const changes of [
      { records: lack<never>() },
      { storeMy: lack<never>() },
      { keyFiles: lack<never>() },
      { acls: lack<never>() },
    ])
      expect(brokenLink.detect(evidence({ ...changes, handshakes: new Map() }))).toEqual([]);
    expect(brokenLink.detect(evidence({ config: lack() }))).toEqual([]);
  });

  it('finds one fault of two sites on one endpoint once', () => {
    const sites = [site(1, 'Front', ['https *:443:']), site(3, 'Twin', ['https :443:'])];
    const given = evidence({ config: config([], sites), records: have([FRONT_RECORD]), storeMy: have([]) });
    expect(brokenLink.detect(given).map(({ id }) => id)).toEqual(['broken-link:certificate-missing:0.0.0.0:443']);
  });
});
