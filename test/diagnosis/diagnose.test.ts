import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import {
  base64,
  cngKey,
  config,
  evidence,
  FRONT,
  FRONT_KEY,
  FRONT_RECORD,
  have,
  keyFiles,
  lack,
  met,
  metadataKey,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  site,
  stranded,
} from '../support/evidence-folder.ts';

const look = (changes: Partial<Evidence> = {}) => {
  const { verdict, notChecked, findings } = diagnose(evidence(changes), playbooks);
  return {
    verdict,
    notChecked: notChecked.map(({ what, why }) => `${what}: ${why}`),
    findings: findings.map(({ id }) => id),
  };
};

describe('diagnose', () => {
  it('calls a server healthy of which everything was read', () => {
    expect(look()).toEqual({ verdict: 'healthy', notChecked: [], findings: [] });
    const given = evidence();
    expect(diagnose(given, playbooks).evidence).toBe(given);
    expect(diagnose(given, playbooks).chains).toHaveLength(2);
  });

  it('runs the playbooks that it is given, in their order', () => {
    const given = stranded({ config: config([metadataKey('LM/W3SVC/1', [[5506, '!']])]) });
    expect(diagnose(given, playbooks).findings.map(({ playbook }) => playbook)).toEqual(['stale-hash', 'stranded-key']);
    const own = playbooks.filter(({ id }) => id === 'stranded-key');
    expect(diagnose(given, own).findings.map(({ playbook }) => playbook)).toEqual(['stranded-key']);
    expect(diagnose(given, playbooks).verdict).toBe('faulty');
  });

  it.each([
    ['the site bindings', { config: lack<never>() }],
    ['the SSL records of http.sys', { records: lack<never>() }],
  ] as const)('cannot say that all is well without %s', (what, changes) => {
    const seen = look(changes);
    expect(seen.verdict).toBe('unknown');
    expect(seen.notChecked[0]).toBe(`${what}: access denied`);
  });

  it('only tells of an unreadable entry of a store that http.sys does not serve with, unless it was damaged on its way', () => {
    const unreadableEntries = [{ store: 'REQUEST', name: 'A1', why: 'the entry is cut at byte 0' }];
    const notChecked = [
      'LocalMachine\\REQUEST: the entry A1 of LocalMachine\\REQUEST is unreadable: the entry is cut at byte 0',
    ];
    expect(look({ unreadableEntries })).toEqual({ verdict: 'healthy', notChecked, findings: [] });
    expect(look({ unreadableEntries, recorded: true })).toMatchObject({ verdict: 'unknown', notChecked });
  });

  it('A4: cannot say that all is well while an entry of a store is unreadable, and still judges every chain', () => {
    const entry = { store: 'MY', name: 'A1', why: 'the entry is cut at byte 0' };
    expect(look({ unreadableEntries: [entry] })).toEqual({
      verdict: 'unknown',
      notChecked: ['LocalMachine\\MY: the entry A1 of LocalMachine\\MY is unreadable: the entry is cut at byte 0'],
      findings: [],
    });
  });

  it.each([
    ['LocalMachine\\MY', { storeMy: lack<never>() }, 'certificate'],
    ['the key files', { keyFiles: lack<never>() }, 'key'],
    ['the MachineGuid', { machineGuid: lack<never>() }, 'key'],
  ] as const)('cannot say so where a link needed %s', (what, changes, link) => {
    const seen = look(changes);
    expect(seen.verdict).toBe('unknown');
    expect(seen.notChecked).toEqual([
      `the ${link} link of Front, https *:443:: access denied`,
      `the ${link} link of Shop, https *:443:shop.example.test: access denied`,
      `${what}: access denied`,
    ]);
  });

  it('cannot say so of a key in hardware that nobody was seen to be served with', () => {
    const hsm = { ...SHOP, key: cngKey({ provider: 'Acme HSM' }) };
    expect(look({ storeMy: have([FRONT, hsm]) })).toEqual({ verdict: 'healthy', notChecked: [], findings: [] });
    const handshakes = met([[FRONT_KEY, serves(FRONT.thumbprint)]]);
    expect(look({ storeMy: have([FRONT, hsm]), handshakes, recorded: true })).toMatchObject({
      verdict: 'unknown',
      notChecked: [
        'the key link of Shop, https *:443:shop.example.test: the key is in Acme HSM, which this program never touches',
        'the TLS handshakes: not every endpoint was tried',
      ],
      findings: [],
    });
  });

  it('says that a server without IIS has none, and that its records could be judged', () => {
    const services = have(new Map([['W3SVC', { installed: false }]]));
    expect(look({ config: lack('it is not there'), services })).toEqual({
      verdict: 'unknown',
      notChecked: [
        'IIS: no IIS here: W3SVC is not installed; its 2 SSL records could be judged',
        'the site bindings: it is not there',
      ],
      findings: [],
    });
    expect(look({ config: lack('it is not there') }).notChecked).toEqual(['the site bindings: it is not there']);
  });

  it('does not mind a mapper entry that nobody can judge where nothing acts on it', () => {
    const key = metadataKey('LM/W3SVC/1', [
      [5506, base64(FRONT.thumbprint)],
      [5511, 'WebHosting'],
    ]);
    const services = have(new Map([['IISADMIN', { installed: false }]]));
    expect(look({ config: config([key]), storeWebHosting: lack(), services }).verdict).toBe('healthy');
    const stale = { config: config([metadataKey('LM/W3SVC/1', [[5506, '!']])]), services };
    expect(look(stale)).toEqual({ verdict: 'healthy', notChecked: [], findings: [] });
    expect(diagnose(evidence(stale), playbooks).notes.map(({ id }) => id)).toEqual(['stale-hash:LM/W3SVC/1']);
  });

  it('cannot say so of a mapper entry that could not be judged', () => {
    const key = metadataKey('LM/W3SVC/1', [
      [5506, base64(FRONT.thumbprint)],
      [5511, 'WebHosting'],
    ]);
    expect(look({ config: config([key]), storeWebHosting: lack() })).toEqual({
      verdict: 'unknown',
      notChecked: [
        'the certificate hash in customMetadata LM/W3SVC/1: access denied',
        'LocalMachine\\WebHosting: access denied',
      ],
      findings: [],
    });
  });

  it.each([
    ['LocalMachine\\WebHosting', { storeWebHosting: lack<never>() }],
    ['the user profiles', { profiles: lack<never>() }],
    ["the users' own certificate stores", { profileCertificates: lack<never>() }],
    ['the permissions of the key files', { acls: lack<never>() }],
    ['the services', { services: lack<never>() }],
    ['the System event log', { systemEvents: lack<never>() }],
    ['the Security event log', { securityEvents: lack<never>() }],
    ['the last healthy state', { baseline: lack<never>() }],
  ] as const)('is still a check without %s, and says so', (what, changes) => {
    expect(look(changes)).toEqual({ verdict: 'healthy', notChecked: [`${what}: access denied`], findings: [] });
  });

  it('of a live server is none where somebody was to be greeted and was not', () => {
    const shop = 'the handshake link of Shop, https *:443:shop.example.test';
    const front = met([[FRONT_KEY, serves(FRONT.thumbprint)]]);
    expect(look({ handshakes: front })).toEqual({
      verdict: 'unknown',
      notChecked: [`${shop}: no handshake was tried`],
      findings: [],
    });
    const late = met([
      [FRONT_KEY, serves(FRONT.thumbprint)],
      [SHOP_KEY, lack<never>('too many others did not answer in time')],
    ]);
    expect(look({ handshakes: late })).toEqual({
      verdict: 'unknown',
      notChecked: [`${shop}: too many others did not answer in time`],
      findings: [],
    });
  });

  it('of a folder is still a check without handshakes, and says so once', () => {
    const told = ['the TLS handshakes: not every endpoint was tried'];
    expect(look({ recorded: true, handshakes: new Map() })).toEqual({
      verdict: 'healthy',
      notChecked: told,
      findings: [],
    });
    expect(look({ recorded: true, handshakes: met([[FRONT_KEY, serves(FRONT.thumbprint)]]) }).notChecked).toEqual(told);
    expect(
      look({
        recorded: true,
        handshakes: met([
          [FRONT_KEY, lack<never>()],
          [SHOP_KEY, serves(SHOP.thumbprint)],
        ]),
      }).notChecked,
    ).toEqual(told);
  });

  it('says how far an endpoint with many names was greeted', () => {
    const sites = Array.from({ length: 9 }, (_, index) =>
      site(index + 1, `S${index}`, [`https *:443:s${index}.example.test`]),
    );
    const greeted = Array.from({ length: 8 }, (_, index) => ({
      greeting: { address: '127.0.0.1', port: 443, name: `s${index}.example.test` },
      got: serves(FRONT.thumbprint),
    }));
    const seen = look({ config: config([], sites), handshakes: new Map([[FRONT_KEY, greeted]]) });
    expect(seen.notChecked).toContain(
      '1 of 9 host names at 0.0.0.0:443: at most 8 names and 4 addresses of an endpoint are tried',
    );
  });

  it('names the services and the listen list where they were not read: the verdict rests on them too', () => {
    const unread = { services: lack<never>(), listenList: lack<never>() };
    expect(look(unread).notChecked).toEqual([
      'the addresses that http.sys listens on alone: access denied',
      'the services: access denied',
    ]);
    expect(look({ recorded: true, handshakes: new Map(), ...unread }).notChecked).toHaveLength(3);
  });

  it('says faulty, whatever was not read beside it', () => {
    const seen = look({ records: have([FRONT_RECORD]), keyFiles: lack() });
    expect(seen.verdict).toBe('faulty');
    expect(seen.notChecked).toContain('the key files: access denied');
    expect(look({ records: have([SHOP_RECORD]), keyFiles: keyFiles([SHOP_FILE]) }).verdict).toBe('faulty');
  });
});
