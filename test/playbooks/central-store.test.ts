import { describe, expect, it } from 'vitest';
import { centralStore as playbook } from '../../playbooks/central-store.ts';
import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { applyEdits } from '../../src/formats/iis/metadata-edit.ts';
import type { CentralStore } from '../../src/model/server/central-store.ts';
import type { Evidence, Handshake } from '../../src/model/server/evidence.ts';
import type { Known } from '../../src/model/server/known.ts';
import { asked } from '../support/asked.ts';
import {
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  keyFiles,
  lack,
  planned,
  record,
  remembering,
  SHOP,
  SHOP_FILE,
  SHOP_RECORD,
  serves,
  site,
} from '../support/evidence-folder.ts';

const central = asked(playbook);

const CENTRAL_SITE = site(2, 'Shop', ['http *:80:shop.example.test', 'https *:443:shop.example.test 3']);
const CENTRAL_RECORD = record('ccs', '443', { store: '' });
const CENTRAL_KEY = 'ccs 443';

const store = (enabled: boolean, files: readonly string[] = ['shop.example.test.pfx']): Known<CentralStore> =>
  have({ enabled, location: '\\\\nas\\certs', userName: 'CORP\\ccs', files: have(new Set(files), '\\\\nas\\certs') });

/** Who asks for Shop, and what he got. */
const met = (got: Known<Handshake>): Evidence['handshakes'] =>
  new Map([[CENTRAL_KEY, [{ greeting: { address: '127.0.0.1', port: 443, name: 'shop.example.test' }, got }]]]);
const RESET = have<Handshake>({ outcome: 'no-tls', detail: 'ECONNRESET' });

/** Shop is of the central store, which serves it. */
const given = (changes: Partial<Evidence> = {}) =>
  evidence({
    config: config([], [FRONT_SITE, CENTRAL_SITE]),
    records: have([FRONT_RECORD, CENTRAL_RECORD]),
    centralStore: store(true),
    handshakes: met(serves(SHOP.thumbprint)),
    ...changes,
  });
const seen = (from: Evidence) => central.detect(from).map(({ id, severity, facts }) => [id, severity, facts[0]?.value]);
const planFor = (from: Evidence, choices?: Parameters<typeof central.plan>[2]) => {
  const [finding] = central.detect(from);
  return central.plan(finding!, from, choices);
};
const BINDING = 'central-store:*:443:shop.example.test';

describe('nothing is found', () => {
  it.each<readonly [string, Partial<Evidence>]>([
    ['where the store serves the name', {}],
    ['where nobody was greeted and the file is there', { handshakes: new Map() }],
    [
      'where the file is that of the wildcard',
      { centralStore: store(true, ['_.example.test.pfx']), handshakes: new Map() },
    ],
    [
      'where its name is written in another case',
      { config: config([], [site(2, 'S', ['https *:443:SHOP.Example.test 3'])]) },
    ],
    [
      'where the files could not be listed',
      { centralStore: have({ enabled: true, files: lack('denied') }), handshakes: met(RESET) },
    ],
    ['where nobody knows of the store', { centralStore: lack(), handshakes: met(RESET) }],
    [
      'where the store is off and nobody wants it',
      { centralStore: store(false), config: config(), records: have([FRONT_RECORD, SHOP_RECORD]) },
    ],
    [
      'where a record by host name comes before a missing file',
      { centralStore: store(true, []), records: have([FRONT_RECORD, SHOP_RECORD, CENTRAL_RECORD]) },
    ],
    ['where another record has served the name, whatever the store lacks', { centralStore: store(true, []) }],
    [
      'where the binding has no host name to name a file by',
      { config: config([], [FRONT_SITE, site(2, 'S', ['https *:443: 2'])]), centralStore: store(true, []) },
    ],
    [
      'where the record is that of one host',
      { records: have([FRONT_RECORD, record('scoped-ccs', 'shop.example.test:443', { store: '' })]) },
    ],
    [
      'where the site is stopped',
      {
        config: config([], [CENTRAL_SITE.replace('id="2"', 'id="2" serverAutoStart="false"')]),
        centralStore: store(false),
      },
    ],
    ['where the records were not read', { records: lack() }],
  ])('%s', (_what, changes) => expect(seen(given(changes))).toEqual([]));
});

describe('what the store does not do is found', () => {
  it.each<readonly [string, Partial<Evidence>, readonly [string, string, string]]>([
    ['it is off', { centralStore: store(false), handshakes: met(RESET) }, [BINDING, 'broken', 'ccs-flag-without-ccs']],
    [
      'it is off, with no record either',
      { centralStore: store(false), records: have([FRONT_RECORD]), handshakes: new Map() },
      [BINDING, 'broken', 'ccs-flag-without-ccs'],
    ],
    [
      'it is off, and another record serves the name',
      { centralStore: store(false) },
      [BINDING, 'warning', 'ccs-flag-without-ccs'],
    ],
    [
      'it has no record',
      { records: have([FRONT_RECORD]), handshakes: met(RESET) },
      ['central-store:443', 'broken', 'ccs-record-missing'],
    ],
    [
      'it has no record, and another one serves the name',
      { records: have([FRONT_RECORD]) },
      ['central-store:443', 'warning', 'ccs-record-missing'],
    ],
    [
      'it has no file',
      { centralStore: store(true, ['other.pfx']), handshakes: met(RESET) },
      [BINDING, 'broken', 'ccs-file-missing'],
    ],
    [
      'it has no file, and another certificate came',
      { centralStore: store(true, []), handshakes: met(serves(FRONT.thumbprint)) },
      [BINDING, 'broken', 'ccs-file-missing'],
    ],
    [
      'it has no file, and nobody was greeted',
      { centralStore: store(true, []), handshakes: new Map() },
      [BINDING, 'warning', 'ccs-file-missing'],
    ],
  ])('%s', (_what, changes, found) => {
    const from = given(changes);
    expect(seen(from)).toEqual([found]);
    // Nobody else tells of it, nor of what comes of it.
    const told = diagnose(from, playbooks).findings.map(({ id }) => id);
    expect(told).toEqual([found[0]]);
  });

  it('with the names of the files, where they should lie, and whom IIS opens them as', () => {
    const from = given({ centralStore: store(true, []), handshakes: met(RESET) });
    const [finding] = central.detect(from);
    expect(finding).toEqual({
      playbook: 'central-store',
      id: BINDING,
      subject: 'Shop, https *:443:shop.example.test',
      severity: 'broken',
      message:
        'HTTPS of Shop is down: \\\\nas\\certs (which IIS opens as CORP\\ccs) does not have shop.example.test.pfx or _.example.test.pfx.',
      facts: [
        { name: 'code', value: 'ccs-file-missing', source: 'test' },
        { name: 'endpoint', value: '443', source: 'test' },
      ],
      endpoints: [CENTRAL_KEY],
    });
    expect(central.plan(finding!, from)).toEqual({
      blocked: true,
      why: 'the file must be put there',
      who: 'whoever maintains the central certificate store',
    });
  });

  it('once for all bindings of a port whose record is missing', () => {
    const blog = site(3, 'Blog', ['https *:443:blog.example.test 3']);
    const from = given({ config: config([], [CENTRAL_SITE, blog]), records: have([]), handshakes: met(RESET) });
    expect(central.detect(from).map(({ subject }) => subject)).toEqual(['Shop, Blog, https at port 443']);
  });
});

describe('the record of the port', () => {
  const lost = (changes: Partial<Evidence> = {}) =>
    given({ config: config([], [CENTRAL_SITE]), records: have([]), handshakes: met(RESET), ...changes });

  it('needs no certificate, and is deleted again', () => {
    const plan = planned(planFor(lost()));
    expect(plan).toMatchObject({ risk: 'safe', endpoints: [{ table: 'ccs', name: '443' }], after: [] });
    expect(plan.steps.map((step) => step.do)).toMatchObject([
      { command: { args: ['http', 'add', 'sslcert', 'ccs=443', 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}'] } },
    ]);
    expect(plan.steps[0]?.undo).toMatchObject({
      do: { command: { args: ['http', 'delete', 'sslcert', 'ccs=443'] } },
      holds: { kind: 'record-absent' },
    });
  });

  it('is disruptive where a site without a host name is at the port, or somebody is served otherwise', () => {
    const beside = { config: config([], [FRONT_SITE, CENTRAL_SITE]), records: have([FRONT_RECORD]) };
    const plan = planned(planFor(lost(beside)));
    expect([plan.risk, plan.effects[1]]).toEqual([
      'disruptive',
      'Visitors of Front whose name has no file there may be refused.',
    ]);
    expect(
      planned(planFor(lost({ records: have([FRONT_RECORD]), handshakes: met(serves(SHOP.thumbprint)) }))).risk,
    ).toBe('disruptive');
  });

  it('is that of the last healthy state where one is remembered', () => {
    const was = { ...CENTRAL_RECORD, flags: 0x10 };
    const remembered = remembering(was);
    const baseline = remembered.known
      ? have({
          states: remembered.value.states.map((state) => ({
            ...state,
            bindings: [{ siteId: 2, site: 'Shop', information: '*:443:shop.example.test', sslFlags: 3 }],
          })),
        })
      : remembered;
    const beside = { config: config([], [FRONT_SITE, CENTRAL_SITE]), records: have([FRONT_RECORD]) };
    const plan = planned(planFor(lost({ ...beside, baseline })));
    expect(plan).toMatchObject({ risk: 'safe', steps: [{ holds: { record: was } }] });
  });
});

describe('a binding leaves a store that is off', () => {
  const off = (changes: Partial<Evidence> = {}) =>
    given({ centralStore: store(false), records: have([FRONT_RECORD]), handshakes: new Map(), ...changes });

  it('for the only certificate with its name, which it then looks up by host name', () => {
    const from = off();
    const plan = planned(planFor(from));
    expect(plan).toMatchObject({ risk: 'disruptive', covers: [BINDING], endpoints: [SHOP_RECORD.endpoint], after: [] });
    expect(plan.steps[0]?.holds).toEqual({ kind: 'record-is', record: SHOP_RECORD });
    const edit = plan.steps.map((step) => step.do).find((action) => action.kind === 'edit-file')!;
    const text = from.config.known ? from.config.value.text : '';
    expect(applyEdits(text, edit.edits)).toBe(text.replace('sslFlags="3"', 'sslFlags="1"'));
    expect(plan.effects[0]).toBe(
      `Shop, *:443:shop.example.test: shop.example.test (${SHOP.thumbprint}): shop.example.test is the only certificate with shop.example.test.`,
    );
  });

  it('keeps its other flags, and those of the record of the store', () => {
    const own = { ...CENTRAL_RECORD, flags: 2 };
    const from = off({
      config: config([], [site(2, 'Shop', ['https *:443:shop.example.test 6'])]),
      records: have([own]),
    });
    const plan = planned(planFor(from));
    expect(plan.steps[0]?.holds).toMatchObject({ record: { flags: 0x10 } });
    const edit = plan.steps.map((step) => step.do).find((action) => action.kind === 'edit-file')!;
    expect(edit.edits.map(({ text }) => text)).toEqual(['5']);
    expect(plan.steps.at(-1)?.holds).toMatchObject({ kind: 'record-is', record: own });
  });

  it('with all others that can, in one write; those that cannot are left', () => {
    const BLOG = certificate('blog', { key: SHOP.key! });
    const sites = ['blog', 'gone'].map((name, at) => site(at + 3, name, [`https *:443:${name}.example.test 2`]));
    const from = off({ config: config([], [CENTRAL_SITE, ...sites]), storeMy: have([FRONT, SHOP, BLOG]) });
    const [shop, blog, gone] = central.detect(from);
    expect(planned(central.plan(shop!, from)).covers).toEqual([shop!.id, blog!.id]);
    expect(central.plan(gone!, from)).toMatchObject({
      blocked: true,
      why: 'no usable certificate here has gone.example.test: import one, or switch the store on',
      who: 'an administrator',
    });
  });

  it('and uses a record by host name that stands already', () => {
    const plan = planned(planFor(off({ records: have([FRONT_RECORD, SHOP_RECORD]) })));
    expect(
      plan.steps.some(
        (step) => step.do.kind === 'run' && step.do.command.args.includes('add') && step.holds.kind === 'record-absent',
      ),
    ).toBe(false);
    expect(plan.steps[0]?.title).toBe(
      'Read the SSL record of shop.example.test:443, to be put back where IIS changes it',
    );
  });

  const BOTH = certificate('both', { key: SHOP.key!, facts: { names: ['*.example.test'] } });
  it.each<readonly [string, Partial<Evidence>, object]>([
    [
      'where several have the name: a person chooses',
      { storeMy: have([SHOP, BOTH]) },
      { choices: expect.anything(), command: 'iis-ssl-heal fix --only central-store' },
    ],
    ['where its key is gone', { keyFiles: keyFiles([]) }, { who: 'an administrator' }],
    ['where not all certificates are known', { storeWebHosting: lack() }, { who: 'an administrator' }],
    [
      'without a host name',
      { config: config([], [site(2, 'S', ['https *:443: 2'])]) },
      { why: expect.stringContaining('no host name') },
    ],
    [
      'where another record by host name stands',
      { records: have([{ ...SHOP_RECORD, thumbprint: FRONT.thumbprint }]) },
      {
        why: expect.stringContaining(
          'an SSL record of shop.example.test:443 exists already and does not serve shop.example.test',
        ),
      },
    ],
    [
      'where that is of another product',
      { records: have([{ ...SHOP_RECORD, appId: '{5d89a20c-beab-4389-9447-324788eb944a}' }]) },
      {
        why: expect.stringContaining(
          'an SSL record of shop.example.test:443 exists already and does not serve shop.example.test',
        ),
      },
    ],
    [
      'where the configuration is shared',
      { redirection: have({ enabled: true, path: '\\\\nas\\iis' }) },
      { refused: true },
    ],
  ])('but not %s', (_what, changes, blocked) => {
    const plan = planFor(off({ keyFiles: keyFiles([SHOP_FILE]), ...changes }));
    expect(plan).toMatchObject({ blocked: true, ...blocked });
    expect(Object.keys(plan)).not.toContain('covers');
  });

  it('for the certificate that the person chose', () => {
    const from = off({ storeMy: have([SHOP, BOTH]) });
    const chosen = planFor(from, { correct: false, certificates: new Map([[BINDING, BOTH.thumbprint]]) });
    expect(planned(chosen).steps[0]?.holds).toMatchObject({ record: { thumbprint: BOTH.thumbprint } });
  });
});
