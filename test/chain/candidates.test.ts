import { describe, expect, it } from 'vitest';
import { candidatesFor, remembered } from '../../src/chain/candidates.ts';
import type { StoreCertificate } from '../../src/model/certificate.ts';
import type { BaselineState, Evidence } from '../../src/model/evidence.ts';
import {
  CLOSED_SDDL,
  capiKey,
  certificate,
  cngKey,
  config,
  evidence,
  FRONT,
  FRONT_RECORD,
  have,
  healthyWith,
  keyFile,
  keyFiles,
  lack,
  record,
  remembering,
  SHOP,
  SHOP_RECORD,
  site,
  stranded,
} from '../evidence/build.ts';

/** Certificates with machine keys; names by seed. */
const cert = (seed: string, names: readonly string[], facts: Partial<StoreCertificate['facts']> = {}) =>
  certificate(seed, { key: capiKey({ container: `{${seed}}` }), facts: { names, ...facts } });

const machine = (...certificates: readonly StoreCertificate[]): Partial<Evidence> => ({
  storeMy: have(certificates),
  keyFiles: keyFiles(certificates.flatMap(({ key }) => (key === undefined ? [] : [keyFile(key, 'machine-capi')]))),
  records: have([]),
});

/** Seeds of the candidates of the first https binding of the first site. */
function fits(sites: readonly string[], certificates: readonly StoreCertificate[], changes: Partial<Evidence> = {}) {
  const given = evidence({ config: config([], sites), ...machine(...certificates), ...changes });
  const [first] = given.config.known ? given.config.value.sites : [];
  const binding = first?.bindings.find(({ protocol }) => protocol === 'https');
  return candidatesFor(first!, binding!, given).map(
    ({ certificate, stranded: moved }) =>
      `${certificates.find((each) => each.thumbprint === certificate.thumbprint)?.facts.subject.slice(3, 4)}${moved ? ' stranded' : ''}`,
  );
}

const NAMED = [site(1, 'A', ['https *:443:www.example.test 1'])];
const HOSTLESS = [site(1, 'A', ['https *:443:'])];

describe('a binding with a host name', () => {
  it('fits the certificate that has this name', () => {
    expect(fits(NAMED, [cert('a', ['www.example.test']), cert('b', ['other.example.test'])])).toEqual(['a']);
    expect(fits(NAMED, [cert('a', ['x.example.test', 'www.example.test'])])).toEqual(['a']);
    expect(fits([site(1, 'A', ['https *:443:WWW.Example.Test 1'])], [cert('a', ['www.example.test'])])).toEqual(['a']);
  });

  it('fits a wildcard one level above, and no other', () => {
    expect(fits(NAMED, [cert('a', ['*.example.test'])])).toEqual(['a']);
    expect(fits(NAMED, [cert('a', ['*.test'])])).toEqual([]);
    expect(fits(NAMED, [cert('a', ['*.www.example.test'])])).toEqual([]);
    expect(fits(NAMED, [cert('a', ['example.test'])])).toEqual([]);
    expect(fits([site(1, 'A', ['https *:443:example.test 1'])], [cert('a', ['*.example.test'])])).toEqual([]);
    expect(fits([site(1, 'A', ['https *:443:intranet 1'])], [cert('a', ['*t']), cert('b', ['intranet'])])).toEqual([
      'b',
    ]);
  });

  it('fits several where several have the name', () => {
    expect(fits(NAMED, [cert('a', ['www.example.test']), cert('b', ['*.example.test'])])).toEqual(['a', 'b']);
  });

  it('fits nothing where none has it, even if there is only one certificate', () => {
    expect(fits(NAMED, [cert('a', ['other.example.test'])])).toEqual([]);
  });
});

describe('a certificate that does not serve', () => {
  const www = (facts: Partial<StoreCertificate['facts']>) => cert('a', ['www.example.test'], facts);

  it('is no candidate: expired, not yet valid, for other uses, archived', () => {
    expect(fits(NAMED, [www({ notAfter: '2026-03-01T11:59:59.999Z' })])).toEqual([]);
    expect(fits(NAMED, [www({ notAfter: '2026-03-01T12:00:00.000Z' })])).toEqual(['a']);
    expect(fits(NAMED, [www({ notBefore: '2026-03-01T12:00:00.001Z' })])).toEqual([]);
    expect(fits(NAMED, [www({ notBefore: '2026-03-01T12:00:00.000Z' })])).toEqual(['a']);
    expect(fits(NAMED, [www({ serverAuth: false })])).toEqual([]);
    expect(fits(NAMED, [{ ...www({}), archived: true }])).toEqual([]);
  });

  it('is no candidate when SYSTEM cannot use its key, or that is not known', () => {
    const a = www({});
    expect(fits(NAMED, [a], { keyFiles: keyFiles([]) })).toEqual([]);
    expect(fits(NAMED, [a], { keyFiles: lack() })).toEqual([]);
    const file = keyFile(a.key!, 'machine-capi');
    expect(fits(NAMED, [a], { acls: have(new Map([[file.toLowerCase(), CLOSED_SDDL]])) })).toEqual([]);
  });

  it('is one once its key is moved', () => {
    const user = { ...www({}), key: capiKey({ container: '{a}', machineKeyset: false }) };
    expect(fits(NAMED, [user], { keyFiles: keyFiles([keyFile(user.key, 'olga-capi')]) })).toEqual(['a stranded']);
  });

  it('is one with SYSTEM’s own key', () => {
    const user = { ...www({}), key: cngKey({ container: 'a', machineKeyset: false }) };
    expect(fits(NAMED, [user], { keyFiles: keyFiles([keyFile(user.key, 'system-keys')]) })).toEqual(['a']);
  });
});

describe('a binding without a host name', () => {
  it('fits the only certificate, whatever its name', () => {
    expect(fits(HOSTLESS, [cert('a', ['anything.example.test'])])).toEqual(['a']);
    expect(fits(HOSTLESS, [])).toEqual([]);
  });

  it('fits what the other bindings of its site are called', () => {
    const sites = [site(1, 'A', ['http *:80:www.example.test', 'https *:443:'])];
    expect(fits(sites, [cert('a', ['other.example.test']), cert('b', ['www.example.test'])])).toEqual(['b']);
    const mixed = [site(1, 'A', ['net.tcp 808:other.example.test', 'HTTP *:80:WWW.example.test', 'https *:443:'])];
    expect(fits(mixed, [cert('a', ['other.example.test']), cert('b', ['www.example.test'])])).toEqual(['b']);
  });

  it('fits any where none is called so', () => {
    const sites = [site(1, 'A', ['http *:80:www.example.test', 'https *:443:'])];
    expect(fits(sites, [cert('a', ['other.example.test'])])).toEqual(['a']);
    expect(fits(sites, [cert('a', ['one.example.test']), cert('b', ['two.example.test'])])).toEqual(['a', 'b']);
  });

  it('leaves to other sites what they use or what is made out to them alone', () => {
    const sites = [...HOSTLESS, site(2, 'B', ['https *:443:shop.example.test 1', 'ftp *:21:files.example.test'])];
    const shop = cert('b', ['shop.example.test']);
    const files = cert('c', ['files.example.test']);
    expect(fits(sites, [cert('a', ['front.example.test']), shop])).toEqual(['a']);
    expect(fits(sites, [files, shop])).toEqual(['c']);
    const both = cert('d', ['shop.example.test', 'front.example.test']);
    expect(fits(sites, [both, shop])).toEqual(['d']);
    const used = { records: have([record('sni', 'x.example.test:443', { thumbprint: both.thumbprint })]) };
    expect(fits(sites, [both, shop], used)).toEqual([]);
    expect(fits(sites, [both, files], { records: lack() })).toEqual(['d', 'c']);
  });

  it('does not take its own site for another one', () => {
    const sites = [site(1, 'A', ['https *:443:', 'https *:444:www.example.test 1'])];
    expect(fits(sites, [cert('a', ['www.example.test']), cert('b', ['x.example.test'])])).toEqual(['a']);
  });
});

describe('both stores are looked through', () => {
  it('and what was not read is no candidate', () => {
    const hosted = { ...cert('b', ['www.example.test']), store: 'WebHosting' };
    const a = cert('a', ['www.example.test']);
    const both = { ...machine(a, hosted), storeMy: have([a]), storeWebHosting: have([hosted]) };
    expect(fits(NAMED, [a, hosted], both)).toEqual(['a', 'b']);
    expect(fits(NAMED, [a, hosted], { ...both, storeMy: lack() })).toEqual(['b']);
    expect(fits(NAMED, [a, hosted], { ...both, storeWebHosting: lack() })).toEqual(['a']);
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

describe('the healthy server', () => {
  it('has one candidate for each of its bindings', () => {
    const given = stranded();
    const [front, shop] = given.config.known ? given.config.value.sites : [];
    expect(candidatesFor(shop!, shop!.bindings[1]!, given)).toEqual([{ certificate: SHOP, stranded: false }]);
    const lost = stranded({ records: have([SHOP_RECORD]) });
    expect(
      candidatesFor(front!, front!.bindings[1]!, lost).map(({ certificate, stranded: moved }) => [
        certificate.thumbprint,
        moved,
      ]),
    ).toEqual([[FRONT.thumbprint, true]]);
  });
});
