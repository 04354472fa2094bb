import { describe, expect, it } from 'vitest';
import { wrongName as playbook } from '../../playbooks/wrong-name.ts';
import { joinChains } from '../../src/chain/join.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import {
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  healthyWith,
  met,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  site,
  thumb,
} from '../support/evidence-folder.ts';
import { diagnoseLab, ids, labDisk, machineOn } from '../support/run-lab.ts';

const wrongName = asked(playbook);

const FRONT_NAMED = { ...SHOP_RECORD, thumbprint: FRONT.thumbprint };
/** Shop's record names Front's certificate. */
const wrong = (changes: Partial<Evidence> = {}) =>
  evidence({
    records: have([FRONT_RECORD, FRONT_NAMED]),
    handshakes: met([[SHOP_KEY, serves(FRONT.thumbprint)]]),
    ...changes,
  });
const findings = (given: Evidence) => wrongName.detect(given).map(({ severity, message }) => `${severity}: ${message}`);

/** One site with a record of its own, whose certificate has these names. */
function named(names: readonly string[], host: string, flags = 1) {
  const bound = certificate('bound', { key: FRONT.key!, facts: { names } });
  const endpoint = flags === 1 ? { table: 'sni' as const, name: `${host}:443` } : FRONT_RECORD.endpoint;
  return evidence({
    config: config([], [site(1, 'One', [`https *:443:${host} ${flags}`])]),
    records: have([{ ...FRONT_RECORD, endpoint, thumbprint: bound.thumbprint }]),
    storeMy: have([bound]),
    handshakes: new Map(),
  });
}

describe('wrong-name finds a certificate without the host name of its binding', () => {
  it('broken, where a usable one that has it lies in a store', () => {
    expect(findings(wrong())).toEqual([
      `broken: Shop, https *:443:shop.example.test: front.example.test (${FRONT.thumbprint}) does not have the name shop.example.test: its names are front.example.test, while LocalMachine\\MY has shop.example.test (${SHOP.thumbprint}), which does.`,
    ]);
    const [finding] = wrongName.detect(wrong());
    expect(finding).toMatchObject({
      id: 'wrong-name:*:443:shop.example.test',
      facts: [
        { name: 'code', value: 'certificate-other-name' },
        { name: 'endpoint', value: 'shop.example.test:443' },
        { name: 'thumbprint', value: FRONT.thumbprint },
      ],
      endpoints: [SHOP_KEY],
    });
    expect(wrongName.plan(finding!, wrong())).toMatchObject({ blocked: true, who: 'an administrator' });
  });

  it.each([
    ['none', []],
    ['an expired one', [{ ...SHOP, facts: { ...SHOP.facts, notAfter: '2026-02-01T00:00:00.000Z' } }]],
    ['an archived one', [{ ...SHOP, archived: true }]],
    ['one for clients', [{ ...SHOP, facts: { ...SHOP.facts, serverAuth: false } }]],
    ['one without its key', [{ ...SHOP, key: { ...SHOP.key!, container: 'gone' } }]],
  ])('a warning, where the stores have %s; and says that it may be meant', (_what, others) => {
    const given = wrong({ storeMy: have([FRONT, ...others]) });
    expect(findings(given)).toEqual([
      `warning: Shop, https *:443:shop.example.test: front.example.test (${FRONT.thumbprint}) does not have the name shop.example.test: its names are front.example.test; as far as visitors come to this server directly, they are warned of it.`,
    ]);
    const [finding] = wrongName.detect(given);
    expect(wrongName.plan(finding!, given)).toMatchObject({ command: 'iis-ssl-heal baseline save' });
  });

  it.each([
    ['a.b.example.test', ['*.example.test'], 'warning'],
    ['a.example.test', ['*.example.test'], undefined],
    ['example.test', ['*.example.test'], 'warning'],
    ['A.Example.TEST', ['a.example.test'], undefined],
    ['www.zweirad-müller.example', ['www.xn--zweirad-mller-4ob.example'], undefined],
    ['www.xn--zweirad-mller-4ob.example', ['www.zweirad-müller.example'], undefined],
    ['*.example.test', ['*.example.test'], undefined],
    ['*.example.test', ['a.example.test'], 'warning'],
    ['localhost', ['front.example.test'], 'warning'],
    ['intranet', ['intranet'], undefined],
    ['10.0.0.5', ['front.example.test'], 'warning'],
    ['shop.example.test', [], undefined],
  ] as const)('%s with the names %j', (host, names, severity) => {
    expect(wrongName.detect(named(names, host)).map((finding) => finding.severity)).toEqual(severity ? [severity] : []);
  });

  it('a warning at most for one word, also where a certificate has it', () => {
    const [, bound] = [0, certificate('bound', { key: FRONT.key!, facts: { names: ['a.test'] } })];
    const better = certificate('better', { key: FRONT.key!, facts: { names: ['intranet'] } });
    const given = { ...named(['a.test'], 'intranet'), storeMy: have([bound, better]) };
    expect(wrongName.detect(given).map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('of two sites on one endpoint each by its own name, and none for a binding without', () => {
    const sites = [FRONT_SITE, site(2, 'A', ['https *:443:a.test']), site(3, 'B', ['https *:443:front.example.test'])];
    const given = evidence({ config: config([], sites), records: have([FRONT_RECORD]) });
    expect(wrongName.detect(given).map(({ subject }) => subject)).toEqual(['A, https *:443:a.test']);
  });

  it('still looks at the key behind it', () => {
    const links = joinChains(wrong({ keyFiles: have({ paths: [], unread: [] }) }))[1]?.links;
    expect(links?.map(({ code }) => code).slice(2, 4)).toEqual(['certificate-other-name', 'key-lost']);
  });
});

describe('what baseline save has accepted', () => {
  const accepting = (host: string, thumbprint: string) =>
    wrong({
      storeMy: have([FRONT]),
      baseline: have({ states: [{ ...healthyWith(FRONT_RECORD, FRONT_NAMED), accepted: [{ host, thumbprint }] }] }),
    });

  it('is a note on the link, and no finding', () => {
    const given = accepting('shop.example.test', FRONT.thumbprint);
    expect(wrongName.detect(given)).toEqual([]);
    expect(joinChains(given)[1]?.links[2]).toMatchObject({ state: 'note', code: 'certificate-other-name' });
  });

  it('is neither another certificate nor another name', () => {
    expect(findings(accepting('shop.example.test', thumb('other')))).toHaveLength(1);
    expect(findings(accepting('front.example.test', FRONT.thumbprint))).toHaveLength(1);
  });
});

describe('wrong-name finds a binding that has lost its SNI flag', () => {
  const FLAGLESS = [FRONT_SITE, site(2, 'Shop', ['https *:443:shop.example.test'])];
  const lost = (changes: Partial<Evidence> = {}) =>
    evidence({ config: config([], FLAGLESS), handshakes: new Map(), ...changes });
  const codes = (given: Evidence) => wrongName.detect(given).map(({ severity, facts }) => [severity, facts[0]?.value]);
  const asShop = (thumbprint: string) =>
    new Map([
      [
        'ip 0.0.0.0:443',
        [{ greeting: { address: '127.0.0.1', port: 443, name: 'shop.example.test' }, got: serves(thumbprint) }],
      ],
    ]);

  it('a warning while nobody was greeted, or visitors still get the right certificate; else broken', () => {
    expect(codes(lost())).toEqual([['warning', 'sni-flag-lost']]);
    expect(codes(lost({ handshakes: asShop(SHOP.thumbprint) }))).toEqual([['warning', 'sni-flag-lost']]);
    expect(codes(lost({ handshakes: asShop(FRONT.thumbprint) }))).toEqual([['broken', 'sni-flag-lost']]);
  });

  it('and says how it comes back', () => {
    const [finding] = wrongName.detect(lost());
    expect(finding?.message).toBe(
      'Shop, https *:443:shop.example.test: the binding has lost its SNI flag (sslFlags 1): by its host name it has the record of shop.example.test:443, and as 0.0.0.0 it shares 0.0.0.0:443 with another site.',
    );
    const plan = wrongName.plan(finding!, lost());
    expect('blocked' in plan && plan.why).toContain(
      `/site.name:"Shop" "/bindings.[protocol='https',bindingInformation='*:443:shop.example.test'].sslFlags:1"`,
    );
  });

  it('not where no record has the name, another program has it, or no other site is there', () => {
    const other = [['broken', 'certificate-other-name']];
    expect(codes(lost({ records: have([FRONT_RECORD]) }))).toEqual(other);
    expect(codes(lost({ records: have([FRONT_RECORD, { ...SHOP_RECORD, appId: '{1}' }]) }))).toEqual(other);
    const alone = config([], FLAGLESS.slice(1));
    expect(codes(lost({ config: alone }))).toEqual(other);
  });
});

describe('on a lab', () => {
  it('with a wrong name is found, and nothing else is', async () => {
    const found = ids(await diagnoseLab(machineOn(labDisk({ faults: ['wrong-name'] }))));
    expect(found).toEqual(['wrong-name:*:443:shop.example.test']);
  });
});
