import { describe, expect, it } from 'vitest';
import { shadowingRecord as playbook } from '../../playbooks/shadowing-record.ts';
import { judgedAt } from '../../src/chain/records/judged-records.ts';
import type { Evidence, Greeted, Handshake } from '../../src/model/server/evidence.ts';
import type { SslRecord } from '../../src/model/server/ssl-record.ts';
import { asked } from '../support/asked.ts';
import {
  certificate,
  cngKey,
  config,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_KEY,
  FRONT_OLGA_FILE,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  healthyWith,
  keyFiles,
  lack,
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
import { diagnoseLab, ids, labDisk, machineOn } from '../support/run-lab.ts';

const shadowing = asked(playbook);

const OTHER = certificate('other', { key: SHOP.key! });
const RESET: Handshake = { outcome: 'no-tls', detail: 'ECONNRESET' };
const REFUSED: Handshake = { outcome: 'no-connection', detail: 'ECONNREFUSED' };
const cert = (thumbprint: string): Handshake => ({ outcome: 'certificate', thumbprint, protocol: 'TLSv1.3' });

/** Visitors of Front by these addresses, and what they got. */
const metAt = (...all: readonly (readonly [string, Handshake])[]): Evidence['handshakes'] =>
  new Map<string, readonly Greeted[]>([
    [FRONT_KEY, all.map(([address, got]) => ({ greeting: { address, port: 443, name: '' }, got: have(got) }))],
    [SHOP_KEY, [{ got: serves(SHOP.thumbprint) }]],
  ]);

const at = (name: string, changes: Partial<SslRecord> = {}) =>
  record('ip', name, { thumbprint: OTHER.thumbprint, ...changes });

const given = (ghost: SslRecord, changes: Partial<Evidence> = {}) =>
  evidence({
    config: config([], [FRONT_SITE]),
    records: have([FRONT_RECORD, ghost], 'HTTP\\Parameters'),
    storeMy: have([FRONT, SHOP, OTHER]),
    handshakes: metAt(['127.0.0.1', cert(FRONT.thumbprint)]),
    ...changes,
  });

const GHOST = at('10.0.0.5:443');
const DEAD = at('[::]:443', { thumbprint: '0'.repeat(40) });
const seen = (from: Evidence) => shadowing.detect(from).map(({ id, severity }) => `${id} ${severity}`);

describe('a record that no binding has is found', () => {
  it.each<readonly [string, SslRecord, Partial<Evidence>, string]>([
    [
      'broken where visitors get its certificate',
      GHOST,
      { handshakes: metAt(['10.0.0.5', cert(OTHER.thumbprint)]) },
      'broken',
    ],
    ['broken where they get no TLS', GHOST, { handshakes: metAt(['10.0.0.5', RESET]) }, 'broken'],
    ['a warning where nobody was greeted there', GHOST, {}, 'warning'],
    ['a warning where no greeting came through', GHOST, { handshakes: metAt(['10.0.0.5', REFUSED]) }, 'warning'],
    ['a warning where no address is known: an older folder', GHOST, { addresses: lack() }, 'warning'],
    ['broken over IPv6, with the hash of nothing', DEAD, { handshakes: metAt(['::1', RESET]) }, 'broken'],
    ['a warning over IPv6 where nobody was greeted', DEAD, {}, 'warning'],
    [
      'a warning with the same certificate: nothing renews it',
      at('10.0.0.5:443', { thumbprint: FRONT.thumbprint }),
      {},
      'warning',
    ],
  ])('%s', (_what, ghost, changes, severity) => {
    const from = given(ghost, changes);
    expect(seen(from)).toEqual([`shadowing-record:${ghost.endpoint.name} ${severity}`]);
    expect(judgedAt(`ip ${ghost.endpoint.name}`, from)).toMatchObject({ state: severity, code: 'record-shadows' });
  });

  it('with its owner, its hash and the sites that it hides, and the step of whoever consents', () => {
    const source = 'HTTP\\Parameters';
    const [finding] = shadowing.detect(given(GHOST));
    expect(finding).toEqual({
      playbook: 'shadowing-record',
      id: 'shadowing-record:10.0.0.5:443',
      subject: 'Front, SSL record of 10.0.0.5:443',
      severity: 'warning',
      message:
        "The SSL record of 10.0.0.5:443 (IIS) answers visitors of Front at 10.0.0.5 before the site's own record: it names another certificate (D0941E68), and no handshake was tried there.",
      facts: [
        { name: 'endpoint', value: '10.0.0.5:443', source },
        { name: 'owner', value: 'IIS', source },
        { name: 'appId', value: GHOST.appId, source },
        { name: 'thumbprint', value: OTHER.thumbprint, source },
        { name: 'sites', value: 'Front', source },
        { name: 'hides', value: '0.0.0.0:443', source },
      ],
      endpoints: ['ip 10.0.0.5:443', 'ip 0.0.0.0:443'],
    });
    expect(planned(shadowing.plan(finding!, given(GHOST)))).toMatchObject({
      risk: 'disruptive',
      steps: [
        {
          do: { kind: 'run', command: { args: ['http', 'delete', 'sslcert', 'ipport=10.0.0.5:443'] } },
          undo: { do: { command: { args: expect.arrayContaining(['add', 'ipport=10.0.0.5:443']) } } },
          holds: { kind: 'record-absent' },
        },
      ],
      effects: [
        "The site's own record then answers visitors of Front there.",
        'A program that serves 10.0.0.5:443 through http.sys without a site of IIS would lose its certificate.',
      ],
      endpoints: [{ table: 'ip', name: '0.0.0.0:443' }],
      after: [],
    });
  });

  it('with a certificate that is gone: visitors get no TLS, and nobody has to be greeted for that', () => {
    const [finding] = shadowing.detect(given(DEAD));
    expect(finding?.message).toContain(
      "The SSL record of [::]:443 (IIS) answers visitors of Front over IPv6 before the site's own record: its certificate (00000000) is gone, so they get no TLS, and no handshake was tried there.",
    );
  });

  it('of another product: named, and left to it', () => {
    const from = given(at('[::]:443', { appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' }));
    const [finding] = shadowing.detect(from);
    expect(finding?.message).toContain('[::]:443 (SSTP (Routing and Remote Access))');
    expect(shadowing.plan(finding!, from)).toEqual({
      blocked: true,
      why: 'the record belongs to SSTP (Routing and Remote Access), and a change would change that program too',
      who: 'SSTP (Routing and Remote Access)',
    });
  });
});

it('names only the sites that get the wrong certificate there', () => {
  const shadow = { ...GHOST, thumbprint: FRONT.thumbprint };
  const from = given(shadow, {
    config: config([], [FRONT_SITE, SHOP_SITE]),
    records: have([FRONT_RECORD, SHOP_RECORD, shadow]),
  });
  expect(shadowing.detect(from).map(({ subject }) => subject)).toEqual(['Shop, SSL record of 10.0.0.5:443']);
});

it('names each record that it hides, and each endpoint once', () => {
  const twin = site(3, 'Twin', ['https *:443:twin.example.test']);
  const [finding] = shadowing.detect(
    given(GHOST, {
      config: config([], [FRONT_SITE, SHOP_SITE, twin]),
      records: have([FRONT_RECORD, SHOP_RECORD, GHOST]),
    }),
  );
  expect(finding?.facts.filter(({ name }) => name === 'sites' || name === 'hides').map(({ value }) => value)).toEqual([
    'Front, Shop, Twin',
    '0.0.0.0:443, shop.example.test:443, 0.0.0.0:443',
  ]);
  expect(finding?.endpoints).toEqual(['ip 10.0.0.5:443', FRONT_KEY, SHOP_KEY]);
});

it('counts the sites where it hides many', () => {
  const sites = Array.from({ length: 30 }, (_, index) => site(index + 1, `S${index}`, ['https *:443:']));
  const [finding] = shadowing.detect(given(GHOST, { config: config([], sites) }));
  expect(finding?.subject).toBe('S0, S1, S2, S3, S4, S5, S6, S7 and 22 more, SSL record of 10.0.0.5:443');
});

describe('what hides nothing', () => {
  const v6 = site(1, 'Front', ['https *:443:', 'https [::]:443:']);
  const loopback = site(1, 'Front', ['https *:443:', 'https 127.0.0.1:443:']);
  it.each<readonly [string, SslRecord, Partial<Evidence>]>([
    ['the same certificate over IPv6', at('[::]:443', { thumbprint: FRONT.thumbprint }), {}],
    ['an address of another server', at('10.9.9.9:443'), {}],
    ['a port without an https binding', at('10.0.0.5:5986'), {}],
    ['[::] that a binding has', at('[::]:443'), { config: config([], [v6]) }],
    ['loopback that a binding has', at('127.0.0.1:443'), { config: config([], [loopback]) }],
    [
      'a reset over loopback alone (KB5066835)',
      at('[::]:443'),
      { handshakes: metAt(['::1', RESET], ['2001:db8::9', cert(FRONT.thumbprint)]) },
    ],
    ['what visitors do not meet', GHOST, { handshakes: metAt(['10.0.0.5', cert(FRONT.thumbprint)]) }],
    [
      'loopback alone that fails',
      at('[::]:443', { thumbprint: FRONT.thumbprint }),
      { handshakes: metAt(['::1', RESET], ['192.0.2.9', cert(FRONT.thumbprint)]) },
    ],
    ['[::] in front of a host name alone', at('[::]:443'), { config: config([], [SHOP_SITE]) }],
    ['a site that has no record itself', GHOST, { records: have([GHOST]) }],
    ['a site that is stopped', GHOST, { config: stopped() }],
    ['records that were not read', GHOST, { records: lack() }],
    ['a configuration that was not read', GHOST, { config: lack() }],
  ])('%s', (_what, ghost, changes) => expect(seen(given(ghost, changes))).toEqual([]));

  it('an address of another server is left over, in the list of records alone', () => {
    expect(judgedAt('ip 10.9.9.9:443', given(at('10.9.9.9:443')))).toMatchObject({
      state: 'note',
      code: 'record-leftover',
    });
  });
});

describe('a site with an address for itself', () => {
  const admin = site(3, 'Admin', ['https 10.0.0.5:443:']);
  const sites = (...all: readonly string[]) => config([], all);
  const both = (changes: Partial<Evidence> = {}) =>
    given(at('10.0.0.5:443'), {
      config: sites(SHOP_SITE, admin),
      records: have([SHOP_RECORD, at('10.0.0.5:443')]),
      ...changes,
    });

  it('hides the host names of another one there: a warning on that one, and no command', () => {
    expect(seen(both())).toEqual(['shadowing-record:10.0.0.5:443 warning']);
    const [finding] = shadowing.detect(both());
    expect(finding?.subject).toBe('Shop, SSL record of 10.0.0.5:443');
    expect(finding?.message).toContain(
      "The SSL record of 10.0.0.5:443 (IIS) answers visitors of Shop at 10.0.0.5, which belongs to Admin, before the site's own record: it names another certificate (D0941E68), and no handshake was tried there.",
    );
    expect(shadowing.plan(finding!, both())).toEqual({
      blocked: true,
      why: 'the address belongs to Admin: give Shop another address',
      who: 'an administrator, who knows which names come to that address',
    });
  });

  it.each<readonly [string, Partial<Evidence>]>([
    [
      'whose certificate covers the name',
      { storeMy: have([FRONT, SHOP, certificate('other', { facts: { names: ['*.example.test'] } })]) },
    ],
    [
      'on loopback',
      {
        config: sites(SHOP_SITE, site(3, 'Admin', ['https 127.0.0.1:443:'])),
        records: have([SHOP_RECORD, at('127.0.0.1:443')]),
      },
    ],
    [
      'beside a site without a host name',
      { config: sites(FRONT_SITE, admin), records: have([FRONT_RECORD, at('10.0.0.5:443')]) },
    ],
    [
      'as a healthy state remembers both',
      {
        baseline: have({
          states: [
            {
              ...healthyWith(SHOP_RECORD),
              bindings: [
                { siteId: 2, site: 'Shop', information: '*:443:shop.example.test', sslFlags: 1 },
                { siteId: 3, site: 'Admin', information: '10.0.0.5:443:', sslFlags: 0 },
              ],
            },
          ],
        }),
      },
    ],
  ])('hides nothing %s', (_what, changes) => expect(seen(both(changes))).toEqual([]));
});

it('a greeting that shows the other certificate is told once, as this fault', async () => {
  const found = ids(await diagnoseLab(machineOn(labDisk({ faults: ['shadowing-record'] }))));
  expect(found).toEqual(['shadowing-record:192.0.2.9:443']);
});

describe('it is deleted only where every site answers there itself', () => {
  const planFor = (ghost: SslRecord, changes: Partial<Evidence> = {}) => {
    const from = given(ghost, changes);
    const [finding] = shadowing.detect(from);
    return shadowing.plan(finding!, from);
  };
  const shopped = (changes: Partial<Evidence> = {}): Partial<Evidence> => ({
    config: config([], [FRONT_SITE, SHOP_SITE]),
    records: have([FRONT_RECORD, SHOP_RECORD, GHOST]),
    ...changes,
  });

  it('by the wildcard or by their host names', () => {
    expect(planned(planFor(GHOST, shopped())).after).toEqual([]);
    const byName = shopped({ config: config([], [SHOP_SITE]), records: have([SHOP_RECORD, GHOST]) });
    expect(planned(planFor(GHOST, byName)).endpoints).toEqual([SHOP_RECORD.endpoint]);
  });

  it('behind what gives it its record, its certificate or its key', () => {
    const lost = shopped({ records: have([FRONT_RECORD, GHOST]) });
    expect(planned(planFor(GHOST, lost)).after).toEqual(['lost-binding:shop.example.test:443']);
    const named = shopped({ records: have([FRONT_RECORD, { ...SHOP_RECORD, thumbprint: FRONT.thumbprint }, GHOST]) });
    expect(planned(planFor(GHOST, named)).after).toEqual(['wrong-name:*:443:shop.example.test']);
    const dragged = { storeMy: have([FRONT_DRAGGED, SHOP, OTHER]), keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]) };
    expect(planned(planFor(GHOST, shopped(dragged))).after).toEqual([`stranded-key:${FRONT.thumbprint}`]);
  });

  it('behind what gives it its record where nobody answers in its place, or its SNI flag', () => {
    const unanswered = shopped({ records: have([FRONT_RECORD, GHOST]), handshakes: new Map() });
    expect(planned(planFor(GHOST, unanswered)).after).toEqual(['lost-binding:shop.example.test:443']);
    const asShop = { address: '127.0.0.1', port: 443, name: 'shop.example.test' };
    const flagless = shopped({
      config: config([], [FRONT_SITE, site(2, 'Shop', ['https *:443:shop.example.test'])]),
      handshakes: new Map([[FRONT_KEY, [{ greeting: asShop, got: serves(FRONT.thumbprint) }]]]),
    });
    expect(planned(planFor(GHOST, flagless)).after).toEqual(['wrong-name:*:443:shop.example.test']);
  });

  it('behind what mends the central store: its record, or the binding that leaves it', () => {
    const blog = site(3, 'Blog', ['https *:443:blog.example.test 3']);
    const central = (enabled: boolean) =>
      shopped({
        config: config([], [FRONT_SITE, blog]),
        centralStore: have({ enabled, location: 'C:\\certs', userName: '', files: have(new Set<string>()) }),
      });
    expect(planned(planFor(GHOST, central(true))).after).toEqual(['central-store:443']);
    expect(planned(planFor(GHOST, central(false))).after).toEqual(['central-store:*:443:blog.example.test']);
  });

  it.each<readonly [string, Partial<Evidence>, string]>([
    [
      'what its own record names is gone, and no repair here brings it back',
      shopped({ records: have([FRONT_RECORD, { ...SHOP_RECORD, thumbprint: '1'.repeat(40) }, GHOST]) }),
      'Shop could not answer there itself, and that must be repaired first: the certificate of the SSL record (11111111) is not in LocalMachine\\MY',
    ],
    [
      'its own record turns everybody away',
      shopped({ records: have([FRONT_RECORD, { ...SHOP_RECORD, flags: 8 }, GHOST]) }),
      'Shop could not answer there itself, and that must be repaired first: the SSL record of shop.example.test:443 rejects every visitor (flag reject, 0x8)',
    ],
    [
      'nobody knows what its own record would give',
      shopped({ records: have([FRONT_RECORD, { ...SHOP_RECORD, store: 'Other' }, GHOST]), handshakes: new Map() }),
      'it is not known whether Shop would answer there itself: not checked: the store Other is not one that is read',
    ],
  ])('not where %s', (_what, changes, why) => {
    const plan = planFor(GHOST, changes);
    expect(plan).toMatchObject({ blocked: true, who: 'an administrator' });
    expect('blocked' in plan && plan.why).toContain(why);
  });

  it('also where nobody knows, and somebody who came another way got what was meant', () => {
    const store = { ...SHOP_RECORD, store: 'Other' };
    expect(planned(planFor(GHOST, shopped({ records: have([FRONT_RECORD, store, GHOST]) }))).after).toEqual([]);
  });

  it.each<readonly [string, SslRecord, Partial<Evidence>, string]>([
    ['its certificate is gone', DEAD, {}, 'its certificate (00000000) is gone'],
    ['it names none', at('10.0.0.5:443', { thumbprint: '' }), {}, 'the record names no certificate'],
  ])('and says before that it cannot be taken back where %s', (_what, ghost, changes, why) => {
    const { steps, effects } = planned(planFor(ghost, changes));
    expect(steps.map(({ undo }) => undo)).toEqual(['none']);
    expect(effects.at(-1)).toContain(`This cannot be taken back: ${why}`);
  });

  it.each<readonly [string, SslRecord, Partial<Evidence>, string]>([
    [
      'its certificate is in a store that is not read',
      at('10.0.0.5:443', { store: 'Other' }),
      {},
      'not one that is read',
    ],
    [
      'the key of its certificate is gone',
      GHOST,
      { storeMy: have([FRONT, SHOP, certificate('other', { key: cngKey({ container: 'gone' }) })]) },
      'SYSTEM cannot use the key of other.example.test',
    ],
    ['it has a setting that netsh cannot give back', at('10.0.0.5:443', { flags: 0x2000 }), {}, 'could not be added'],
  ])('not where it would be lost for good: %s', (_what, ghost, changes, why) => {
    const plan = planFor(ghost, changes);
    expect('blocked' in plan && plan.why).toContain(why);
  });
});

function stopped(): Evidence['config'] {
  const read = config([], [FRONT_SITE]);
  if (!read.known) return read;
  return {
    ...read,
    value: { ...read.value, sites: read.value.sites.map((each) => ({ ...each, stopped: true as const })) },
  };
}
