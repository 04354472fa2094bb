// Servers as people have reported them, rebuilt with names and hashes of our own: what a visitor gets is what is said.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { joinChains } from '../../src/chain/join.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { NO_CHOICES, planningHere } from '../../src/model/repair/planning.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import {
  base64,
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_KEY,
  FRONT_RECORD,
  FRONT_SITE,
  handshake,
  have,
  met,
  metadataKey,
  record,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
  SHOP_SITE,
  serves,
  site,
  thumb,
} from '../support/evidence-folder.ts';

function look(changes: Partial<Evidence>) {
  const given = evidence(changes);
  const { verdict, findings, notes, found } = diagnose(given, playbooks);
  return {
    verdict,
    findings: findings.map(({ id, severity }) => `${severity} ${id}`),
    notes: notes.map(({ id }) => id),
    says: findings.map(({ message }) => message).join('\n'),
    plans: found.map(({ plan }) => plan(planningHere(given, NO_CHOICES))),
    links: joinChains(given).map(({ links }) => links.map(({ state }) => state).join(' ')),
  };
}

const refused = handshake({ outcome: 'no-connection', detail: 'ECONNREFUSED' });
/** One site and its record. */
const alone = { config: config([], [FRONT_SITE]), records: have([FRONT_RECORD]) };

describe('a working server is not called down', () => {
  it('for a site that is stopped on purpose', () => {
    const off = FRONT_SITE.replace('id="1"', 'id="1" serverAutoStart="false"');
    const seen = look({
      config: config([], [off, SHOP_SITE]),
      handshakes: met([
        [FRONT_KEY, refused],
        [SHOP_KEY, serves(SHOP.thumbprint)],
      ]),
    });
    expect([seen.verdict, seen.findings, seen.links[0]]).toEqual([
      'healthy',
      [],
      'note skipped skipped skipped skipped skipped',
    ]);
  });

  it('B1: for an address of another member of its farm', () => {
    const sites = [site(1, 'Front', ['https *:443:', 'https 203.0.113.7:443:'])];
    expect(look({ config: config([], sites), addresses: have(['127.0.0.1', '10.0.0.5']) })).toMatchObject({
      verdict: 'healthy',
      findings: [],
    });
  });

  it('for a key in a TPM with which it was just served', () => {
    const key = { ...FRONT.key!, provider: 'Microsoft Platform Crypto Provider', type: 0, keySpec: 0 };
    const tpm = { ...alone, storeMy: have([{ ...FRONT, key }]) };
    expect(look(tpm)).toMatchObject({ verdict: 'healthy', findings: [], links: ['ok ok ok note ok ok'] });
    expect(look({ ...tpm, handshakes: new Map() }).verdict).toBe('unknown');
  });

  it('for the renewal that Schannel serves, which its record does not name', () => {
    const next = certificate('next', { key: FRONT.key!, facts: { names: ['front.example.test'] } });
    const storeMy = have([{ ...FRONT, renewal: next.thumbprint }, next]);
    const seen = look({ ...alone, storeMy, handshakes: met([[FRONT_KEY, serves(next.thumbprint)]]) });
    expect(seen).toMatchObject({ verdict: 'healthy', findings: [], links: ['ok ok ok ok ok note'] });
  });

  it('A30, B3: for a hash in customMetadata that no ABO mapper reads, and a stopped site without its record', () => {
    const off = SHOP_SITE.replace('id="2"', 'id="2" serverAutoStart="false"');
    const keys = [metadataKey('LM/W3SVC/1', [[5506, base64(thumb('stale'))]])];
    const seen = look({
      config: config(keys, [FRONT_SITE, off]),
      records: have([FRONT_RECORD]),
      services: have(new Map([['IISADMIN', { installed: false }]])),
      handshakes: met([
        [FRONT_KEY, serves(FRONT.thumbprint)],
        [SHOP_KEY, refused],
      ]),
    });
    expect(seen).toMatchObject({ verdict: 'healthy', findings: [], notes: ['stale-hash:LM/W3SVC/1'], plans: [] });
  });

  it('B2: for a name that another record answers with a certificate that has it: a warning, and its repair may disturb', () => {
    const wild = { ...FRONT, facts: { ...FRONT.facts, names: ['*.example.test'] } };
    const lost = {
      records: have([FRONT_RECORD]),
      storeMy: have([wild]),
      handshakes: met([
        [FRONT_KEY, serves(FRONT.thumbprint)],
        [SHOP_KEY, serves(FRONT.thumbprint)],
      ]),
    };
    const seen = look(lost);
    expect(seen.findings).toEqual(['warning lost-binding:shop.example.test:443']);
    expect(seen.plans).toMatchObject([{ risk: 'disruptive' }]);
    expect(seen.says).toContain(
      'The https binding *:443:shop.example.test of Shop has no SSL record: visitors get *.example.test (1B78EB3B) through the record of 0.0.0.0:443.',
    );
    const other = look({ ...lost, storeMy: have([FRONT, SHOP]) });
    expect(other.findings).toEqual(['broken lost-binding:shop.example.test:443']);
    expect(other.says).toContain(
      'The https binding *:443:shop.example.test of Shop has no SSL record: visitors get front.example.test (1B78EB3B) through the record of 0.0.0.0:443.',
    );
    expect(other.says).not.toContain('HTTPS is down');
  });
});

describe('a server that a visitor cannot use is not called healthy', () => {
  it('for the certificate of another name', () => {
    const intranet = certificate('intranet', { key: SHOP.key!, facts: { names: ['intranet.corp.test'] } });
    const seen = look({
      records: have([FRONT_RECORD, { ...SHOP_RECORD, thumbprint: intranet.thumbprint }]),
      storeMy: have([FRONT, intranet]),
      handshakes: new Map(),
    });
    expect([seen.verdict, seen.findings]).toEqual(['faulty', ['warning wrong-name:*:443:shop.example.test']]);
    expect(seen.says).toContain(
      'Browsers may warn visitors of Shop: intranet.corp.test (2BC852FC) does not have the name shop.example.test (its names: intranet.corp.test).',
    );
  });

  it('for a key that is for signatures only', () => {
    const storeMy = have([{ ...FRONT, key: { ...FRONT.key!, keySpec: 2 } }]);
    const seen = (handshakes: Evidence['handshakes']) => look({ ...alone, storeMy, handshakes }).findings;
    expect(seen(new Map())).toEqual([`broken signature-only-key:${FRONT.thumbprint}`]);
    expect(seen(met([[FRONT_KEY, serves(FRONT.thumbprint)]]))).toEqual([
      `warning signature-only-key:${FRONT.thumbprint}`,
    ]);
  });

  it('for a service that is disabled, though every link behind it holds', () => {
    const services = have(new Map([['W3SVC', { installed: true, start: 4 }]]));
    const seen = look({ ...alone, services, handshakes: new Map() });
    expect(seen.findings).toEqual(['broken not-listening:service-disabled:W3SVC']);
    expect(seen.says).toContain('HTTPS of Front is down: the service W3SVC is disabled (Start 4).');
  });

  it('for a record that looks in MY while its certificate is in WebHosting', () => {
    const seen = look({
      ...alone,
      storeMy: have([]),
      storeWebHosting: have([{ ...FRONT, store: 'WebHosting' }]),
      handshakes: new Map(),
    });
    expect(seen.findings).toEqual(['broken superseded-certificate:0.0.0.0:443']);
    expect(seen.says).toContain(
      `HTTPS of Front is down, or will be after the next reboot (no handshake was tried): the certificate of its SSL record (${FRONT.thumbprint.slice(0, 8)}) is not in LocalMachine\\MY, and that very certificate is in LocalMachine\\WebHosting.`,
    );
  });

  it('for a record with every flag: what check says of it and what its plan says agree', () => {
    const seen = look({ ...alone, records: have([{ ...FRONT_RECORD, flags: 0x7fff }]), handshakes: new Map() });
    expect(seen.findings).toEqual(['broken no-common-tls:record-rejects:0.0.0.0:443']);
    expect(seen.plans).toMatchObject([{ blocked: true, why: expect.stringContaining('without reject') }]);
  });
});

describe('a central store’s record that is lost', () => {
  const sites = [site(1, 'Hosting', ['https *:443:www.hosting.test 3'])];
  const lost = (changes: Partial<Evidence>) =>
    look({ config: config([], sites), records: have([]), handshakes: new Map(), ...changes });

  it.each([
    ['no certificate', []],
    [
      'a certificate that would fit',
      [certificate('hosting', { key: FRONT.key!, facts: { names: ['www.hosting.test'] } })],
    ],
  ])('is added again without a certificate, where the machine has %s', (_what, all) => {
    const seen = lost({ storeMy: have(all) });
    expect(seen.findings).toEqual(['broken lost-binding:443']);
    const args = ['http', 'add', 'sslcert', 'ccs=443', 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}'];
    expect(seen.plans).toMatchObject([{ steps: [{ do: { command: { args } } }] }]);
  });

  it('once back, is unknown until somebody was greeted by the name, and then what was sent decides', () => {
    const back = { records: have([record('ccs', '443')]) };
    expect(lost(back)).toMatchObject({ verdict: 'unknown', findings: [] });
    const hosting = certificate('hosting', { facts: { names: ['www.hosting.test'] } });
    const sent = { ...back, storeMy: have([hosting]), handshakes: met([['ccs 443', serves(hosting.thumbprint)]]) };
    expect(lost(sent)).toMatchObject({ verdict: 'healthy', findings: [] });
  });
});
