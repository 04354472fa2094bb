import { describe, expect, it } from 'vitest';
import { lostBinding as playbook } from '../../playbooks/lost-binding.ts';
import { putRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Action, Choices } from '../../src/model/repair/plan.ts';
import type { Evidence, Greeted } from '../../src/model/server/evidence.ts';
import type { SslRecord } from '../../src/model/server/ssl-record.ts';
import { asked } from '../support/asked.ts';
import {
  remembering as baselineOf,
  capiKey,
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
  healthyWith,
  keyFile,
  keyFiles,
  lack,
  met,
  NETSH_OPTIONS,
  planned,
  record,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  SHOP_RECORD,
  SHOP_SITE,
  serves,
  site,
} from '../support/evidence-folder.ts';
import {
  diagnoseLab,
  fixLab,
  ids,
  labDisk,
  machineOn,
  stateOf,
  stubbornAdd,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const lostBinding = asked(playbook);

const NONE: Choices = { correct: false, certificates: new Map() };
const ID = 'lost-binding:0.0.0.0:443';

/** The healthy server whose `*:443:` has lost its record. */
const lost = (changes: Partial<Evidence> = {}): Evidence =>
  evidence({
    records: have([SHOP_RECORD]),
    handshakes: met([[FRONT_KEY, handshake({ outcome: 'no-tls', detail: 'ECONNRESET' })]]),
    ...changes,
  });

const THIRD = certificate('third', { key: capiKey({ container: '{third}' }) });
const three: Partial<Evidence> = {
  storeMy: have([FRONT, THIRD, SHOP]),
  keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, keyFile(THIRD.key!, 'machine-capi')]),
};
const remembering = (...records: readonly (typeof FRONT_RECORD)[]) => ({ baseline: baselineOf(...records) });

function planOf(given: Evidence, choices: Partial<Choices> = {}) {
  const [first] = lostBinding.detect(given);
  if (first === undefined) throw new Error('nothing was found');
  return lostBinding.plan(first, given, { ...NONE, ...choices });
}

const args = (action: Action | undefined) => (action?.kind === 'run' ? action.command.args.slice(3) : []);
const added = (given: Evidence, choices: Partial<Choices> = {}) => args(planned(planOf(given, choices)).steps[0]?.do);

const DEFAULT = [
  'ipport=0.0.0.0:443',
  `certhash=${FRONT.thumbprint.toLowerCase()}`,
  'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}',
  'certstorename=MY',
];

describe('lost-binding detects', () => {
  it('an https binding without a record', () => {
    expect(lostBinding.detect(lost())).toEqual([
      {
        playbook: 'lost-binding',
        id: ID,
        subject: 'Front, https *:443:',
        severity: 'broken',
        message: 'The https binding *:443: of Front has no SSL record: HTTPS of Front is down.',
        facts: [
          { name: 'endpoint', value: '0.0.0.0:443', source: 'test' },
          { name: 'sites', value: 'Front', source: 'test' },
        ],
        endpoints: ['ip 0.0.0.0:443'],
      },
    ]);
  });

  it('two sites on one endpoint as one fault, two endpoints as two', () => {
    const sites = [FRONT_SITE, site(3, 'Twin', ['https :443:']), SHOP_SITE];
    const findings = lostBinding.detect(lost({ config: config([], sites), records: have([]) }));
    expect(findings.map(({ id, subject }) => [id, subject])).toEqual([
      [ID, 'Front, Twin, https *:443:'],
      ['lost-binding:shop.example.test:443', 'Shop, https *:443:shop.example.test'],
    ]);
    expect(findings[0]?.facts[1]?.value).toBe('Front, Twin');
    expect(findings[1]?.endpoints).toEqual(['sni shop.example.test:443']);
  });

  it('nothing where the records were not read, or the binding is malformed', () => {
    expect(lostBinding.detect(evidence({ records: lack() }))).toEqual([]);
    expect(lostBinding.detect(lost({ config: config([], [site(1, 'Front', ['https 443'])]) }))).toEqual([]);
  });
});

describe('lost-binding adds', () => {
  it('the record of the only certificate that fits, as IIS makes it', () => {
    const plan = planned(planOf(lost()));
    const wanted = record('ip', '0.0.0.0:443', { thumbprint: FRONT.thumbprint });
    expect(plan).toMatchObject({
      covers: [ID],
      title: 'Add the SSL record of 0.0.0.0:443 again',
      risk: 'safe',
      cleanup: [],
      before: { '{"kind":"record","endpoint":{"table":"ip","name":"0.0.0.0:443"}}': 'absent' },
      endpoints: [{ table: 'ip', name: '0.0.0.0:443' }],
      after: [],
    });
    expect(plan.steps).toMatchObject([
      {
        title: 'Add the SSL record of 0.0.0.0:443',
        do: { kind: 'run', command: { program: 'netsh', args: ['http', 'add', 'sslcert', ...DEFAULT] } },
        undo: {
          do: { kind: 'run', command: { program: 'netsh', args: ['http', 'delete', 'sslcert', 'ipport=0.0.0.0:443'] } },
          holds: { kind: 'record-absent', endpoint: { table: 'ip', name: '0.0.0.0:443' } },
        },
        holds: { kind: 'record-is', record: wanted },
      },
    ]);
    expect(plan.steps[0]?.holds).toEqual({ kind: 'record-is', record: wanted });
    expect(plan.effects).toEqual([
      `It will use front.example.test (${FRONT.thumbprint.slice(0, 8)}), valid until 2027-01-01: it is the only usable certificate left, and made out to this computer (FRONT). Settings that only the lost record knew (client certificates, revocation) are at their defaults.`,
    ]);
  });

  it('the very record of the last healthy state, every setting', () => {
    const plan = planned(planOf(lost({ ...three, ...remembering(FRONT_RECORD) })));
    expect(plan.steps[0]?.holds).toEqual({ kind: 'record-is', record: FRONT_RECORD });
    expect(args(plan.steps[0]?.do).slice(4)).toEqual([
      'verifyclientcertrevocation=disable',
      'urlretrievaltimeout=15000',
      'clientcertnegotiation=enable',
    ]);
    expect(plan.effects).toEqual(['It is the record of the last state that was seen healthy.']);
    expect(plan.after).toEqual([]);
  });

  it('that record before any that would fit better now', () => {
    const other = { ...FRONT_RECORD, thumbprint: SHOP.thumbprint };
    expect(added(lost(remembering(other)))[1]).toBe(`certhash=${SHOP.thumbprint.toLowerCase()}`);
  });

  it('not that record where its certificate is gone or cannot be used', () => {
    const gone = { ...FRONT_RECORD, thumbprint: THIRD.thumbprint };
    expect(added(lost(remembering(gone)))).toEqual(DEFAULT);
    const unusable = { ...lost(remembering(gone)), storeMy: have([FRONT, THIRD, SHOP]) };
    expect(added(unusable)).toEqual(DEFAULT);
    expect(added(lost(remembering({ ...FRONT_RECORD, store: 'Root' })))).toEqual(DEFAULT);
    expect(added(lost({ baseline: lack() }))).toEqual(DEFAULT);
    const expired = { ...THIRD, facts: { ...THIRD.facts, notAfter: '2020-01-01T00:00:00.000Z' } };
    const old = { ...lost({ ...three, ...remembering(gone) }), storeMy: have([FRONT, expired, SHOP]) };
    expect(added(old)).toEqual(DEFAULT);
  });

  it('that record after its key is moved where that is stranded, and loses no setting', () => {
    const given = lost({
      storeMy: have([FRONT_DRAGGED, SHOP]),
      keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]),
      ...remembering(FRONT_RECORD),
    });
    const plan = planned(planOf(given));
    expect(plan.after).toEqual([`stranded-key:${FRONT.thumbprint}`]);
    expect(plan.steps[0]?.holds).toEqual({ kind: 'record-is', record: FRONT_RECORD });
  });

  it('a record for a stranded certificate once its key is moved', () => {
    const given = lost({ storeMy: have([FRONT_DRAGGED, SHOP]), keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]) });
    const plan = planned(planOf(given));
    expect(plan.after).toEqual([`stranded-key:${FRONT.thumbprint}`]);
    expect(args(plan.steps[0]?.do)).toEqual(DEFAULT);
  });

  it('one of a host name, in the store where its certificate lies', () => {
    const hosted = { ...SHOP, store: 'WebHosting' };
    const given = evidence({ records: have([FRONT_RECORD]), storeMy: have([FRONT]), storeWebHosting: have([hosted]) });
    expect(added(given)).toEqual([
      'hostnameport=shop.example.test:443',
      `certhash=${SHOP.thumbprint.toLowerCase()}`,
      'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}',
      'certstorename=WebHosting',
    ]);
  });

  it('one for a wildcard certificate', () => {
    const wildcard = certificate('shop', { key: SHOP.key!, facts: { names: ['*.example.test'] } });
    const given = evidence({ records: have([FRONT_RECORD]), storeMy: have([FRONT, wildcard]) });
    expect(added(given)[1]).toBe(`certhash=${SHOP.thumbprint.toLowerCase()}`);
    expect(planned(planOf(given)).effects[0]).toContain(
      'It will use *.example.test (5042D146), valid until 2027-01-01: it is the only usable certificate for shop.example.test. Settings that only the lost record knew (client certificates, revocation) are at their defaults.',
    );
  });

  const ALL_FLAGS = ['http2', 'ocspstapling', 'quic', 'tls13', 'legacytls'].map((name) => `disable${name}`);

  it('the options that the site binding remembers, in the numbers of http.sys', () => {
    const flagged = (sslFlags: number) =>
      added(
        lost({
          config: config([], [site(1, 'Front', [`https *:443: ${sslFlags}`]), SHOP_SITE]),
          netshOptions: have(new Set([...NETSH_OPTIONS, ...ALL_FLAGS])),
        }),
      ).slice(4);
    expect(flagged(4)).toEqual(['disablehttp2=enable']);
    expect(flagged(8)).toEqual(['disableocspstapling=enable']);
    expect(flagged(16 + 32)).toEqual(['disablequic=enable', 'disabletls13=enable']);
    expect(flagged(64)).toEqual(['disablelegacytls=enable']);
    expect(flagged(128)).toEqual(['clientcertnegotiation=enable']);
  });
});

describe('lost-binding with the central certificate store', () => {
  const central = {
    config: config([], [site(1, 'Front', ['https *:443:a.example.test 3'])]),
    records: have<never[]>([]),
  };
  const CCS = [{ kind: 'run', command: { program: 'netsh', args: ['http', 'add', 'sslcert', 'ccs=443', DEFAULT[2]] } }];

  it('adds the record without a certificate, whatever certificates there are, and greets nobody', () => {
    for (const changes of [{}, { storeMy: have([]) }, { storeMy: lack<never>() }]) {
      const plan = planned(planOf(evidence({ ...central, ...changes })));
      expect(plan.steps.map((step) => step.do)).toMatchObject(CCS);
      expect(plan).toMatchObject({ risk: 'safe', endpoints: [], after: [] });
    }
  });

  it('adds the remembered one', () => {
    const seen = { ...record('ccs', '443'), flags: 0x10 };
    const bindings = [{ siteId: 1, site: 'Front', information: '*:443:a.example.test', sslFlags: 3 }];
    const baseline = have({ states: [{ ...healthyWith(seen), bindings }] });
    expect(planned(planOf(evidence({ ...central, baseline }))).steps[0]?.holds).toEqual({
      kind: 'record-is',
      record: seen,
    });
  });
});

describe('lost-binding where another record answers', () => {
  const lostShop = (fallback: typeof FRONT, changes: Partial<Evidence> = {}) =>
    evidence({
      records: have([{ ...FRONT_RECORD, thumbprint: fallback.thumbprint }]),
      storeMy: have([fallback, SHOP]),
      handshakes: met([[SHOP_KEY, serves(fallback.thumbprint)]]),
      ...changes,
    });

  it('says through which, with what certificate, and why', () => {
    const [finding] = lostBinding.detect(lostShop(FRONT));
    expect(finding).toMatchObject({
      severity: 'broken',
      message: `The https binding *:443:shop.example.test of Shop has no SSL record: visitors get front.example.test (${FRONT.thumbprint.slice(0, 8)}) through the record of 0.0.0.0:443.`,
    });
    expect(planned(planOf(lostShop(FRONT))).risk).toBe('safe');
  });

  it('is a disruption where clients get a valid certificate for the host', () => {
    const wildcard = { ...FRONT, facts: { ...FRONT.facts, names: ['*.example.test'] } };
    // The wildcard fits too, so the one to add is remembered.
    const given = lostShop(wildcard, remembering(SHOP_RECORD));
    expect(lostBinding.detect(given)[0]?.severity).toBe('warning');
    expect(planned(planOf(given))).toMatchObject({
      risk: 'disruptive',
      effects: [{}, 'Visitors get a valid certificate for this name now, and may get another one then.'],
    });
    const expired = { ...wildcard, facts: { ...wildcard.facts, notAfter: '2026-01-01T00:00:00.000Z' } };
    expect(planned(planOf(lostShop(expired))).risk).toBe('safe');
  });

  it('names no record where none that was read has that certificate', () => {
    const [finding] = lostBinding.detect(lostShop(FRONT, { handshakes: met([[SHOP_KEY, serves(THIRD.thumbprint)]]) }));
    expect(finding?.message).toContain(
      `The https binding *:443:shop.example.test of Shop has no SSL record: visitors get an unknown certificate (${THIRD.thumbprint.slice(0, 8)}) through something else on its port.`,
    );
  });
});

/** Two names at 0.0.0.0:443, and what the visitors of each got. */
const twoNames = (front: Greeted['got'], shop: Greeted['got'], changes: Partial<Evidence> = {}): Evidence => {
  const to = (name: string, got: Greeted['got']): Greeted => ({
    greeting: { address: '127.0.0.1', port: 443, name },
    got,
  });
  const sites = [
    site(1, 'Front', ['https *:443:front.example.test']),
    site(2, 'Shop', ['https *:443:shop.example.test']),
  ];
  return evidence({
    config: config([], sites),
    records: have([
      record('sni', 'a.example.test:443', { thumbprint: FRONT.thumbprint }),
      record('sni', 'b.example.test:443', { thumbprint: THIRD.thumbprint }),
    ]),
    ...three,
    handshakes: new Map([[FRONT_KEY, [to('front.example.test', front), to('shop.example.test', shop)]]]),
    ...changes,
  });
};
const noTls = handshake({ outcome: 'no-tls', detail: 'reset' });

describe('lost-binding tells of several names at one endpoint how the worst of them fares', () => {
  const told = (from: Evidence) =>
    lostBinding.detect(from).map(({ severity, message }) => [severity, message.replace(/^.* in http\.sys: /, '')]);
  const through = (name: string, { thumbprint }: typeof FRONT) =>
    `The https binding *:443:front.example.test of Front, Shop has no SSL record: visitors get ${thumbprint === FRONT.thumbprint ? 'front' : 'third'}.example.test (${thumbprint.slice(0, 8)}) through the record of ${name}.`;

  it.each<readonly [string, Evidence, string, string]>([
    [
      'one that gets the right certificate, one another',
      twoNames(serves(FRONT.thumbprint), serves(THIRD.thumbprint)),
      'broken',
      through('b.example.test:443', THIRD),
    ],
    [
      'one that gets another certificate, one none',
      twoNames(serves(THIRD.thumbprint), noTls),
      'broken',
      'The https binding *:443:front.example.test of Front, Shop has no SSL record: HTTPS of Front, Shop is down.',
    ],
    [
      'one that gets the right certificate, one none',
      twoNames(serves(FRONT.thumbprint), noTls),
      'broken',
      'The https binding *:443:front.example.test of Front, Shop has no SSL record: HTTPS of Front, Shop is down.',
    ],
    [
      'one that was not greeted',
      twoNames(serves(FRONT.thumbprint), lack()),
      'broken',
      'The https binding *:443:front.example.test of Front, Shop has no SSL record: HTTPS of Front, Shop is down.',
    ],
  ])('%s', (_what, from, severity, end) => {
    expect(told(from)).toEqual([[severity, end]]);
  });

  it('and is no disruption where not all of them are served right', () => {
    const chosen = { certificates: new Map([[ID, FRONT.thumbprint]]) };
    const from = twoNames(serves(FRONT.thumbprint), serves(THIRD.thumbprint));
    expect(planned(planOf(from, chosen)).risk).toBe('safe');
  });
});

describe('lost-binding where the configuration asks clients for certificates', () => {
  const asking = (sslFlags = 0, changes: Partial<Evidence> = {}) => {
    const read = config([], [site(1, 'Front', ['http *:80:', `https *:443: ${sslFlags}`]), SHOP_SITE]);
    if (!read.known) throw new Error('not read');
    const sites = read.value.sites.map((each) =>
      each.id === 1 ? { ...each, clientCertificates: 'site' as const } : each,
    );
    return lost({ config: have({ ...read.value, sites }), ...changes });
  };
  const waysOf = (given: Evidence) => lostBinding.ways?.(lostBinding.detect(given)[0]!, given).map(({ way }) => way);

  it('is disruptive, since nobody knows whether the record did, and says so', () => {
    const plan = planned(planOf(asking()));
    expect(plan.risk).toBe('disruptive');
    expect(plan.effects[1]).toContain('it is added without clientcertnegotiation');
    expect(args(plan.steps[0]?.do)).toEqual(DEFAULT);
  });

  it('offers the flag', () => {
    expect(lostBinding.ways(lostBinding.detect(asking())[0]!, asking())).toEqual([
      {
        way: 'default',
        title: 'Add the record as IIS makes it: IIS asks for client certificates by renegotiation',
      },
      {
        way: 'client-certificates',
        title: 'Add it with clientcertnegotiation: http.sys asks for them in the handshake',
      },
    ]);
    const plan = planned(planOf(asking(), { way: 'client-certificates' }));
    expect(args(plan.steps[0]?.do)).toEqual([...DEFAULT, 'clientcertnegotiation=enable']);
    expect(plan.effects[1]).toContain('it is added with clientcertnegotiation');
  });

  it('asks nothing where the record is there without a certificate: it says itself whether it asks', () => {
    const hollow = asking(0, { records: have([{ ...FRONT_RECORD, thumbprint: '' }, SHOP_RECORD]) });
    expect(lostBinding.detect(hollow).map(({ id }) => id)).toEqual([ID]);
    expect(waysOf(hollow)).toEqual([]);
  });

  it('asks nothing where the binding or a healthy state says it, or nobody asks', () => {
    for (const given of [asking(128), asking(0, remembering(FRONT_RECORD)), lost()]) {
      expect(waysOf(given)).toEqual([]);
      expect(planned(planOf(given)).risk).toBe('safe');
    }
  });
});

describe('lost-binding asks', () => {
  const titled = ({ facts, thumbprint }: typeof FRONT, more = '') => ({
    value: thumbprint,
    title: `${facts.names[0]}, ${facts.subject}, issued by CN=Test CA, valid from 2025-01-01 until 2027-01-01, ${thumbprint}${more}`,
  });
  const choices = [titled(SHOP, ', in use at shop.example.test:443'), titled(FRONT), titled(THIRD)];

  it('where several certificates fit, and never guesses', () => {
    expect(planOf(lost(three))).toEqual({
      blocked: true,
      why: `several certificates fit, and no earlier state says which; to choose from: shop.example.test (${SHOP.thumbprint.slice(0, 8)}), front.example.test (${FRONT.thumbprint.slice(0, 8)}), third.example.test (${THIRD.thumbprint.slice(0, 8)})`,
      who: 'an administrator, who chooses',
      command: 'iis-ssl-heal fix --only lost-binding',
      choices,
    });
  });

  it('with all that a person needs to tell certificates apart', () => {
    const named = { ...FRONT_DRAGGED, friendlyName: 'Front 2026', facts: { ...FRONT.facts, issuer: 'CN=Other CA' } };
    const given = lost({
      storeMy: have([named, SHOP]),
      keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]),
      computerName: lack(),
    });
    expect(planOf(given)).toMatchObject({
      choices: [
        choices[0],
        {
          value: FRONT.thumbprint,
          title: `front.example.test, CN=front.example.test, "Front 2026", issued by CN=Other CA, valid from 2025-01-01 until 2027-01-01, ${FRONT.thumbprint}, its key has to be moved first`,
        },
      ],
    });
    expect(planOf(lost({ keyFiles: lack() }))).toMatchObject({
      choices: [{}, { title: expect.stringMatching(/, whether SYSTEM can use its key is not known: access denied$/) }],
    });
  });

  it('and names five of many', () => {
    const many = 'abcdefg'.split('').map((seed) => certificate(seed, { key: FRONT.key! }));
    expect(planOf(lost({ storeMy: have(many) }))).toMatchObject({
      why: expect.stringMatching(/e\.example\.test \([0-9A-F]{8}\) and 2 more$/),
      choices: { length: 7 },
    });
  });

  it('and takes the one that was chosen for this finding', () => {
    for (const { thumbprint } of [FRONT, THIRD, SHOP]) {
      const chosen = { certificates: new Map([[ID, thumbprint]]) };
      expect(added(lost(three), chosen)[1]).toBe(`certhash=${thumbprint.toLowerCase()}`);
      expect(planned(planOf(lost(three), chosen)).effects[0]).toContain(
        ` (${thumbprint.slice(0, 8)}), valid until 2027-01-01: as you chose.`,
      );
    }
    expect(planOf(lost(three), { certificates: new Map([['lost-binding:other', FRONT.thumbprint]]) })).toMatchObject({
      choices,
    });
  });

  it('and takes none that does not fit, not even the certain one in its place', () => {
    const expired = { ...SHOP, facts: { ...SHOP.facts, notAfter: '2020-01-01T00:00:00.000Z' } };
    const given = lost({ storeMy: have([FRONT, expired]) });
    expect(planOf(given, { certificates: new Map([[ID, SHOP.thumbprint]]) })).toMatchObject({
      blocked: true,
      choices: [titled(FRONT)],
    });
  });

  it('nobody while not all certificates are known', () => {
    expect(planOf(lost({ storeWebHosting: lack() }))).toEqual({
      blocked: true,
      why: 'nothing is chosen while not all certificates are known: LocalMachine\\WebHosting was not read: access denied',
      who: 'an administrator',
    });
  });

  it('for a certificate where none fits', () => {
    expect(planOf(lost({ storeMy: have([]) }))).toEqual({
      blocked: true,
      why: 'no usable certificate in LocalMachine fits this binding: import one',
      who: 'an administrator',
    });
  });
});

describe('lost-binding does not add', () => {
  it('what netsh cannot make', () => {
    expect(planOf(lost(remembering({ ...FRONT_RECORD, flags: 4 })))).toEqual({
      blocked: true,
      why: 'the record cannot be added: netsh has no option for flag 0x4 (no raw filter)',
    });
  });

  it('another binding’s record for this finding', () => {
    const given = evidence({ records: have([]) });
    const [, shop] = lostBinding.detect(given);
    const plan = planned(lostBinding.plan(shop!, given, NONE));
    expect(plan.endpoints).toEqual([{ table: 'sni', name: 'shop.example.test:443' }]);
    expect(plan.finding).toEqual(shop);
  });
});

describe('half of a record', () => {
  const NOBODY = '{00000000-0000-0000-0000-000000000000}';
  const half = (changes: Partial<SslRecord>, more: Partial<Evidence> = {}) =>
    evidence({ records: have([{ ...FRONT_RECORD, ...changes }, SHOP_RECORD]), ...more });
  const hollow = (more: Partial<Evidence> = {}) =>
    half(
      { thumbprint: '' },
      { handshakes: met([[FRONT_KEY, handshake({ outcome: 'no-tls', detail: 'x' })]]), ...more },
    );
  const seen = (from: Evidence) => lostBinding.detect(from).map(({ id, severity }) => `${severity} ${id}`);

  it.each<readonly [string, Evidence]>([
    [
      'of the central store, which names no certificate',
      evidence({
        config: config([], [SHOP_SITE.replace('sslFlags="1"', 'sslFlags="3"')]),
        records: have([record('ccs', '443', { store: '' })]),
      }),
    ],
    ['that no binding uses', half({ appId: NOBODY }, { config: config([], [SHOP_SITE]) })],
    [
      'of a site that is stopped',
      half(
        { thumbprint: '' },
        { config: config([], [FRONT_SITE.replace('<site ', '<site serverAutoStart="false" ')]) },
      ),
    ],
    [
      'that was so when the server was last seen healthy',
      half({ appId: NOBODY }, remembering({ ...FRONT_RECORD, appId: NOBODY })),
    ],
    ['of IIS', half({})],
    ['of another product', half({ appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' })],
  ])('is nothing where it is one %s', (_what, from) => {
    expect(seen(from)).toEqual([]);
  });

  const told = (severity: string, code: string, what: string) => ({
    playbook: 'lost-binding',
    id: ID,
    subject: 'Front, SSL record of 0.0.0.0:443',
    severity,
    message: `The SSL record of 0.0.0.0:443 (Front) ${what}.`,
    facts: [
      { name: 'code', value: code, source: 'test' },
      { name: 'endpoint', value: '0.0.0.0:443', source: 'test' },
      { name: 'sites', value: 'Front', source: 'test' },
    ],
    endpoints: [FRONT_KEY],
  });

  it('is told of each endpoint by itself', () => {
    const records = have([
      { ...FRONT_RECORD, thumbprint: '' },
      { ...SHOP_RECORD, thumbprint: '' },
    ]);
    expect(seen(hollow({ records }))).toEqual([`broken ${ID}`, 'broken lost-binding:shop.example.test:443']);
  });

  it('without a certificate gets the one that is certain, with every setting that it has', () => {
    const from = hollow({ storeMy: have([FRONT, SHOP]) });
    expect(seen(from)).toEqual([`broken ${ID}`]);
    expect(lostBinding.detect(from)).toEqual([
      told('broken', 'record-without-hash', 'names no certificate: HTTPS of Front is down'),
    ]);
    const plan = planned(planOf(from));
    expect(plan.risk).toBe('safe');
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Delete the SSL record of 0.0.0.0:443, which serves nobody and cannot be added again',
      'Add the SSL record of 0.0.0.0:443 with a certificate, every setting kept',
    ]);
    expect(plan.steps.map(({ do: action }) => args(action))).toEqual([
      ['ipport=0.0.0.0:443'],
      [...DEFAULT, 'verifyclientcertrevocation=disable', 'urlretrievaltimeout=15000', 'clientcertnegotiation=enable'],
    ]);
    expect(plan.steps.map(({ undo }) => undo)).toMatchObject(['none', { holds: { kind: 'record-absent' } }]);
    expect(plan.effects.join(' ')).toMatch(/Every setting of the record is kept\. An undo leaves no record: /);
    expect(plan.effects.join(' ')).not.toContain('at their defaults');
  });

  it('without a certificate is a person’s where several fit, and the product’s where it is foreign', () => {
    expect(planOf(hollow(three))).toMatchObject({ blocked: true, choices: [{}, {}, {}] });
    const chosen = { certificates: new Map([[ID, THIRD.thumbprint]]) };
    expect(args(planned(planOf(hollow(three), chosen)).steps[1]?.do)).toContain(
      `certhash=${THIRD.thumbprint.toLowerCase()}`,
    );
    const sstp = hollow({
      records: have([
        { ...FRONT_RECORD, thumbprint: '', appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' },
        SHOP_RECORD,
      ]),
    });
    expect(planOf(sstp)).toMatchObject({ blocked: true, who: 'SSTP (Routing and Remote Access)' });
  });

  it('without a certificate, behind which somebody is answered, is changed only with consent', () => {
    const from = half({ thumbprint: '' }, { storeMy: have([FRONT, SHOP]) });
    expect(planned(planOf(from))).toMatchObject({ risk: 'disruptive' });
    // Where one of two names gets nothing, the endpoint is broken, and its repair disturbs less than it mends.
    const chosen = { certificates: new Map([[ID, FRONT.thumbprint]]) };
    const records = have([{ ...FRONT_RECORD, thumbprint: '' }]);
    expect(planned(planOf(twoNames(serves(THIRD.thumbprint), noTls, { records }), chosen)).risk).toBe('safe');
  });

  it('without an owner gets that of IIS, and its own back', () => {
    const from = half({ appId: NOBODY });
    expect(lostBinding.detect(from)).toEqual([
      told('warning', 'record-ownerless', 'has no application id: IIS does not know it as its own and never renews it'),
    ]);
    const plan = planned(planOf(from));
    expect(plan).toMatchObject({
      title: 'Give the SSL record of 0.0.0.0:443 the application id of IIS',
      risk: 'safe',
      effects: ['IIS shows the record as that of Front again; new connections fail until it is there.'],
      after: [],
    });
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Delete the SSL record of 0.0.0.0:443',
      'Add the SSL record of 0.0.0.0:443 with the application id of IIS, every setting kept',
    ]);
    expect(plan.steps[0]?.undo).toMatchObject({
      do: { command: { args: expect.arrayContaining([`appid=${NOBODY}`]) } },
    });
    expect(plan.steps[1]?.holds).toMatchObject({ record: { ...FRONT_RECORD } });
  });

  it.each<readonly [string, Evidence, object]>([
    [
      'has no application id at all, which netsh cannot give back',
      half({ appId: '' }),
      { why: expect.stringContaining('no application id') },
    ],
    [
      'has a certificate whose key lies with a user',
      half(
        { appId: NOBODY },
        { storeMy: have([FRONT_DRAGGED, SHOP]), keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]), handshakes: met([]) },
      ),
      { after: [`stranded-key:${FRONT.thumbprint}`] },
    ],
  ])('where the record %s', (_what, from, expected) => {
    expect(seen(from)).toEqual([`warning ${ID}`]);
    expect(planOf(from)).toMatchObject(expected);
    // A refusal says no more than that.
    if ('why' in expected) expect(planOf(from)).toEqual({ blocked: true, ...expected });
  });

  it.each(['owned-by-nobody', 'hollow'] as const)('is mended on the lab, proved and taken back: %s', async (what) => {
    const disk = labDisk();
    const server = openLab(disk);
    const shop = readRecord(server, 'sni', 'shop.example.test:443')!;
    putRecord(server, { ...shop, ...(what === 'hollow' ? { thumbprint: '' } : { appId: NOBODY }) });
    server.save();
    const before = stateOf(disk);
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual(['lost-binding:shop.example.test:443']);
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['healed']);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    expect(readRecord(openLab(disk), 'sni', 'shop.example.test:443')).toEqual(shop);
    const undone = await undoLatest(disk);
    expect(new Set(undone.steps.map(({ outcome }) => outcome))).toEqual(new Set(['undone']));
    if (what === 'owned-by-nobody') expect(stateOf(disk)).toEqual(before);
    else expect(readRecord(openLab(disk), 'sni', 'shop.example.test:443')).toBeUndefined();
  });

  it('is as before, or without a record, where netsh fails', async () => {
    const disk = labDisk();
    const server = openLab(disk);
    putRecord(server, { ...readRecord(server, 'sni', 'shop.example.test:443')!, appId: NOBODY });
    server.save();
    const before = stateOf(disk);
    tell(disk, ...stubbornAdd());
    const { report } = await fixLab(disk, machineOn(disk));
    expect([report.plans.map(({ verdict }) => verdict), stateOf(disk)]).toEqual([['rolled-back'], before]);
  });
});
