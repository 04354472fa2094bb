import { describe, expect, it } from 'vitest';
import { judgeMapperEntries, recordsOfSite, siteIdOf } from '../../src/chain/mapper.ts';
import { describeMapperFault } from '../../src/chain/words.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import {
  base64,
  CLOSED_SDDL,
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_FILE,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  keyFiles,
  lack,
  metadataKey,
  record,
  SHOP,
  SHOP_FILE,
  SHOP_RECORD,
  SHOP_SITE,
  site,
  stranded,
  thumb,
} from '../support/evidence-folder.ts';

const GOOD = base64(FRONT.thumbprint);

const judged = (keys: readonly string[], changes: Partial<Evidence> = {}, sites?: readonly string[]) =>
  judgeMapperEntries(evidence({ config: config(keys, sites), ...changes })).map(({ key, sites, fault, notKnown }) => [
    key.path,
    sites.map(({ id }) => id),
    fault ?? notKnown ?? 'good',
  ]);

const entry = (value: string, path = 'LM/W3SVC/1', store?: string) =>
  metadataKey(
    path,
    store === undefined
      ? [[5506, value]]
      : [
          [5506, value],
          [5511, store],
        ],
  );

describe('siteIdOf', () => {
  it.each([
    ['LM/W3SVC/1', 1],
    ['/LM/W3SVC/1', 1],
    ['lm/w3svc/17', 17],
    ['LM/W3SVC/1/', 1],
    ['LM/W3SVC', 'all'],
    ['/lm/w3svc/', 'all'],
    ['LM/W3SVC/1/ROOT', undefined],
    ['LM/W3SVC/1/ROOT/Some App', undefined],
    ['LM/W3SVC/AppPools', undefined],
    ['LM/W3SVC/x1', undefined],
    ['LM/MSFTPSVC/1', undefined],
    ['XLM/W3SVC/1', undefined],
    ['XLM/W3SVC', undefined],
    ['LM/W3SVC/1x', undefined],
    ['LM', undefined],
    ['', undefined],
  ])('%s', (path, id) => {
    expect(siteIdOf(path)).toBe(id);
  });
});

describe('an entry 5506', () => {
  it('that is the hash of the live record is good', () => {
    expect(judged([entry(GOOD)])).toEqual([['LM/W3SVC/1', [1], 'good']]);
  });

  it.each([
    ['not base64', '!!!!', 'not-base64'],
    ['with white space in it', `${GOOD} `, 'not-base64'],
    ['base64 that is cut short', GOOD.slice(0, -2), 'not-base64'],
    ['empty', '', 'not-20-bytes'],
    ['19 bytes', Buffer.alloc(19, 7).toString('base64'), 'not-20-bytes'],
    ['21 bytes', Buffer.alloc(21, 7).toString('base64'), 'not-20-bytes'],
    ['a SHA-256', Buffer.alloc(32, 7).toString('base64'), 'not-20-bytes'],
    ['the hash of the article', '442jqCFFZ77jBhZ7QYHKXuK9drc=', 'no-such-certificate'],
    ['the hash of another certificate', base64(SHOP.thumbprint), 'other-than-record'],
  ])('%s is not', (_name, value, fault) => {
    expect(judged([entry(value)])).toEqual([['LM/W3SVC/1', [1], fault]]);
  });

  it('is looked up in the store that 5511 names', () => {
    expect(judged([entry(GOOD, 'LM/W3SVC/1', 'my')])[0]?.[2]).toBe('good');
    expect(judged([entry(GOOD, 'LM/W3SVC/1', '')])[0]?.[2]).toBe('good');
    expect(judged([entry(GOOD, 'LM/W3SVC/1', 'WebHosting')])[0]?.[2]).toBe('no-such-certificate');
    const hosted = { storeMy: have([SHOP]), storeWebHosting: have([{ ...FRONT, store: 'WebHosting' }]) };
    expect(judged([entry(GOOD, 'LM/W3SVC/1', 'WebHosting')], hosted)[0]?.[2]).toBe('good');
    expect(judged([entry(GOOD)], hosted)[0]?.[2]).toBe('no-such-certificate');
  });

  it('for a site that is gone is not good, whatever its value', () => {
    for (const value of [GOOD, '!!!!', base64(thumb('x'))])
      expect(judged([entry(value, 'LM/W3SVC/9')])).toEqual([['LM/W3SVC/9', [], 'no-such-site']]);
  });

  it('whose certificate has a key that SYSTEM cannot use is not good', () => {
    const closed = { acls: have(new Map([[FRONT_FILE.toLowerCase(), CLOSED_SDDL]])) };
    expect(judged([entry(GOOD)], closed)[0]?.[2]).toBe('key-unusable');
    const dragged = judgeMapperEntries(stranded({ config: config([entry(GOOD)]) }));
    expect(dragged.map(({ fault }) => fault)).toEqual(['key-unusable']);
    expect(judged([entry(GOOD)], { keyFiles: keyFiles([SHOP_FILE]) })[0]?.[2]).toBe('key-unusable');
  });

  it('is good with a usable certificate where the record is lost: the mapper would make it', () => {
    expect(judged([entry(GOOD)], { records: have([SHOP_RECORD]) })[0]?.[2]).toBe('good');
    const empty = { records: have([{ ...FRONT_RECORD, thumbprint: '' }]) };
    expect(judged([entry(GOOD)], empty)[0]?.[2]).toBe('good');
  });

  it('is bad as soon as one record of its site has another certificate', () => {
    const sites = [site(1, 'Front', ['https *:443:', 'https 192.0.2.1:443:'])];
    const records = have([FRONT_RECORD, record('ip', '192.0.2.1:443', { thumbprint: SHOP.thumbprint })]);
    expect(judged([entry(GOOD)], { records }, sites)[0]?.[2]).toBe('other-than-record');
  });

  it('is not judged where what it takes was not read', () => {
    expect(judged([entry(GOOD)], { storeMy: lack('no store') })[0]?.[2]).toBe('no store');
    expect(judged([entry(GOOD, 'LM/W3SVC/1', 'Root')])[0]?.[2]).toBe('the store Root is not one that is read');
    expect(judged([entry(GOOD)], { keyFiles: lack('no files') })[0]?.[2]).toBe('no files');
    expect(judged([entry(GOOD)], { records: lack('no records') })[0]?.[2]).toBe('no records');
    expect(judged([entry('!!!!')], { storeMy: lack(), records: lack() })[0]?.[2]).toBe('not-base64');
    expect(judgeMapperEntries(evidence({ config: lack() }))).toEqual([]);
  });

  it('tells the thumbprint that it holds, where it holds one', () => {
    const given = evidence({ config: config([entry(GOOD), entry('!!!!', 'LM/W3SVC/2'), entry(GOOD, 'LM/W3SVC/9')]) });
    expect(judgeMapperEntries(given).map(({ thumbprint }) => thumbprint)).toEqual([
      FRONT.thumbprint,
      undefined,
      FRONT.thumbprint,
    ]);
    const missing = evidence({ config: config([entry(base64(thumb('x')))]) });
    expect(judgeMapperEntries(missing)[0]?.thumbprint).toBe(thumb('x'));
    const unread = evidence({ config: config([entry(GOOD)]), storeMy: lack() });
    expect(judgeMapperEntries(unread)[0]?.thumbprint).toBe(FRONT.thumbprint);
  });
});

describe('the key of an entry', () => {
  it('on service level is inherited by every site without one of its own', () => {
    const keys = [entry(GOOD, 'LM/W3SVC'), entry(base64(SHOP.thumbprint), 'lm/w3svc/2')];
    expect(judged(keys)).toEqual([
      ['LM/W3SVC', [1], 'good'],
      ['lm/w3svc/2', [2], 'good'],
    ]);
    expect(judged([entry(GOOD, '/LM/W3SVC')])).toEqual([['/LM/W3SVC', [1, 2], 'other-than-record']]);
  });

  it('of a site without 5506 shadows nothing', () => {
    const keys = [entry(GOOD, 'LM/W3SVC'), metadataKey('LM/W3SVC/2', [[5511, 'MY']])];
    expect(judged(keys)).toEqual([['LM/W3SVC', [1, 2], 'other-than-record']]);
  });

  it('on service level is no entry of a site that is gone, even where no site inherits it', () => {
    const keys = [entry(GOOD, 'LM/W3SVC'), entry(GOOD, 'LM/W3SVC/1')];
    expect(judged(keys, {}, [FRONT_SITE])).toEqual([
      ['LM/W3SVC', [], 'good'],
      ['LM/W3SVC/1', [1], 'good'],
    ]);
  });

  it('below a site is left alone', () => {
    expect(judged([entry('!!!!', 'LM/W3SVC/1/ROOT'), entry('!!!!', 'LM/W3SVC/1/ROOT/Some App')])).toEqual([]);
  });

  it('with a leading slash and in other letters is the same key', () => {
    expect(judged([entry('!!!!', '/lm/w3SVC/1')])).toEqual([['/lm/w3SVC/1', [1], 'not-base64']]);
  });
});

describe('recordsOfSite', () => {
  const front = config(
    [],
    [site(1, 'Front', ['https *:443:', 'HTTPS *:444:a.example.test 1', 'http *:80:', 'https bad']), SHOP_SITE],
  );
  const [own, shop] = front.known ? front.value.sites : [];

  it('are those of its https bindings, well-formed and not of the central store', () => {
    const records = [
      FRONT_RECORD,
      SHOP_RECORD,
      record('sni', 'a.example.test:444'),
      record('ip', '0.0.0.0:80'),
      record('ip', '0.0.0.0:444'),
      record('ccs', '443'),
    ];
    expect(recordsOfSite(own!, records).map(({ endpoint }) => endpoint.name)).toEqual([
      '0.0.0.0:443',
      'a.example.test:444',
    ]);
    expect(recordsOfSite(shop!, records)).toEqual([SHOP_RECORD]);
    const central = config([], [site(3, 'Central', ['https *:443: 2'])]);
    expect(recordsOfSite(central.known ? central.value.sites[0]! : own!, records)).toEqual([]);
  });
});

describe('describeMapperFault', () => {
  it('says each in words of its own', () => {
    expect(describeMapperFault('not-base64', 'MY')).toBe('it is not base64');
    expect(describeMapperFault('not-20-bytes', 'MY')).toBe('it does not have 20 bytes');
    expect(describeMapperFault('no-such-certificate', 'WebHosting')).toBe(
      'no certificate in LocalMachine\\WebHosting has it',
    );
    expect(describeMapperFault('key-unusable', 'MY')).toBe('SYSTEM cannot use the private key of its certificate');
    expect(describeMapperFault('other-than-record', 'MY')).toBe('the SSL record names another certificate');
    expect(describeMapperFault('no-such-site', 'MY')).toBe('its site does not exist any more');
  });
});

describe('usableBySystem, where a part was not read', () => {
  it('takes a machine key for usable without its ACL, and hardware for neither', () => {
    expect(judged([entry(GOOD)], { acls: lack() })[0]?.[2]).toBe('good');
    const hsm = certificate('front', { key: { ...FRONT.key!, provider: 'Acme HSM' } });
    expect(judged([entry(GOOD)], { storeMy: have([hsm, SHOP]) })[0]?.[2]).toBe('its key is with Acme HSM');
  });
});
