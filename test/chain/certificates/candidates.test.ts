import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../src/chain/certificates/candidates.ts';
import { joinChains } from '../../../src/chain/join.ts';
import { remembered } from '../../../src/chain/memory/remembered.ts';
import type { StoreCertificate } from '../../../src/model/server/certificate.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import type { BaselineState } from '../../../src/model/server/healthy-state.ts';
import {
  CLOSED_SDDL,
  capiKey,
  certificate,
  cngKey,
  config,
  evidence,
  FRONT_RECORD,
  have,
  healthyWith,
  keyFile,
  keyFiles,
  lack,
  record,
  remembering,
  SHOP_RECORD,
  site,
} from '../../support/evidence-folder.ts';

/** Certificates with machine keys; names by seed. */
const cert = (seed: string, names: readonly string[], facts: Partial<StoreCertificate['facts']> = {}) =>
  certificate(seed, { key: capiKey({ container: `{${seed}}` }), facts: { names, ...facts } });

const machine = (...certificates: readonly StoreCertificate[]): Partial<Evidence> => ({
  storeMy: have(certificates),
  keyFiles: keyFiles(certificates.flatMap(({ key }) => (key === undefined ? [] : [keyFile(key, 'machine-capi')]))),
  records: have([]),
});

/** The candidates of the first https binding: seeds in the order of the offer, the certain one marked, and why. */
function found(sites: readonly string[], certificates: readonly StoreCertificate[], changes: Partial<Evidence> = {}) {
  const given = evidence({ config: config([], sites), ...machine(...certificates), ...changes });
  const [chain] = joinChains(given);
  const candidates = candidatesFor(chain!.endpoint, given);
  if (!candidates.known) return { fits: [], why: `unknown: ${candidates.why}` };
  const { offered, certain, why } = candidates.value;
  const fits = offered.map((each) => {
    const seed = certificates
      .find(({ thumbprint }) => thumbprint === each.certificate.thumbprint)
      ?.facts.subject.slice(3, 4);
    return `${seed}${each.stranded ? ' stranded' : ''}${each.doubt ? ' doubted' : ''}${each === certain ? '!' : ''}`;
  });
  return { fits, why };
}

const fits = (...given: Parameters<typeof found>) => found(...given).fits;
const why = (...given: Parameters<typeof found>) => found(...given).why;

const NAMED = [site(1, 'A', ['https *:443:www.example.test 1'])];
const HOSTLESS = [site(1, 'A', ['https *:443:'])];

describe('a binding with a host name', () => {
  it('fits the certificate that has this name', () => {
    expect(fits(NAMED, [cert('a', ['www.example.test']), cert('b', ['other.example.test'])])).toEqual(['a!']);
    expect(fits(NAMED, [cert('a', ['x.example.test', 'www.example.test'])])).toEqual(['a!']);
    expect(fits([site(1, 'A', ['https *:443:WWW.Example.Test 1'])], [cert('a', ['www.example.test'])])).toEqual(['a!']);
  });

  it('fits a wildcard one level above, and no other', () => {
    expect(fits(NAMED, [cert('a', ['*.example.test'])])).toEqual(['a!']);
    expect(fits(NAMED, [cert('a', ['*.test'])])).toEqual([]);
    expect(fits(NAMED, [cert('a', ['*.www.example.test'])])).toEqual([]);
    expect(fits(NAMED, [cert('a', ['example.test'])])).toEqual([]);
    expect(fits([site(1, 'A', ['https *:443:example.test 1'])], [cert('a', ['*.example.test'])])).toEqual([]);
    expect(fits([site(1, 'A', ['https *:443:intranet 1'])], [cert('a', ['*t']), cert('b', ['intranet'])])).toEqual([
      'b!',
    ]);
  });

  it('fits several where several have the name', () => {
    expect(fits(NAMED, [cert('a', ['www.example.test']), cert('b', ['*.example.test'])])).toEqual(['b', 'a']);
  });

  it('fits nothing where none has it, even if there is only one certificate', () => {
    expect(fits(NAMED, [cert('a', ['other.example.test'])])).toEqual([]);
  });
});

describe('a certificate that does not serve', () => {
  const www = (facts: Partial<StoreCertificate['facts']>) => cert('a', ['www.example.test'], facts);

  it('is no candidate: expired, not yet valid, for other uses, archived', () => {
    expect(fits(NAMED, [www({ notAfter: '2026-03-01T11:59:59.999Z' })])).toEqual([]);
    expect(fits(NAMED, [www({ notAfter: '2026-03-01T12:00:00.000Z' })])).toEqual(['a!']);
    expect(fits(NAMED, [www({ notBefore: '2026-03-01T12:00:00.001Z' })])).toEqual([]);
    expect(fits(NAMED, [www({ notBefore: '2026-03-01T12:00:00.000Z' })])).toEqual(['a!']);
    expect(fits(NAMED, [www({ serverAuth: false })])).toEqual([]);
    expect(fits(NAMED, [{ ...www({}), archived: true }])).toEqual([]);
  });

  it('is no candidate when SYSTEM cannot use its key', () => {
    const a = www({});
    expect(fits(NAMED, [a], { keyFiles: keyFiles([]) })).toEqual([]);
    const file = keyFile(a.key!, 'machine-capi');
    expect(fits(NAMED, [a], { acls: have(new Map([[file.toLowerCase(), CLOSED_SDDL]])) })).toEqual([]);
  });

  it('is offered and never certain where it is not known whether SYSTEM can use its key', () => {
    const a = www({});
    expect(found(NAMED, [a], { keyFiles: lack() })).toEqual({
      fits: ['a doubted'],
      why: 'whether SYSTEM can use its key is not known: access denied',
    });
    const tpm = { ...a, key: cngKey({ provider: 'Microsoft Platform Crypto Provider' }) };
    expect(fits(NAMED, [tpm, cert('b', ['www.example.test'])])).toEqual(['a doubted', 'b']);
    expect(fits(HOSTLESS, [{ ...tpm, facts: { ...tpm.facts, names: ['front.example.test'] } }])).toEqual(['a doubted']);
  });

  it('is one once its key is moved', () => {
    const user = { ...www({}), key: capiKey({ container: '{a}', machineKeyset: false }) };
    expect(fits(NAMED, [user], { keyFiles: keyFiles([keyFile(user.key, 'olga-capi')]) })).toEqual(['a stranded!']);
  });

  it('is one with SYSTEM’s own key', () => {
    const user = { ...www({}), key: cngKey({ container: 'a', machineKeyset: false }) };
    expect(fits(NAMED, [user], { keyFiles: keyFiles([keyFile(user.key, 'system-keys')]) })).toEqual(['a!']);
  });
});

describe('a host name outside ASCII', () => {
  it('is compared as A-labels, whatever the configuration and the certificate hold', () => {
    const unicode = [site(1, 'A', ['https *:443:www.Bücher.example 1'])];
    const ascii = [site(1, 'A', ['https *:443:www.xn--bcher-kva.example 1'])];
    for (const sites of [unicode, ascii])
      for (const name of ['www.xn--bcher-kva.example', 'www.bücher.example', '*.xn--bcher-kva.example'])
        expect(found(sites, [cert('a', [name])])).toEqual({
          fits: ['a!'],
          why: 'it is the only usable certificate for www.xn--bcher-kva.example',
        });
    expect(fits(unicode, [cert('a', ['www.bucher.example'])])).toEqual([]);
  });
});

describe('several bindings on one endpoint', () => {
  const two = [site(1, 'A', ['https *:443:a.example.test']), site(2, 'B', ['https *:443:b.example.test'])];

  it('take a certificate for certain only where it covers the host of each', () => {
    expect(fits(two, [cert('a', ['*.example.test'])])).toEqual(['a!']);
    expect(found(two, [cert('a', ['a.example.test'])])).toEqual({
      fits: ['a'],
      why: 'a.example.test does not cover b.example.test',
    });
  });
});

describe('a certificate in both stores', () => {
  it('is one certificate', () => {
    const a = cert('a', ['www.example.test']);
    const twice = { ...machine(a), storeWebHosting: have([{ ...a, store: 'WebHosting' }]) };
    expect(fits(NAMED, [a], twice)).toEqual(['a!']);
  });

  it('is taken from the store whose entry SYSTEM can use', () => {
    const a = cert('a', ['www.example.test']);
    const moved = { ...a, key: capiKey({ container: '{moved}', machineKeyset: false }) };
    const files = keyFiles([keyFile(a.key!, 'machine-capi'), keyFile(moved.key, 'olga-capi')]);
    const twice = { storeMy: have([moved]), storeWebHosting: have([{ ...a, store: 'WebHosting' }]), keyFiles: files };
    expect(fits(NAMED, [a], twice)).toEqual(['a!']);
  });
});

// The computer is FRONT.example.test.
describe('a binding without a host name has for certain', () => {
  const FRONT_NAME = cert('a', ['front.example.test']);
  const last = (changes: Partial<Evidence> = {}, ...others: readonly StoreCertificate[]) =>
    found(HOSTLESS, [FRONT_NAME, ...others], changes);

  it('the only certificate that is made out to this computer', () => {
    const why = 'it is the only usable certificate left, and made out to this computer (FRONT)';
    expect(last()).toEqual({ fits: ['a!'], why });
    expect(found(HOSTLESS, [cert('a', ['front.other.test'])])).toEqual({ fits: ['a!'], why });
    expect(found(HOSTLESS, [cert('a', ['*.example.test'])])).toEqual({ fits: ['a!'], why });
    expect(fits(HOSTLESS, [cert('a', ['*.example.test'])], { dnsDomain: lack() })).toEqual(['a']);
    expect(last({ computerName: lack() }).fits).toEqual(['a']);
  });

  it('or to a host name of the http bindings of the site', () => {
    const sites = [site(1, 'A', ['HTTP *:80:WWW.example.org', 'https *:443:'])];
    expect(found(sites, [cert('b', ['www.example.org'])])).toEqual({
      fits: ['b!'],
      why: 'it is the only usable certificate left, and made out to www.example.org, an http host name of the site',
    });
    expect(
      fits([site(1, 'A', ['ftp *:21:www.example.org', 'https *:443:'])], [cert('b', ['www.example.org'])]),
    ).toEqual(['b']);
  });

  it('none that is made out to somebody else, though it is the only one', () => {
    expect(found(HOSTLESS, [cert('a', ['anything.example.org'])])).toEqual({
      fits: ['a'],
      why: 'anything.example.org is made out neither to this computer nor to an http host name of the site',
    });
    expect(fits(HOSTLESS, [])).toEqual([]);
  });

  it('none where another certificate may have been it', () => {
    expect(last({}, cert('b', ['www.example.org']))).toEqual({
      fits: ['a', 'b'],
      why: 'several certificates fit, and no earlier state says which',
    });
  });

  it('one beside certificates without a full name: what other programs make for themselves', () => {
    const oauth = cert('b', ['microsoft exchange server auth certificate']);
    const management = cert('c', ['wmsvc-sha2-front']);
    expect(last({}, oauth, management).fits).toEqual(['a!', 'b', 'c']);
    expect(found(HOSTLESS, [oauth])).toEqual({
      fits: ['b'],
      why: 'no usable certificate has a full name and is free of other programs and of the names of other sites',
    });
    expect(fits(HOSTLESS, [cert('a', ['front'])])).toEqual(['a']);
  });

  it('one beside a certificate that a record of another program uses', () => {
    const other = cert('b', ['sts.example.test']);
    const uses = (appId: string) => ({
      records: have([record('ip', '0.0.0.0:8172', { thumbprint: other.thumbprint, appId })]),
    });
    expect(last(uses('{d7d72267-fcf9-4424-9eec-7e1d8dcec9a9}'), other).fits).toEqual(['a!', 'b']);
    expect(last(uses('{00000000-0000-0000-0000-000000000000}'), other).fits).toEqual(['a', 'b']);
    const own = {
      records: have([
        record('ip', '0.0.0.0:8172', {
          thumbprint: FRONT_NAME.thumbprint,
          appId: '{d7d72267-fcf9-4424-9eec-7e1d8dcec9a9}',
        }),
      ]),
    };
    expect(last(own).fits).toEqual(['a']);
  });

  it('none that another site uses', () => {
    const sites = [...HOSTLESS, site(2, 'B', ['https *:444:'])];
    const used = { records: have([record('ip', '0.0.0.0:444', { thumbprint: FRONT_NAME.thumbprint })]) };
    expect(found(sites, [FRONT_NAME], used)).toEqual({
      fits: ['a'],
      why: 'front.example.test is in use at 0.0.0.0:444 too',
    });
    expect(fits([site(1, 'A', ['https *:443:', 'https *:444:'])], [FRONT_NAME], used)).toEqual(['a!']);
  });

  it('one beside a certificate that the host names of other sites explain', () => {
    const sites = [...HOSTLESS, site(2, 'B', ['https *:443:shop.example.test 1'])];
    const shop = cert('b', ['shop.example.test']);
    const bound = (thumbprint: string) => ({ records: have([record('sni', 'shop.example.test:443', { thumbprint })]) });
    expect(fits(sites, [FRONT_NAME, shop], bound(shop.thumbprint))).toEqual(['b', 'a!']);
    expect(fits(sites, [FRONT_NAME, shop])).toEqual(['a!', 'b']);
    // The site has another one, so this may have been ours.
    expect(fits(sites, [FRONT_NAME, shop], bound(FRONT_NAME.thumbprint))).toEqual(['a', 'b']);
    // A wildcard, or another name beside, is not explained.
    const wider = cert('b', ['shop.example.test', 'example.test']);
    expect(fits(sites, [FRONT_NAME, wider], bound(wider.thumbprint))).toEqual(['b', 'a']);
  });
});

describe('certificates are offered', () => {
  it('by what a record of the site uses, of the port, what covers the computer, what is for clients, the rest', () => {
    const sites = [site(1, 'A', ['https *:443:', 'https 127.0.0.1:443:']), site(2, 'B', ['https *:444:'])];
    const all = [
      cert('a', ['oauth']),
      cert('b', ['other.example.org']),
      cert('c', ['front.example.test']),
      cert('d', ['*.example.org']),
      cert('e', ['mail.example.org']),
      cert('f', ['back.example.org']),
    ];
    const records = have([
      record('ip', '127.0.0.1:443', { thumbprint: all[4]!.thumbprint }),
      record('sni', 'x.example.org:443', { thumbprint: all[3]!.thumbprint }),
      record('ip', '0.0.0.0:444', { thumbprint: all[5]!.thumbprint }),
    ]);
    expect(fits(sites, all, { records })).toEqual(['e', 'd', 'c', 'b', 'f', 'a']);
  });
});

describe('nothing is chosen', () => {
  it('A5: while a store, an entry or the records were not read', () => {
    const a = cert('a', ['www.example.test']);
    expect(why(NAMED, [a], { storeMy: lack() })).toBe('unknown: LocalMachine\\MY was not read: access denied');
    expect(why(NAMED, [a], { storeWebHosting: lack() })).toBe(
      'unknown: LocalMachine\\WebHosting was not read: access denied',
    );
    const unreadableEntries = [{ store: 'MY', name: 'AA', why: 'it is cut' }];
    expect(why(NAMED, [a], { unreadableEntries })).toBe(
      'unknown: the entry AA of LocalMachine\\MY is unreadable: it is cut',
    );
    expect(why(NAMED, [a], { records: lack() })).toBe('unknown: access denied');
  });
});

describe('remembered', () => {
  const baseline = remembering(FRONT_RECORD, SHOP_RECORD);

  it('is the record of that endpoint in the last healthy state', () => {
    expect(remembered(SHOP_RECORD.endpoint, evidence({ baseline }))).toBe(SHOP_RECORD);
    expect(remembered({ table: 'ip', name: 'shop.example.test:443' }, evidence({ baseline }))).toBeUndefined();
    expect(remembered(SHOP_RECORD.endpoint, evidence())).toBeUndefined();
    expect(remembered(SHOP_RECORD.endpoint, evidence({ baseline: lack() }))).toBeUndefined();
  });

  it('is that of the newest state that had a binding for it', () => {
    const older = healthyWith({ ...FRONT_RECORD, flags: 8 }, SHOP_RECORD);
    const newest = healthyWith(FRONT_RECORD);
    const known = (states: readonly BaselineState[]) => evidence({ baseline: have({ states }) });
    expect(remembered(FRONT_RECORD.endpoint, known([newest, older]))).toBe(FRONT_RECORD);
    expect(remembered(SHOP_RECORD.endpoint, known([newest, older]))).toBe(SHOP_RECORD);
    const unbound = { ...newest, bindings: newest.bindings.filter(({ site }) => site !== 'Front') };
    expect(remembered(FRONT_RECORD.endpoint, known([unbound, older]))).toEqual({ ...FRONT_RECORD, flags: 8 });
    expect(remembered(FRONT_RECORD.endpoint, known([unbound]))).toBeUndefined();
    const malformed = newest.bindings.map((binding) => ({ ...binding, information: '443' }));
    expect(remembered(FRONT_RECORD.endpoint, known([{ ...newest, bindings: malformed }]))).toBeUndefined();
  });
});
