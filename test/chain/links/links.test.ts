import { describe, expect, it } from 'vitest';
import { joinChains } from '../../../src/chain/join.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import {
  base64,
  CLOSED_SDDL,
  type capiKey,
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_FILE,
  FRONT_KEY,
  FRONT_OLGA_FILE,
  FRONT_RECORD,
  FRONT_SITE,
  handshake,
  have,
  keyFile,
  keyFiles,
  lack,
  met,
  metadataKey,
  OTHER_GUID,
  record,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  site,
  stranded,
  thumb,
  withoutKey,
} from '../../support/evidence-folder.ts';

/** Links of the first chain as `code state: words`. */
const links = (given: Evidence, chain = 0) =>
  joinChains(given)[chain]?.links.map(({ state, code, message: says }) => `${state} ${code}: ${says}`) ?? [];

const link = (given: Evidence, name: string) => joinChains(given)[0]?.links.find((each) => each.name === name);

const noTls = handshake({ outcome: 'no-tls', detail: 'reset' });
const down = { handshakes: met([[FRONT_KEY, noTls]]) };
const withKey = (key: ReturnType<typeof capiKey>, paths: readonly string[]) =>
  evidence({ storeMy: have([{ ...FRONT, key }, SHOP]), keyFiles: keyFiles(paths), ...down });

describe('the chains of a healthy server', () => {
  it('are one for each https binding, in the order of the configuration, six links each', () => {
    const chains = joinChains(evidence());
    expect(chains.map((chain) => [chain.site.name, chain.binding.information, chain.endpoint])).toEqual([
      ['Front', '*:443:', { table: 'ip', name: '0.0.0.0:443' }],
      ['Shop', '*:443:shop.example.test', { table: 'sni', name: 'shop.example.test:443' }],
    ]);
    for (const chain of chains)
      expect(chain.links.map((each) => each.name)).toEqual([
        'site',
        'http.sys',
        'certificate',
        'key',
        'access',
        'handshake',
      ]);
    expect(chains.map((chain) => chain.record)).toEqual([
      have(FRONT_RECORD, 'HTTP\\Parameters'),
      have(SHOP_RECORD, 'HTTP\\Parameters'),
    ]);
  });

  it('say what is there, and where that was read', () => {
    expect(links(evidence())).toEqual([
      'ok fine: https *:443:',
      `ok fine: 0.0.0.0:443 uses ${FRONT.thumbprint.slice(0, 8)}`,
      'ok fine: front.example.test (1B78EB3B) in LocalMachine\\MY, valid until 2027-01-01',
      'ok fine: in the machine key store',
      'ok fine: SYSTEM may read the key file',
      `ok fine: TLSv1.3, ${FRONT.thumbprint.slice(0, 8)}`,
    ]);
    expect(joinChains(evidence())[0]?.links.map((each) => each.source)).toEqual([
      'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config',
      'HTTP\\Parameters',
      'SystemCertificates\\MY',
      'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys',
      'acls',
      'TLS handshake with test',
    ]);
  });

  it('are joined once for the same evidence', () => {
    const given = evidence();
    expect(joinChains(given)).toBe(joinChains(given));
  });

  it('are none where the configuration was not read', () => {
    expect(joinChains(evidence({ config: lack() }))).toEqual([]);
  });

  it('take https in any spelling, and no other protocol', () => {
    const sites = [site(1, 'Front', ['HTTPS *:443:', 'net.tcp 808:*', 'http *:80:', 'ftp *:21:'])];
    expect(joinChains(evidence({ config: config([], sites) })).map((chain) => chain.binding.protocol)).toEqual([
      'HTTPS',
    ]);
  });
});

describe('the site link', () => {
  it('of a malformed binding is broken, and nothing else is looked at', () => {
    const given = evidence({ config: config([], [site(1, 'Front', ['https 443'])]) });
    expect(links(given)).toEqual([
      'broken binding-malformed: the https binding is malformed: "443" is not ADDRESS:PORT:HOST',
      ...Array(5).fill('skipped skipped: 443 names no address and port'),
    ]);
  });

  it('warns of a customMetadata entry that will override it', () => {
    const keys = [metadataKey('LM/W3SVC/1', [[5506, 'not base64!']])];
    const given = evidence({ config: config(keys) });
    expect(links(given)[0]).toBe(
      'warning mapper-override: the certificate hash in customMetadata LM/W3SVC/1 is wrong (it is not base64), and the ABO mapper will use it',
    );
    expect(links(given, 1)[0]).toBe('ok fine: https *:443:shop.example.test');
    expect(links(given)[1]).toContain('ok fine');
  });

  it('is fine with an entry that would make the very record that is there', () => {
    const keys = [metadataKey('LM/W3SVC/1', [[5506, base64(FRONT.thumbprint)]])];
    expect(links(evidence({ config: config(keys) }))[0]).toBe('ok fine: https *:443:');
  });
});

describe('the http.sys link', () => {
  it('is broken without a record', () => {
    expect(links(evidence({ records: have([SHOP_RECORD]), ...down }))).toEqual([
      'ok fine: https *:443:',
      'broken no-record: no SSL record for 0.0.0.0:443',
      'skipped skipped: there is nothing to look at',
      'skipped skipped: there is nothing to look at',
      'skipped skipped: there is nothing to look at',
      'broken handshake-no-tls: no TLS answer: reset',
    ]);
  });

  it('is broken with a record that names no certificate', () => {
    const given = evidence({ records: have([{ ...FRONT_RECORD, thumbprint: '' }]), ...down });
    expect(links(given)[1]).toBe('broken record-without-hash: the SSL record of 0.0.0.0:443 names no certificate');
    expect(links(given)[2]).toBe('skipped skipped: there is nothing to look at');
  });

  it('is a warning without a record, where another one gives everybody a certificate for the name', () => {
    const wild = { ...FRONT, facts: { ...FRONT.facts, names: ['*.example.test'] } };
    const given = (front: typeof FRONT) =>
      evidence({
        records: have([FRONT_RECORD]),
        storeMy: have([front, SHOP]),
        handshakes: met([[SHOP_KEY, serves(FRONT.thumbprint)]]),
      });
    expect(links(given(wild), 1)).toEqual([
      'ok fine: https *:443:shop.example.test',
      'warning falls-back: no SSL record for shop.example.test:443; visitors get *.example.test (1B78EB3B) through the record of 0.0.0.0:443',
      'skipped skipped: another SSL record answers',
      ...Array(2).fill('skipped skipped: there is nothing to look at'),
      `ok fine: TLSv1.3, ${FRONT.thumbprint.slice(0, 8)}`,
    ]);
    expect(links(given(FRONT), 1).slice(1, 6)).toEqual([
      'broken no-record: no SSL record for shop.example.test:443',
      ...Array(3).fill('skipped skipped: there is nothing to look at'),
      `broken handshake-other-certificate: visitors get another certificate, front.example.test (${FRONT.thumbprint.slice(0, 8)}), through the record of 0.0.0.0:443`,
    ]);
    const expired = { ...wild, facts: { ...wild.facts, notAfter: '2026-02-01T00:00:00.000Z' } };
    expect(links(given(expired), 1)[1]).toContain('broken no-record');
  });

  it('is broken with a record that turns everybody away, and names the flag', () => {
    const given = evidence({ records: have([{ ...FRONT_RECORD, flags: 0x7fff }]), ...down });
    expect(links(given)[1]).toBe(
      'broken record-rejects: the SSL record of 0.0.0.0:443 rejects every visitor (flag reject, 0x8)',
    );
  });

  it('is not checked where the records were not read', () => {
    expect(links(evidence({ records: lack('no registry'), ...down })).slice(1)).toEqual([
      'unknown not-read: not checked: no registry',
      'skipped skipped: not checked: depends on the http.sys link',
      'skipped skipped: there is nothing to look at',
      'skipped skipped: there is nothing to look at',
      'broken handshake-no-tls: no TLS answer: reset',
    ]);
  });

  it('of the central certificate store is fine, and what it would send is not known until somebody comes', () => {
    const sites = [site(1, 'Front', ['https *:443:www.example.test 2'])];
    const given = evidence({ config: config([], sites), records: have([record('ccs', '443')]), handshakes: new Map() });
    expect(links(given)).toEqual([
      'ok fine: https *:443:www.example.test',
      'ok central-store: the central certificate store chooses the certificate by file name',
      'unknown not-read: not checked: the central certificate store chooses it by file name, and no handshake as www.example.test got one',
      ...Array(2).fill('skipped skipped: not checked: depends on the certificate link'),
      'unknown not-read: not checked: no handshake was tried',
    ]);
    expect(
      joinChains(given)[0]
        ?.links.slice(2, 5)
        .map((each) => each.name),
    ).toEqual(['certificate', 'key', 'access']);
    const hashed = evidence({
      config: config([], sites),
      records: have([record('ccs', '443', { thumbprint: thumb('x') })]),
    });
    expect(joinChains(hashed)[0]?.certificate).toMatchObject({
      known: false,
      why: 'the central certificate store chooses it by file name',
    });
  });
});

describe('a binding of the central certificate store', () => {
  const sites = [site(1, 'Front', ['https *:443:front.example.test 3'])];
  const sent = (thumbprint: string, changes: Partial<Evidence> = {}) =>
    links(
      evidence({
        config: config([], sites),
        records: have([record('ccs', '443')]),
        handshakes: met([['ccs 443', serves(thumbprint)]]),
        ...changes,
      }),
    );

  it('is fine with what was just sent to a visitor', () => {
    expect(sent(FRONT.thumbprint)).toEqual([
      'ok fine: https *:443:front.example.test',
      'ok central-store: the central certificate store chooses the certificate by file name',
      `ok fine: front.example.test (${FRONT.thumbprint.slice(0, 8)}) from the central certificate store, valid until 2027-01-01`,
      ...Array(2).fill('ok central-store: in the central certificate store, which http.sys has just used'),
      `ok fine: TLSv1.3, ${FRONT.thumbprint.slice(0, 8)}`,
    ]);
  });

  it('is judged by it: expired, for another name, or not known', () => {
    const old = { ...FRONT, facts: { ...FRONT.facts, notAfter: '2026-02-01T00:00:00.000Z' } };
    expect(sent(FRONT.thumbprint, { storeMy: have([old]) })[2]).toContain('broken certificate-expired');
    expect(sent(SHOP.thumbprint).slice(2)).toEqual([
      expect.stringContaining('broken certificate-other-name: shop.example.test'),
      ...Array(2).fill('ok central-store: in the central certificate store, which http.sys has just used'),
      `broken handshake-other-certificate: visitors get shop.example.test (${SHOP.thumbprint.slice(0, 8)}), which is not valid for front.example.test`,
    ]);
    expect(sent(thumb('x')).filter((each) => each.startsWith('unknown'))).toEqual([
      'unknown not-read: not checked: the central certificate store chooses it by file name, and what it sent was not kept',
      'unknown not-read: not checked: what was sent was not kept',
    ]);
    expect(sent('', { handshakes: met([['ccs 443', noTls]]) }).slice(2)).toEqual([
      'unknown not-read: not checked: the central certificate store chooses it by file name, and no handshake as front.example.test got one',
      ...Array(2).fill('skipped skipped: not checked: depends on the certificate link'),
      'broken handshake-no-tls: no TLS answer: reset (the central certificate store is off, cannot be reached, or has no usable file for front.example.test)',
    ]);
  });

  it('has its record for the port, or for its host name alone', () => {
    const scoped = { records: have([record('scoped-ccs', 'front.example.test:443')]) };
    expect(sent(FRONT.thumbprint, scoped)[1]).toContain('ok central-store');
    expect(sent('', { records: have([]), handshakes: new Map() })[1]).toBe('broken no-record: no SSL record for 443');
  });
});

describe('the certificate link', () => {
  const missing = `broken certificate-missing: the certificate of the SSL record (${FRONT.thumbprint.slice(0, 8)}) is not in LocalMachine`;

  it('is broken where the store has no such certificate', () => {
    expect(links(evidence({ storeMy: have([SHOP]) }))[2]).toBe(`${missing}\\MY`);
    const unnamed = evidence({ records: have([{ ...FRONT_RECORD, store: '' }]), storeMy: have([]) });
    expect(links(unnamed)[2]).toBe(`${missing}\\MY`);
  });

  it('says where the very certificate is that the record looks for in another store', () => {
    const hosting = evidence({ records: have([{ ...FRONT_RECORD, store: 'WebHosting' }]) });
    expect(links(hosting)[2]).toBe(
      'broken certificate-missing: the certificate of the SSL record (1B78EB3B) is not in LocalMachine\\WebHosting, but in LocalMachine\\MY (front.example.test)',
    );
    const hosted = evidence({ storeMy: have([SHOP]), storeWebHosting: have([{ ...FRONT, store: 'WebHosting' }]) });
    expect(links(hosted)[2]).toBe(
      'broken certificate-missing: the certificate of the SSL record (1B78EB3B) is not in LocalMachine\\MY, but in LocalMachine\\WebHosting (front.example.test)',
    );
  });

  it('finds a certificate in the store that the record names, in any spelling', () => {
    const hosted = { ...FRONT, store: 'WebHosting' };
    const given = evidence({
      records: have([{ ...FRONT_RECORD, store: 'webhosting' }]),
      storeMy: have([]),
      storeWebHosting: have([hosted]),
    });
    expect(links(given)[2]).toBe(
      'ok fine: front.example.test (1B78EB3B) in LocalMachine\\webhosting, valid until 2027-01-01',
    );
    expect(links(evidence({ records: have([{ ...FRONT_RECORD, store: 'my' }]) }))[2]).toContain('ok fine');
    expect(links(evidence({ records: have([{ ...FRONT_RECORD, store: '' }]) }))[2]).toContain('in LocalMachine\\MY');
  });

  it('is not checked where that store is not one that is read, or was not', () => {
    expect(links(evidence({ records: have([{ ...FRONT_RECORD, store: 'Root' }]) }))[2]).toBe(
      'unknown not-read: not checked: the store Root is not one that is read',
    );
    expect(links(evidence({ storeMy: lack('closed') }))[2]).toBe('unknown not-read: not checked: closed');
    expect(links(evidence({ storeMy: lack('closed') }))[3]).toBe(
      'skipped skipped: not checked: depends on the certificate link',
    );
  });

  it('is broken once the certificate has expired, to the millisecond', () => {
    const until = (notAfter: string) =>
      links(evidence({ storeMy: have([certificate('front', { key: FRONT.key!, facts: { notAfter } })]) }))[2];
    expect(until('2026-03-01T11:59:59.999Z')).toBe(
      'broken certificate-expired: front.example.test (1B78EB3B) expired on 2026-03-01',
    );
    expect(until('2026-03-01T12:00:00.000Z')).toContain('ok fine');
  });

  it('is broken before the certificate is valid', () => {
    const from = (notBefore: string) =>
      links(evidence({ storeMy: have([certificate('front', { key: FRONT.key!, facts: { notBefore } })]) }))[2];
    expect(from('2026-03-01T12:00:00.001Z')).toBe(
      'broken certificate-not-yet-valid: front.example.test (1B78EB3B) is not valid before 2026-03-01',
    );
    expect(from('2026-03-01T12:00:00.000Z')).toContain('ok fine');
  });

  it('names a certificate without a DNS name by its subject', () => {
    const plain = certificate('front', { key: FRONT.key!, facts: { names: [] } });
    expect(links(evidence({ storeMy: have([plain]) }))[2]).toContain(
      'ok fine: CN=front.example.test (1B78EB3B) in LocalMachine\\MY, valid until 2027-01-01',
    );
  });
});

describe('the key link', () => {
  it('of a dragged certificate warns while the handshake still works', () => {
    expect(links(stranded()).slice(3)).toEqual([
      'warning key-stranded: stayed in the key store of olga; HTTPS will stop at the next reboot',
      'skipped skipped: there is nothing to look at',
      `ok fine: TLSv1.3, ${FRONT.thumbprint.slice(0, 8)}`,
    ]);
  });

  it('of a dragged certificate is broken where nobody is served', () => {
    const words = 'broken key-stranded: stayed in the key store of olga; SYSTEM cannot open it';
    expect(links(stranded(down))[3]).toBe(words);
    expect(links(stranded({ handshakes: new Map() }))[3]).toBe(words);
    expect(links(stranded({ handshakes: met([[FRONT_KEY, lack()]]) }))[3]).toBe(words);
    const file = FRONT_OLGA_FILE.replaceAll(/olga\\/g, 'nobody\\').replace(/S-1-5[^\\]*/, 'S-1-5-9');
    const nobodys = stranded({ keyFiles: keyFiles([file]), profiles: have([]), ...down });
    expect(links(nobodys)[3]).toBe('broken key-stranded: stayed in the key store of nobody; SYSTEM cannot open it');
  });

  it('says a user where nobody knows which', () => {
    const key = { ...SHOP.key!, container: '{FRONT}', machineKeyset: false };
    const given = withKey(key, [keyFile(key, 'gone-cng')]);
    expect(links(given)[3]).toBe('broken key-stranded: stayed in the key store of a user; SYSTEM cannot open it');
  });

  it.each([
    [
      FRONT_DRAGGED.key!,
      [],
      'broken key-lost-with-profile: there is no key file: the key was deleted, or the profile of its user was',
    ],
    [FRONT.key!, [], 'broken key-lost: there is no key file in the machine key store: it was deleted'],
    [
      FRONT_DRAGGED.key!,
      [FRONT_FILE],
      'broken key-mislabelled: in the machine key store, but the certificate looks for it in a user key store',
    ],
    [
      FRONT.key!,
      [keyFile(FRONT.key!, 'machine-capi', OTHER_GUID)],
      'broken key-other-machine: the key file belongs to another MachineGuid: this server was cloned',
    ],
    [FRONT_DRAGGED.key!, [keyFile(FRONT.key!, 'system-capi')], "ok fine: in SYSTEM's own key store"],
  ] as const)('%#', (key, paths, words) => {
    expect(links(withKey(key, paths))[3]).toBe(words);
  });

  it('B14: of hardware is known to work only where exactly its certificate was just served', () => {
    const hardware = { ...FRONT.key!, provider: 'Acme HSM' };
    const given = (thumbprint: string) =>
      evidence({
        storeMy: have([{ ...FRONT, key: hardware }, SHOP]),
        handshakes: met([[FRONT_KEY, serves(thumbprint)]]),
      });
    expect(links(given(FRONT.thumbprint)).slice(3, 5)).toEqual([
      'note key-hardware: the key is in Acme HSM, which this program never touches; http.sys has just used it',
      'ok fine: there is no key file; http.sys has just used the key',
    ]);
    expect(links(given(SHOP.thumbprint))[3]).toContain('unknown key-hardware');
    expect(links(withKey({ ...FRONT.key!, provider: 'Acme HSM' }, [])).slice(3, 5)).toEqual([
      'unknown key-hardware: not checked: the key is in Acme HSM, which this program never touches',
      'skipped skipped: not checked: depends on the key link',
    ]);
  });

  it('for signatures only is broken where nobody was served with it, and a warning where somebody was', () => {
    const signs = (changes: Partial<Evidence> = {}, key = { ...FRONT.key!, keySpec: 2 }) =>
      links(evidence({ storeMy: have([{ ...FRONT, key }, SHOP]), ...changes }))[3];
    expect(signs()).toContain('warning key-signature-only: a key for signatures only (AT_SIGNATURE, KeySpec 2): ');
    const broken =
      'broken key-signature-only: a key for signatures only (AT_SIGNATURE, KeySpec 2), which Schannel refuses';
    expect(signs(down)).toBe(broken);
    expect(signs({ handshakes: new Map() })).toBe(broken);
    expect(signs({ handshakes: met([[FRONT_KEY, serves(SHOP.thumbprint)]]) })).toBe(broken);
    // No CNG key is of such a kind, whatever the entry says.
    const cng = { ...SHOP.key!, keySpec: 2 };
    const paths = { keyFiles: keyFiles([keyFile(cng, 'machine-cng')]) };
    expect(signs(paths, cng)).toBe('ok fine: in the machine key store');
  });

  it('of an entry without a key property, or with a wrong one, is broken; a warning while it is served', () => {
    const [none, wrong] = [withoutKey(FRONT), FRONT_DRAGGED].map((entry) => ({ storeMy: have([entry, SHOP]) }));
    const served = '; http.sys still uses the key, which may end at the next reboot';
    const says = 'key-no-link: the certificate is not linked with its private key';
    expect(links(evidence({ ...none, handshakes: new Map() }))[3]).toBe(`broken ${says}`);
    expect(links(evidence(none))[3]).toBe(`warning ${says}${served}`);
    expect(links(evidence(none))[4]).toBe('skipped skipped: there is nothing to look at');
    const labelled = 'key-mislabelled: in the machine key store, but the certificate looks for it in a user key store';
    expect(links(evidence({ ...wrong, handshakes: new Map() }))[3]).toBe(`broken ${labelled}`);
    expect(links(evidence(wrong)).slice(3, 5)).toEqual([
      `warning ${labelled}${served}`,
      'ok fine: SYSTEM may read the key file',
    ]);
  });

  it('is not checked where the key files were not listed', () => {
    expect(links(evidence({ keyFiles: lack('closed') }))[3]).toBe('unknown not-read: not checked: closed');
  });
});

describe('the access link', () => {
  it('is broken where SYSTEM may not read the key file; a warning while it is served', () => {
    const acls = have(new Map([[FRONT_FILE.toLowerCase(), CLOSED_SDDL]]));
    const says = 'key-closed-to-system: SYSTEM may not read the key file';
    expect(links(evidence({ acls, handshakes: new Map() }))[4]).toBe(`broken ${says}`);
    expect(links(evidence({ acls }))[4]).toBe(
      `warning ${says}; http.sys still uses the key, which may end at the next reboot`,
    );
  });

  it('is not checked without its ACL, or with one that is not understood', () => {
    expect(links(evidence({ acls: lack('icacls failed') }))[4]).toBe('unknown not-read: not checked: icacls failed');
    expect(links(evidence({ acls: have(new Map()) }))[4]).toBe(
      `unknown not-read: not checked: the permissions of ${FRONT_FILE} were not read`,
    );
    const acls = have(new Map([[FRONT_FILE.toLowerCase(), 'rubbish']]));
    expect(links(evidence({ acls }))[4]).toMatch(
      /^unknown not-read: not checked: the permissions of C:.* are unreadable: no owner and DACL in it$/,
    );
  });

  it('of SYSTEM’s own key needs no ACL', () => {
    const given = evidence({
      storeMy: have([FRONT_DRAGGED]),
      keyFiles: keyFiles([keyFile(FRONT.key!, 'system-capi')]),
      acls: lack(),
    });
    expect(links(given)[4]).toBe('ok fine: SYSTEM may read the key file');
  });
});

describe('the handshake link', () => {
  const client = (value: ReturnType<typeof handshake> | undefined) =>
    links(evidence({ handshakes: value === undefined ? new Map() : met([[FRONT_KEY, value]]) }))[5];

  it('says what a client gets', () => {
    expect(client(undefined)).toBe('unknown not-read: not checked: no handshake was tried');
    expect(client(lack('no network'))).toBe('unknown not-read: not checked: no network');
    expect(client(handshake({ outcome: 'no-connection', detail: 'refused' }))).toBe(
      'broken handshake-no-connection: nobody answers: refused',
    );
    expect(client(noTls)).toBe('broken handshake-no-tls: no TLS answer: reset');
    expect(client(serves(SHOP.thumbprint))).toBe(
      `broken handshake-other-certificate: visitors get another certificate: shop.example.test (${SHOP.thumbprint.slice(0, 8)})`,
    );
  });

  it('cannot say that a certificate is another one where the records were not read', () => {
    const given = evidence({ records: lack(), handshakes: met([[FRONT_KEY, serves(SHOP.thumbprint)]]) });
    expect(links(given)[5]).toBe(`ok fine: TLSv1.3, ${SHOP.thumbprint.slice(0, 8)}`);
  });

  it('belongs to its own endpoint', () => {
    const given = evidence({ config: config([], [FRONT_SITE]), handshakes: met([[SHOP_KEY, noTls]]) });
    expect(link(given, 'handshake')?.code).toBe('not-read');
  });
});
