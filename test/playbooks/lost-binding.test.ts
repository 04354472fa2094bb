import { describe, expect, it } from 'vitest';
import { lostBinding } from '../../playbooks/lost-binding.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Action, Choices } from '../../src/model/plan.ts';
import {
  remembering as baselineOf,
  capiKey,
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_FILE,
  FRONT_OLGA_FILE,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  keyFile,
  keyFiles,
  lack,
  planned,
  record,
  SHOP,
  SHOP_FILE,
  SHOP_RECORD,
  SHOP_SITE,
  site,
} from '../evidence/build.ts';

const NONE: Choices = { correct: false, certificates: new Map() };
const ID = 'lost-binding:0.0.0.0:443';

/** The healthy server whose `*:443:` has lost its record. */
const lost = (changes: Partial<Evidence> = {}): Evidence => evidence({ records: have([SHOP_RECORD]), ...changes });

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
        says: 'The https binding *:443: of Front has no SSL record in http.sys: HTTPS is down.',
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
      `It will use front.example.test, valid until 2027-01-01, ${FRONT.thumbprint}. Settings that only the lost record knew (client certificates, revocation) are at their defaults.`,
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
    expect(planned(planOf(given)).effects[0]).toContain('It will use *.example.test, valid until');
  });

  it('the options that the site binding remembers, in the numbers of http.sys', () => {
    const flagged = (sslFlags: number) =>
      added(
        lost({ config: config([], [site(1, 'Front', [`https *:443: ${sslFlags}`]), SHOP_SITE]), netshOptions: lack() }),
      ).slice(4);
    expect(flagged(4)).toEqual(['disablehttp2=enable']);
    expect(flagged(8)).toEqual(['disableocspstapling=enable']);
    expect(flagged(16 + 32)).toEqual(['disablequic=enable', 'disabletls13=enable']);
    expect(flagged(64)).toEqual(['disablelegacytls=enable']);
    expect(flagged(128)).toEqual(['clientcertnegotiation=enable']);
  });
});

describe('lost-binding asks', () => {
  const choices = [
    { value: FRONT.thumbprint, title: `front.example.test, valid until 2027-01-01, ${FRONT.thumbprint}` },
    { value: THIRD.thumbprint, title: `third.example.test, valid until 2027-01-01, ${THIRD.thumbprint}` },
  ];

  it('where several certificates fit, and never guesses', () => {
    expect(planOf(lost(three))).toEqual({
      blocked: true,
      why: `several certificates fit, and no earlier state says which: front.example.test (${FRONT.thumbprint}), third.example.test (${THIRD.thumbprint})`,
      who: 'an administrator, who chooses',
      command: 'iis-ssl-heal fix --only lost-binding',
      choices,
    });
  });

  it('and takes the one that was chosen for this finding', () => {
    for (const { thumbprint } of [FRONT, THIRD])
      expect(added(lost(three), { certificates: new Map([[ID, thumbprint]]) })[1]).toBe(
        `certhash=${thumbprint.toLowerCase()}`,
      );
    expect(planOf(lost(three), { certificates: new Map([['lost-binding:other', FRONT.thumbprint]]) })).toMatchObject({
      choices,
    });
  });

  it('and takes none that does not fit', () => {
    expect(planOf(lost(three), { certificates: new Map([[ID, SHOP.thumbprint]]) })).toEqual({
      blocked: true,
      why: 'no usable certificate in LocalMachine fits this binding: import one',
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
    const central = lost({ config: config([], [site(1, 'Front', ['https *:443: 2'])]) });
    expect(planOf(central)).toEqual({
      blocked: true,
      why: 'the record cannot be added: a central certificate store record names no certificate',
    });
  });

  it('a record that is there again', () => {
    const [finding] = lostBinding.detect(lost());
    expect(lostBinding.plan(finding!, evidence(), NONE)).toEqual({ blocked: true, why: 'the record is there again' });
    expect(lostBinding.plan(finding!, lost({ records: have([FRONT_RECORD]) }), NONE)).toEqual({
      blocked: true,
      why: 'the record is there again',
    });
  });

  it('another binding’s record for this finding', () => {
    const given = evidence({ records: have([]) });
    const [, shop] = lostBinding.detect(given);
    const plan = planned(lostBinding.plan(shop!, given, NONE));
    expect(plan.endpoints).toEqual([{ table: 'sni', name: 'shop.example.test:443' }]);
    expect(plan.finding).toBe(shop);
  });
});
