// By value: what looks like a superseded certificate and is none, then what is one, and what is planned for it.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { supersededCertificate as playbook } from '../../playbooks/superseded-certificate.ts';
import { joinChains } from '../../src/chain/join.ts';
import { supersededRecords } from '../../src/chain/records/superseded.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { NO_CHOICES, planningHere } from '../../src/model/repair/planning.ts';
import type { StoreCertificate } from '../../src/model/server/certificate.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import {
  CLOSED_SDDL,
  capiKey,
  certificate,
  cngKey,
  config,
  evidence,
  FRONT,
  FRONT_FILE,
  FRONT_KEY,
  FRONT_RECORD,
  FRONT_SITE,
  handshake,
  have,
  healthyWith,
  keyFile,
  keyFiles,
  met,
  NETSH_OPTIONS,
  OLGA,
  planned,
  record,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  SHOP_RECORD,
  SHOP_SITE,
  serves,
  site,
  thumb,
  withoutKey,
} from '../support/evidence-folder.ts';

const superseded = asked(playbook);
const ID = 'superseded-certificate:shop.example.test:443';
const SSTP = '{ba195980-cd49-458b-9e23-c84ee0adcd75}';

/** Shop's certificate with its time over, nearly over (it had two years), or with six tenths of it left. */
const EXPIRED = until('2026-02-01T00:00:00.000Z');
const LATE = until('2026-05-01T00:00:00.000Z');
const EARLY = {
  ...SHOP,
  facts: { ...SHOP.facts, notBefore: '2025-11-10T00:00:00.000Z', notAfter: '2026-08-15T00:00:00.000Z' },
};

function until(notAfter: string): StoreCertificate {
  return { ...SHOP, facts: { ...SHOP.facts, notAfter } };
}

/** What a program has renewed it with, changed as told. */
const renewal = (seed: string, changes: Parameters<typeof certificate>[1] = {}): StoreCertificate =>
  certificate(seed, {
    key: cngKey({ container: `tp-${seed}` }),
    ...changes,
    facts: {
      subject: SHOP.facts.subject,
      names: SHOP.facts.names,
      notBefore: '2026-01-15T00:00:00.000Z',
      notAfter: '2027-06-01T00:00:00.000Z',
      ...changes.facts,
    },
  });
const NEXT = renewal('next');
/** Of another issuer: nothing but its names speaks for it. */
const OTHER = renewal('other', { facts: { issuer: 'CN=Other CA' } });

const machineFiles = (all: readonly StoreCertificate[]) =>
  all.flatMap(({ key }) => (key ? [keyFile(key, key.type === 0 ? 'machine-cng' : 'machine-capi')] : []));

const NO_TLS = handshake({ outcome: 'no-tls', detail: 'reset' });
const greeted = (shop: ReturnType<typeof serves>) =>
  met([
    [FRONT_KEY, serves(FRONT.thumbprint)],
    [SHOP_KEY, shop],
  ]);

/** The healthy server, with these certificates beside Front's in MY; each has its key. What is gone serves nobody. */
const given = (certificates: readonly StoreCertificate[], changes: Partial<Evidence> = {}): Evidence =>
  evidence({
    handshakes: greeted(
      certificates.some(({ thumbprint }) => thumbprint === SHOP.thumbprint) ? serves(SHOP.thumbprint) : NO_TLS,
    ),
    storeMy: have([FRONT, ...certificates]),
    keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, ...machineFiles(certificates)]),
    ...changes,
  });

const foundIn = (of: Evidence) => diagnose(of, playbooks).findings.map(({ id }) => id);
const planOf = (of: Evidence, choices: Partial<typeof NO_CHOICES> = {}) => {
  const [first] = superseded.detect(of);
  if (first === undefined) throw new Error('nothing was found');
  return superseded.plan(first, of, { ...NO_CHOICES, ...choices });
};
const boundBy = (of: Evidence) => {
  const [first] = planned(planOf(of)).steps.slice(-1);
  return first?.holds.kind === 'record-is' ? first.holds.record : undefined;
};
const sites = (...all: readonly string[]) => config([], [FRONT_SITE, ...all]);

const KEY_FIRST =
  'import it from its PFX file, or let certutil -repairstore find its key among the keys of the machine';
const BROKEN_LINK = ['broken-link:certificate-expired:shop.example.test:443'];
const GONE = ['broken-link:certificate-missing:shop.example.test:443'];

describe('nothing is superseded', () => {
  it.each<[string, Evidence]>([
    ['while six tenths of the time are left', given([EARLY, NEXT])],
    [
      'at exactly a third of it',
      given([until('2026-09-30T18:00:00.000Z'), NEXT], { collectedAt: '2026-03-01T20:00:00.000Z' }),
    ],
    ['where nothing shows that the other one succeeds', given([LATE, OTHER])],
    ['where two sites have equal names of different issuers', given([LATE, { ...OTHER, friendlyName: 'Site B' }])],
    [
      'where the newer one lacks a name',
      given([{ ...LATE, facts: { ...LATE.facts, names: ['shop.example.test', 'b.example.test'] } }, NEXT]),
    ],
    [
      'where the newer one ends sooner',
      given([LATE, renewal('next', { facts: { notAfter: '2026-04-30T00:00:00.000Z' } })]),
    ],
    ['where it is archived', given([LATE, { ...NEXT, archived: true }])],
    ['where it is for no server', given([LATE, renewal('next', { facts: { serverAuth: false } })])],
    ['where it is not valid yet', given([LATE, renewal('next', { facts: { notBefore: '2026-03-02T00:00:00.000Z' } })])],
    [
      'where its key stayed in a profile',
      given([LATE, NEXT], { keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, keyFile(NEXT.key!, 'olga-cng')]) }),
    ],
    [
      'where SYSTEM may not read its key',
      given([LATE, NEXT], { acls: have(new Map([[keyFile(NEXT.key!, 'machine-cng').toLowerCase(), CLOSED_SDDL]])) }),
    ],
    ['where it is in a profile alone', given([LATE], { profileCertificates: have(new Map([[OLGA.sid, [NEXT]]])) })],
    [
      'where it was made for a test, with the same friendly name',
      given([
        { ...LATE, friendlyName: 'shop' },
        { ...OTHER, friendlyName: 'shop', facts: { ...OTHER.facts, selfSigned: true } },
      ]),
    ],
    ['where several could be it', given([{ ...LATE, friendlyName: 'shop' }, NEXT, { ...OTHER, friendlyName: 'shop' }])],
    [
      'where visitors get the renewal already',
      given([{ ...LATE, renewal: NEXT.thumbprint }, NEXT], {
        handshakes: greeted(serves(NEXT.thumbprint)),
      }),
    ],
    [
      'on the record of another product',
      given([LATE, NEXT], { records: have([FRONT_RECORD, { ...SHOP_RECORD, appId: SSTP }]) }),
    ],
    [
      'while not all certificates are known',
      given([LATE, NEXT], { unreadableEntries: [{ store: 'MY', name: 'X', why: 'cut' }] }),
    ],
  ])('%s', (_name, of) => {
    expect(superseded.detect(of)).toEqual([]);
    const [link] = joinChains(of)[1]!.links.filter(({ name }) => name === 'certificate');
    expect(link).toMatchObject({ state: 'ok', code: 'fine' });
  });

  it('at a site that is stopped, or whose certificate is to be told otherwise', () => {
    const stopped = SHOP_SITE.replace('id="2"', 'id="2" serverAutoStart="false"');
    expect(foundIn(given([EXPIRED, NEXT], { config: sites(stopped) }))).toEqual([]);
    const renewed = { ...EXPIRED, renewal: NEXT.thumbprint };
    const handshakes = greeted(serves(NEXT.thumbprint));
    expect(foundIn(given([renewed, NEXT], { handshakes }))).toEqual([]);
    const named = { ...LATE, facts: { ...LATE.facts, names: ['www.example.test'] } };
    expect(
      foundIn(given([named, renewal('next', { facts: { names: ['www.example.test', 'shop.example.test'] } })])),
    ).toEqual(['wrong-name:*:443:shop.example.test']);
  });

  it('at the central store, whatever it sends', () => {
    const central = site(3, 'Central', ['https *:443:shop.example.test 3']);
    const of = given([EXPIRED, NEXT], {
      config: sites(central),
      records: have([FRONT_RECORD, record('ccs', '443')]),
      handshakes: met([
        [FRONT_KEY, serves(FRONT.thumbprint)],
        ['ccs 443', serves(EXPIRED.thumbprint)],
      ]),
    });
    expect(foundIn(of)).toEqual(['broken-link:certificate-expired:443']);
  });
});

describe('an expired certificate without a successor is a broken link, as it was', () => {
  it.each<[string, Evidence]>([
    ['without any other', given([EXPIRED])],
    [
      'where the other one lacks a name of the old',
      given([{ ...EXPIRED, facts: { ...EXPIRED.facts, names: ['shop.example.test', 'b.example.test'] } }, NEXT]),
    ],
    [
      'where it lacks a host of the endpoint',
      given([{ ...EXPIRED, facts: { ...EXPIRED.facts, names: ['*.example.test'] } }, NEXT]),
    ],
    ['where it is in a profile alone', given([EXPIRED], { profileCertificates: have(new Map([[OLGA.sid, [NEXT]]])) })],
    [
      'where it has expired too',
      given([EXPIRED, renewal('next', { facts: { notAfter: '2026-02-20T00:00:00.000Z' } })]),
    ],
  ])('%s', (_name, of) => {
    expect(superseded.detect(of)).toEqual([]);
    expect(foundIn(of)).toEqual(BROKEN_LINK);
  });

  it('and says that the clock may be wrong where no certificate is valid', () => {
    const brokenLink = asked(playbooks.find(({ id }) => id === 'broken-link')!);
    const adviceFor = (front: StoreCertificate) => {
      const of = given([EXPIRED], { storeMy: have([front, EXPIRED]) });
      const plan = brokenLink.plan(brokenLink.detect(of).at(-1)!, of);
      return 'blocked' in plan ? plan.why : '';
    };
    const clock =
      'this program does not repair it; no certificate of this server is valid now, so check its clock first; else renew the certificate and bind the new one';
    const late = { ...FRONT, facts: { ...FRONT.facts, notAfter: '2026-02-01T00:00:00.000Z' } };
    expect(adviceFor(late)).toBe(clock);
    expect(adviceFor({ ...FRONT, facts: { ...FRONT.facts, notBefore: '2027-01-01T00:00:00.000Z' } })).toContain(clock);
    expect(adviceFor(FRONT)).toBe('this program does not repair it; renew the certificate and bind the new one');
  });
});

describe('a superseded certificate is found', () => {
  it('expired, as broken, with its successor', () => {
    expect(superseded.detect(given([EXPIRED, NEXT]))).toEqual([
      {
        playbook: 'superseded-certificate',
        id: ID,
        subject: 'Shop, https *:443:shop.example.test',
        severity: 'broken',
        message: `Browsers refuse Shop: shop.example.test (5042D146) expired on 2026-02-01, and its renewal shop.example.test (${NEXT.thumbprint.slice(0, 8)}), valid until 2027-06-01, is not bound.`,
        facts: [
          { name: 'code', value: 'certificate-expired', source: 'test' },
          { name: 'endpoint', value: 'shop.example.test:443', source: 'HTTP\\Parameters' },
          { name: 'thumbprint', value: SHOP.thumbprint, source: 'HTTP\\Parameters' },
          { name: 'store', value: 'MY', source: 'HTTP\\Parameters' },
          { name: 'successor', value: NEXT.thumbprint, source: 'test' },
        ],
        endpoints: [SHOP_KEY],
      },
    ]);
  });

  it('gone from the store, as broken', () => {
    const [finding] = superseded.detect(given([NEXT]));
    expect(finding).toMatchObject({ id: ID, severity: 'broken' });
    expect(finding?.message).toBe(
      `HTTPS of Shop is down: the certificate of its SSL record (${SHOP.thumbprint.slice(0, 8)}) is not in LocalMachine\\MY, and shop.example.test (${NEXT.thumbprint.slice(0, 8)}), valid until 2027-06-01, could take its place.`,
    );
  });

  it('with less than a third of its time left, as a warning, in its link too', () => {
    const of = given([LATE, NEXT]);
    const [finding] = superseded.detect(of);
    expect(finding).toMatchObject({ id: ID, severity: 'warning' });
    expect(finding?.message).toBe(
      `Shop still uses the old certificate: shop.example.test (5042D146) ends on 2026-05-01, and its renewal shop.example.test (${NEXT.thumbprint.slice(0, 8)}), valid until 2027-06-01, is not bound.`,
    );
    expect(
      joinChains(of)[1]
        ?.links.slice(2)
        .map(({ state, code }) => `${state} ${code}`),
    ).toEqual(['warning certificate-superseded', 'ok fine', 'ok fine', 'ok fine']);
    expect(joinChains(of)[1]?.links[2]?.message).toBe(
      `shop.example.test (5042D146) ends on 2026-05-01, and its renewal shop.example.test (${NEXT.thumbprint.slice(0, 8)}), valid until 2027-06-01, is not bound`,
    );
    expect(foundIn(of)).toEqual([ID]);
  });

  it('of a certificate of days as of one of years', () => {
    const short = (hours: number) => {
      const old = {
        ...SHOP,
        facts: { ...SHOP.facts, notBefore: '2026-02-25T00:00:00.000Z', notAfter: '2026-03-03T00:00:00.000Z' },
      };
      const at = new Date(Date.parse('2026-03-03T00:00:00.000Z') - hours * 3_600_000).toISOString();
      return foundIn(given([old, NEXT], { collectedAt: at }));
    };
    expect([short(49), short(47)]).toEqual([[], [ID]]);
  });

  it.each<[string, Partial<StoreCertificate>, Partial<StoreCertificate>]>([
    ['by the renewal property of the old one', { renewal: OTHER.thumbprint }, {}],
    ['by the renewal property of the new one, if that is how it goes', {}, { renewal: SHOP.thumbprint }],
    ['by the same friendly name', { friendlyName: 'shop' }, { friendlyName: 'shop' }],
  ])('%s', (_name, old, next) => {
    expect(
      foundIn(
        given([
          { ...LATE, ...old },
          { ...OTHER, ...next },
        ]),
      ),
    ).toEqual([ID]);
    expect(
      foundIn(
        given([
          { ...LATE, ...old },
          { ...OTHER, thumbprint: thumb('x') },
        ]),
      ),
    ).toEqual([]);
  });

  it('with the newest of a pile that one program has left', () => {
    const pile = ['2026-01-01', '2026-01-20', '2026-01-10'].map((from, at) =>
      renewal(`pile${at}`, { facts: { notBefore: `${from}T00:00:00.000Z` } }),
    );
    for (const old of [[EXPIRED], [LATE], []])
      expect(boundBy(given([...old, ...pile]))?.thumbprint).toBe(pile[1]!.thumbprint);
    // The newest one's key is with its owner: the one before it needs nobody.
    const files = keyFiles([
      FRONT_FILE,
      SHOP_FILE,
      ...machineFiles([pile[0]!, pile[2]!]),
      keyFile(pile[1]!.key!, 'olga-cng'),
    ]);
    expect(boundBy(given([EXPIRED, ...pile], { keyFiles: files }))?.thumbprint).toBe(pile[2]!.thumbprint);
    // Two that begin at the same moment are two kinds of key.
    const twins = [renewal('rsa'), renewal('ecdsa')];
    expect(superseded.detect(given([LATE, ...twins]))).toEqual([]);
    expect(planOf(given([EXPIRED, ...twins]))).toMatchObject({ blocked: true, choices: [{}, {}] });
  });

  it('for each site its own: Microsoft’s rebinding bound one site’s renewal to all (Q&A 487546)', () => {
    const all = ['a', 'b', 'c'].map((name) => {
      const names = [`${name}.example.test`];
      const facts = { names, subject: `CN=${names[0]}`, notAfter: '2026-02-01T00:00:00.000Z' };
      return certificate(`old-${name}`, { friendlyName: 'Web', key: cngKey({ container: `tp-old-${name}` }), facts });
    });
    const nextA = renewal('next-a', { friendlyName: 'Web', facts: { names: ['a.example.test'] } });
    const of = given([...all, nextA], {
      config: config(
        [],
        all.map(({ facts }, at) => site(at + 1, facts.names[0]!, [`https *:443:${facts.names[0]} 1`])),
      ),
      records: have(all.map(({ facts, thumbprint }) => record('sni', `${facts.names[0]}:443`, { thumbprint }))),
      handshakes: new Map(),
    });
    expect(foundIn(of)).toEqual([
      'superseded-certificate:a.example.test:443',
      'broken-link:certificate-expired:b.example.test:443',
      'broken-link:certificate-expired:c.example.test:443',
    ]);
  });

  it('once for all bindings of an endpoint, all of whose hosts it must have', () => {
    const shared = site(3, 'Twin', ['https *:443:a.example.test', 'https *:443:b.example.test']);
    const wild = (seed: string, names: readonly string[], notAfter: string) =>
      renewal(seed, { facts: { names, notAfter } });
    const old = wild('old', ['*.example.test'], '2026-02-01T00:00:00.000Z');
    const of = (names: readonly string[]) =>
      given([old, wild('next', names, '2027-06-01T00:00:00.000Z')], {
        config: config([], [shared]),
        records: have([record('ip', '0.0.0.0:443', { thumbprint: old.thumbprint })]),
        handshakes: new Map(),
      });
    expect(foundIn(of(['*.example.test']))).toEqual(['superseded-certificate:0.0.0.0:443']);
    expect(foundIn(of(['a.example.test', 'b.example.test']))).toEqual(['broken-link:certificate-expired:0.0.0.0:443']);
  });
});

describe('the successor is bound', () => {
  const DELETE = ['http', 'delete', 'sslcert', 'hostnameport=shop.example.test:443'];
  const ADD = [
    'http',
    'add',
    'sslcert',
    'hostnameport=shop.example.test:443',
    `certhash=${NEXT.thumbprint.toLowerCase()}`,
    'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}',
    'certstorename=MY',
  ];

  it('by deleting the record and adding it for the new certificate, with the old record as the undo', () => {
    const plan = planned(planOf(given([EXPIRED, NEXT])));
    expect(plan).toMatchObject({
      title: 'Bind shop.example.test, valid until 2027-06-01, to shop.example.test:443',
      risk: 'safe',
      through: 'netsh',
      covers: [ID],
      endpoints: [SHOP_RECORD.endpoint],
      after: [],
    });
    expect('onlyIfSwitchedOn' in plan).toBe(false);
    expect(plan.steps).toMatchObject([
      {
        do: { kind: 'run', command: { program: 'netsh', args: DELETE } },
        undo: { do: { kind: 'run', command: { program: 'netsh' } }, holds: { kind: 'record-is', record: SHOP_RECORD } },
        holds: { kind: 'record-absent' },
      },
      {
        do: { kind: 'run', command: { program: 'netsh', args: ADD } },
        undo: { do: { kind: 'run', command: { program: 'netsh', args: DELETE } }, holds: { kind: 'record-absent' } },
        holds: { kind: 'record-is', record: { ...SHOP_RECORD, thumbprint: NEXT.thumbprint } },
      },
    ]);
    expect(Object.keys(plan.before).map((key) => (JSON.parse(key) as { kind: string }).kind)).toEqual([
      'record',
      'entry',
    ]);
    expect(plan.effects).toEqual([
      `It will use shop.example.test (${NEXT.thumbprint.slice(0, 8)}), valid until 2027-06-01, with every setting of the record: it has the same issuer and the same names.`,
      'New connections to shop.example.test:443 fail for a moment.',
    ]);
  });

  it('in one step where netsh can update, and anew only if clients do not get it then', () => {
    const update = { netshUpdateOptions: have(NETSH_OPTIONS) };
    const { steps } = planned(planOf(given([EXPIRED, NEXT], update)));
    expect(steps).toMatchObject([
      {
        do: { kind: 'run', command: { args: ['http', 'update', ...ADD.slice(2)] } },
        undo: {
          do: {
            kind: 'run',
            command: {
              args: ['http', 'update', 'sslcert', ADD[3], `certhash=${SHOP.thumbprint.toLowerCase()}`, ...ADD.slice(5)],
            },
          },
          holds: { kind: 'record-is', record: SHOP_RECORD },
        },
        holds: { kind: 'record-is', record: { ...SHOP_RECORD, thumbprint: NEXT.thumbprint } },
      },
      { unless: { kind: 'serves', record: { ...SHOP_RECORD, thumbprint: NEXT.thumbprint } } },
      { do: { kind: 'run', command: { args: ADD } } },
    ]);
  });

  it('with every setting of the record', () => {
    const front = { ...FRONT, facts: { ...FRONT.facts, notAfter: '2026-02-01T00:00:00.000Z' } };
    const next = renewal('next', { facts: { names: FRONT.facts.names } });
    expect(boundBy(evidence({ ...given([SHOP, next]), storeMy: have([front, SHOP, next]) }))).toEqual({
      ...FRONT_RECORD,
      thumbprint: next.thumbprint,
    });
  });

  it('in its own store where the record’s does not have it', () => {
    const hosted = { ...EXPIRED, store: 'WebHosting' };
    const of = (inWebHosting: readonly StoreCertificate[], inMy: readonly StoreCertificate[]) =>
      given(inMy, {
        records: have([FRONT_RECORD, { ...SHOP_RECORD, store: 'webhosting' }]),
        storeWebHosting: have([hosted, ...inWebHosting]),
        keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, ...machineFiles([NEXT])]),
      });
    expect(boundBy(of([], [NEXT]))?.store).toBe('MY');
    expect(boundBy(of([{ ...NEXT, store: 'WebHosting' }], []))?.store).toBe('webhosting');
    expect(boundBy(of([{ ...NEXT, store: 'WebHosting' }], [NEXT]))?.store).toBe('webhosting');
  });

  it('in the store where the very certificate is that the record looks for elsewhere', () => {
    const of = given([], { storeMy: have([FRONT]), storeWebHosting: have([{ ...SHOP, store: 'WebHosting' }]) });
    expect(planned(planOf(of))).toMatchObject({ risk: 'safe' });
    expect(boundBy(of)).toEqual({ ...SHOP_RECORD, store: 'WebHosting' });
    const expired = given([], { storeMy: have([FRONT]), storeWebHosting: have([{ ...EXPIRED, store: 'WebHosting' }]) });
    expect(foundIn(expired)).toEqual(GONE);
  });

  it.each([
    ['', 'MY', 'WebHosting'],
    ['WebHosting', 'WebHosting', 'MY'],
  ])('which is said with both stores, where the record names the store %j', (named, looked, lies) => {
    const of = given([], {
      records: have([FRONT_RECORD, { ...SHOP_RECORD, store: named }]),
      storeMy: have([FRONT, ...(lies === 'MY' ? [SHOP] : [])]),
      storeWebHosting: have(lies === 'MY' ? [] : [{ ...SHOP, store: lies }]),
    });
    expect(superseded.detect(of).map(({ message }) => message)).toEqual([
      `HTTPS of Shop is down: the certificate of its SSL record (${SHOP.thumbprint.slice(0, 8)}) is not in LocalMachine\\${looked}, and that very certificate is in LocalMachine\\${lies}.`,
    ]);
  });

  it('after its key is moved where that stayed with its owner', () => {
    const of = given([EXPIRED, NEXT], { keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, keyFile(NEXT.key!, 'olga-cng')]) });
    expect(foundIn(of)).toEqual([`stranded-key:${NEXT.thumbprint}`, ID]);
    const plan = planned(planOf(of));
    expect(plan.after).toEqual([`stranded-key:${NEXT.thumbprint}`]);
    // The move changes its entry.
    expect(Object.keys(plan.before)).toHaveLength(1);
  });

  it('without a way back to a record whose certificate is gone, which is said', () => {
    const plan = planned(planOf(given([NEXT])));
    expect(plan).toMatchObject({
      risk: 'safe',
      steps: [{ undo: 'none', holds: { kind: 'record-absent' } }, { undo: { holds: { kind: 'record-absent' } } }],
    });
    expect(plan.steps[0]?.title).toBe(
      'Delete the SSL record of shop.example.test:443, which serves nobody and cannot be added again',
    );
    expect(plan.effects[1]).toContain(
      'An undo leaves no record, because http.sys takes only a record with a usable certificate (1312). The old record serves nobody.',
    );
    // So it is where the old certificate is there and its key is not; netsh's update would not bring it back either.
    const keyless = given([withoutKey(EXPIRED), NEXT], { netshUpdateOptions: have(NETSH_OPTIONS) });
    expect(planned(planOf(keyless)).steps.map(({ undo }) => undo === 'none')).toEqual([true, false]);
  });

  it('only on request while the old one is valid: clients may know it', () => {
    const plan = planned(planOf(given([LATE, NEXT])));
    expect(plan).toMatchObject({ risk: 'disruptive', onlyIfSwitchedOn: true });
    expect(plan.effects[1]).toContain('may refuse the new one');
  });

  it('only on request where an expired one has nothing but the names in common with it', () => {
    const plan = planned(planOf(given([EXPIRED, OTHER])));
    expect(plan.risk).toBe('disruptive');
    expect(plan.effects[0]).toContain('nothing else that is usable here has its names');
    expect(superseded.detect(given([EXPIRED, OTHER]))[0]?.message).toContain(
      'Browsers refuse Shop: shop.example.test (5042D146) expired on 2026-02-01, and shop.example.test (D0941E68), valid until 2027-06-01, could take its place.',
    );
  });

  it('not where netsh could not make it, or not give the old record back', () => {
    const odd = (changes: object) =>
      given([EXPIRED, NEXT], { records: have([FRONT_RECORD, { ...SHOP_RECORD, ...changes }]) });
    const why = 'the SSL record cannot be made for another certificate: ';
    expect(planOf(odd({ flags: 4 }))).toEqual({
      blocked: true,
      why: `${why}netsh has no option for flag 0x4 (no raw filter)`,
    });
    expect(planOf(odd({ notUnderstood: ['Odd'] }))).toMatchObject({ blocked: true });
  });
});

describe('a person chooses', () => {
  const choose = (of: Evidence, next: StoreCertificate) =>
    planOf(of, { certificates: new Map([[ID, next.thumbprint]]) });

  it('where several fit, from all that fit', () => {
    const of = given([EXPIRED, OTHER, renewal('third', { facts: { issuer: 'CN=Third CA' } }), certificate('b')]);
    const blocked = planOf(of);
    expect(blocked).toMatchObject({
      blocked: true,
      who: 'an administrator, who chooses',
      command: 'iis-ssl-heal fix --only superseded-certificate',
      choices: [{ value: OTHER.thumbprint }, { value: thumb('third') }],
    });
    expect(superseded.detect(of)[0]?.message).toContain('2 certificates could take its place');
    const chosen = planned(choose(of, OTHER));
    expect(chosen).toMatchObject({ risk: 'disruptive' });
    expect(chosen.effects[0]).toContain(': as you chose.');
    expect(choose(of, FRONT)).toMatchObject({ blocked: true, choices: [{}, {}] });
  });

  it('but not where one of them alone shows that it is the successor', () => {
    expect(boundBy(given([EXPIRED, OTHER, NEXT]))?.thumbprint).toBe(NEXT.thumbprint);
  });

  it('where the old one was for other names than those that visitors ask for', () => {
    const wrong = { ...EXPIRED, facts: { ...EXPIRED.facts, names: ['www.example.test'] } };
    const of = given([wrong, NEXT]);
    expect(planOf(of)).toMatchObject({
      blocked: true,
      why: expect.stringContaining('nothing here has every name of the old certificate'),
      choices: [{ value: NEXT.thumbprint }],
    });
    expect(planned(choose(of, NEXT)).risk).toBe('disruptive');
    const both = renewal('both', { facts: { names: ['www.example.test', 'shop.example.test'] } });
    expect(boundBy(given([wrong, NEXT, both]))?.thumbprint).toBe(both.thumbprint);
  });

  it('where it is not known whether SYSTEM can use the key', () => {
    const hardware = renewal('next', { key: cngKey({ provider: 'Acme HSM' }) });
    expect(planOf(given([EXPIRED, hardware]))).toMatchObject({
      blocked: true,
      why: expect.stringContaining('whether SYSTEM can use its key is not known'),
      choices: [{}],
    });
    // With one of another kind beside it nobody knows which is meant.
    expect(planOf(given([EXPIRED, { ...hardware, friendlyName: 'x' }, OTHER]))).toMatchObject({ blocked: true });
  });

  it('for a binding without a host name whose certificate nobody remembers', () => {
    const next = renewal('next', { facts: { names: ['front.example.test'] } });
    const lost = (changes: Partial<Evidence> = {}) =>
      evidence({
        ...given([SHOP, next]),
        storeMy: have([SHOP, next]),
        handshakes: met([[SHOP_KEY, serves(SHOP.thumbprint)]]),
        ...changes,
      });
    expect(planOf(lost())).toMatchObject({ blocked: true, choices: [{ value: next.thumbprint }] });
    // One that fits is no successor for that.
    const [finding] = superseded.detect(lost());
    expect(finding?.message).toBe(
      `HTTPS of Front is down, or will be after the next reboot (no handshake was tried): the certificate of its SSL record (${FRONT.thumbprint.slice(0, 8)}) is not in LocalMachine\\MY, and one certificate could take its place.`,
    );
    expect(finding?.facts.at(-1)).toEqual({ name: 'successor', value: '', source: 'test' });
    // A healthy state remembers its names.
    const state = {
      ...healthyWith(FRONT_RECORD),
      certificates: [
        {
          thumbprint: FRONT.thumbprint,
          store: 'MY',
          subject: '',
          names: FRONT.facts.names,
          notAfter: FRONT.facts.notAfter,
        },
      ],
    };
    expect(boundBy(lost({ baseline: have({ states: [state] }) }))?.thumbprint).toBe(next.thumbprint);
    const other = {
      ...state,
      certificates: [{ ...state.certificates[0]!, names: ['front.example.test', 'www.example.test'] }],
    };
    expect(foundIn(lost({ baseline: have({ states: [other] }) }))).toEqual([
      'broken-link:certificate-missing:0.0.0.0:443',
    ]);
    // The certificate of another site is no answer.
    expect(foundIn(lost({ storeMy: have([SHOP]) }))).toEqual(['broken-link:certificate-missing:0.0.0.0:443']);
  });
});

describe('nothing is bound', () => {
  it('to the record of another product, which is named', () => {
    const of = given([EXPIRED, NEXT], { records: have([FRONT_RECORD, { ...SHOP_RECORD, appId: SSTP }]) });
    expect(foundIn(of)).toEqual([ID]);
    expect(planOf(of)).toEqual({
      blocked: true,
      why: 'the record is not of IIS, and only SSTP (Routing and Remote Access) changes it',
      who: 'SSTP (Routing and Remote Access)',
    });
    // Nobody is asked to move a key for it.
    expect(foundIn({ ...of, keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, keyFile(NEXT.key!, 'olga-cng')]) })).toEqual([
      ID,
    ]);
  });

  it('while visitors still get the certificate that is gone: nothing would give that back', () => {
    const of = given([NEXT], { handshakes: met([[SHOP_KEY, serves(SHOP.thumbprint)]]) });
    expect(superseded.detect(of)[0]).toMatchObject({ severity: 'warning' });
    expect(superseded.detect(of)[0]?.message).toContain(
      'HTTPS of Shop still works and will stop at the next reboot: the certificate of its SSL record (5042D146) is not in LocalMachine\\MY, and shop.example.test (EDEE9402), valid until 2027-06-01, could take its place.',
    );
    expect(planOf(of)).toMatchObject({
      blocked: true,
      why: expect.stringContaining(
        'visitors still get the missing certificate, because http.sys keeps it until the next reboot, and an undo could not bring it back: import it again, or bind another one in IIS Manager',
      ),
      who: 'an administrator',
    });
    expect(planned(planOf(given([NEXT])))).toMatchObject({ risk: 'safe' });
  });

  it('where SYSTEM cannot use the key of what could follow: that one is named', () => {
    const of = given([EXPIRED, withoutKey(NEXT)]);
    const why = `shop.example.test (${NEXT.thumbprint.slice(0, 8)}) in LocalMachine\\MY could take its place, but SYSTEM cannot use its key`;
    expect(superseded.detect(of)[0]?.message).toContain(`and ${why}.`);
    expect(planOf(of)).toEqual({ blocked: true, why: `${why}: ${KEY_FIRST}`, who: 'an administrator' });
    const wrong = { ...EXPIRED, facts: { ...EXPIRED.facts, names: ['www.example.test'] } };
    expect(planOf(given([wrong, withoutKey(NEXT)]))).toMatchObject({ blocked: true, why: `${why}: ${KEY_FIRST}` });
    // One that can is bound, whatever lies beside it; and nothing is said of a certificate that still serves.
    expect(boundBy(given([EXPIRED, withoutKey(renewal('third')), NEXT]))?.thumbprint).toBe(NEXT.thumbprint);
    expect(superseded.detect(given([LATE, withoutKey(NEXT)]))).toEqual([]);
    expect(foundIn(given([EXPIRED, withoutKey({ ...NEXT, archived: true })]))).toEqual(BROKEN_LINK);
  });

  it('while not all certificates are known', () => {
    const of = given([EXPIRED, NEXT], { unreadableEntries: [{ store: 'MY', name: 'X', why: 'cut' }] });
    expect(planOf(of)).toEqual({
      blocked: true,
      why: 'nothing is chosen while not all certificates are known: the entry X of LocalMachine\\MY is unreadable: cut',
      who: 'an administrator',
    });
  });
});

describe('the back end of Exchange', () => {
  const names = ['front', 'front.example.test'];
  const own = (seed: string, changes: Partial<StoreCertificate['facts']> = {}) =>
    certificate(seed, {
      friendlyName: 'Microsoft Exchange',
      key: capiKey({ container: `{${seed}}` }),
      facts: {
        issuer: 'CN=front',
        subject: 'CN=front',
        names,
        selfSigned: true,
        notAfter: '2030-01-01T00:00:00.000Z',
        ...changes,
      },
    });
  const OWN = own('own');
  const PUBLIC = certificate('public', {
    key: capiKey({ container: '{public}' }),
    facts: { names: ['*.example.test', 'front', ...names] },
  });
  const BACK_END = record('ip', '0.0.0.0:444', { thumbprint: thumb('gone') });
  const of = (certificates: readonly StoreCertificate[], named = BACK_END, name = 'Exchange Back End') =>
    evidence({
      config: config([], [site(2, name, ['https *:444:'])]),
      records: have([named]),
      storeMy: have(certificates),
      keyFiles: keyFiles(machineFiles(certificates)),
      handshakes: new Map(),
    });

  it('gets the certificate that Exchange has made for it, never the public one beside it', () => {
    for (const [certificates, named] of [
      [[PUBLIC, OWN], BACK_END],
      [[own('old', { notAfter: '2026-02-01T00:00:00.000Z' }), PUBLIC, OWN], { ...BACK_END, thumbprint: thumb('old') }],
    ] as const) {
      for (const name of ['Exchange Back End', 'Another'])
        expect(boundBy(of(certificates, named, name))?.thumbprint).toBe(OWN.thumbprint);
    }
    const plan = planned(planOf(of([PUBLIC, OWN])));
    expect(plan.risk).toBe('safe');
    expect(plan.effects.join(' ')).toContain('HealthChecker');
  });

  it('gets none where Exchange has none here, or several', () => {
    const GONE_LINK = ['broken-link:certificate-missing:0.0.0.0:444'];
    for (const not of [
      [PUBLIC],
      [PUBLIC, { ...OWN, friendlyName: '' }],
      [own('own', { selfSigned: false })],
      [own('own', { names: ['back'] })],
    ])
      expect(foundIn(of(not))).toEqual(GONE_LINK);
    const another = own('another', { names: ['front'] });
    expect(planOf(of([OWN, another]))).toMatchObject({ blocked: true, choices: [{}, {}] });
  });

  it('that had a public one is a person’s: the names of that one are not kept', () => {
    const wild = certificate('wild', {
      key: capiKey({ container: '{wild}' }),
      facts: { names: ['*.example.com'], notAfter: '2026-02-01T00:00:00.000Z' },
    });
    expect(planOf(of([wild, OWN], { ...BACK_END, thumbprint: wild.thumbprint }))).toMatchObject({
      blocked: true,
      why: expect.stringContaining('nothing here has every name of the old certificate'),
      choices: [{ value: OWN.thumbprint }],
    });
  });
});

describe('through IIS', () => {
  const both = (changes: Partial<Evidence> = {}) =>
    given(
      [
        { ...EXPIRED, facts: { ...EXPIRED.facts, names: ['*.example.test'] } },
        renewal('next', { facts: { names: ['*.example.test'] } }),
      ],
      {
        config: sites(SHOP_SITE, site(3, 'Cart', ['https *:443:cart.example.test 1'])),
        records: have([
          FRONT_RECORD,
          SHOP_RECORD,
          record('sni', 'cart.example.test:443', { thumbprint: SHOP.thumbprint }),
        ]),
        ...changes,
      },
    );
  const CART = 'superseded-certificate:cart.example.test:443';

  it('every binding of the old certificate at once, which is one repair', () => {
    const plan = planned(planOf(both(), { through: 'appcmd' }));
    expect(plan).toMatchObject({ through: 'appcmd', risk: 'disruptive', covers: [ID, CART] });
    expect(plan.title).toContain('to shop.example.test:443, cart.example.test:443, through appcmd');
    expect(
      plan.steps.map(({ do: action }) => action.kind === 'run' && [action.command.program, action.command.args[0]]),
    ).toEqual([
      ['netsh', 'http'],
      ['netsh', 'http'],
      ['appcmd', 'renew'],
      ['netsh', 'http'],
      ['netsh', 'http'],
    ]);
    const run = plan.steps[2]?.do;
    expect(run?.kind === 'run' && run.command.args).toEqual([
      'renew',
      'binding',
      `/oldcert:${SHOP.thumbprint}`,
      `/newcert:${NEXT.thumbprint}`,
    ]);
    expect(superseded.ways(superseded.detect(both())[0]!, both()).map(({ way }) => way)).toEqual([
      'default',
      're-bind-appcmd',
    ]);
    expect(planned(planOf(both(), { way: 're-bind-appcmd' })).through).toBe('appcmd');
    // Who has said through what is not asked.
    const [first] = supersededRecords(both());
    for (const through of ['netsh', 'appcmd'] as const)
      expect(playbook.ways?.(first!, both(), planningHere(both(), { ...NO_CHOICES, through }))).toEqual([]);
    expect(planned(planOf(both())).through).toBe('netsh');
  });

  it('not where one of them is not for it: then netsh does it record by record', () => {
    const elsewhere = both({
      config: sites(SHOP_SITE, site(3, 'Cart', ['https *:443:cart.example.com 1'])),
      records: have([
        FRONT_RECORD,
        SHOP_RECORD,
        record('sni', 'cart.example.com:443', { thumbprint: SHOP.thumbprint }),
      ]),
    });
    const foreign = both({
      records: have([
        FRONT_RECORD,
        SHOP_RECORD,
        record('sni', 'cart.example.test:443', { thumbprint: SHOP.thumbprint, appId: SSTP }),
      ]),
    });
    for (const of of [elsewhere, foreign]) {
      const plan = planned(planOf(of, { through: 'appcmd' }));
      expect(plan).toMatchObject({ through: 'netsh', risk: 'safe', covers: [ID] });
      expect(plan.effects.at(-1)).toMatch(
        /^IIS would bind it to cart\.example\.\w+:443 \(Cart\) too, where it does not belong: netsh does it for this record alone\.$/,
      );
      expect(superseded.ways(superseded.detect(of)[0]!, of)).toEqual([]);
    }
  });

  it('not where the old record could not be given back', () => {
    const plan = planned(planOf(given([NEXT]), { through: 'appcmd' }));
    expect([plan.through, plan.effects.at(-1)]).toEqual([
      'netsh',
      'IIS could not give the old record back: netsh does it for this record alone.',
    ]);
  });

  it('without having been asked for where netsh here cannot and IIS makes it just so', () => {
    const odd = (changes: Partial<Evidence> = {}) =>
      given([EXPIRED, NEXT], {
        config: sites(site(2, 'Shop', ['https *:443:shop.example.test 33'])),
        records: have([FRONT_RECORD, { ...SHOP_RECORD, flags: 0x40 }]),
        ...changes,
      });
    expect(planned(planOf(odd())).through).toBe('appcmd');
    expect(planOf(odd(), { through: 'netsh' })).toMatchObject({ blocked: true });
    // What IIS takes back, it takes back everywhere.
    const bound = odd({
      records: have([
        { ...FRONT_RECORD, thumbprint: NEXT.thumbprint },
        { ...SHOP_RECORD, flags: 0x40 },
      ]),
    });
    expect(planOf(bound)).toMatchObject({ blocked: true, why: expect.stringContaining('does not know disabletls13') });
    expect(planOf(bound, { through: 'appcmd' })).toMatchObject({
      blocked: true,
      why: expect.stringContaining('would take other bindings of the new certificate too'),
    });
  });
});
