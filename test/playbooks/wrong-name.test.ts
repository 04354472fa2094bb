import { describe, expect, it } from 'vitest';
import { wrongName as playbook } from '../../playbooks/wrong-name.ts';
import { joinChains } from '../../src/chain/join.ts';
import { applyEdits } from '../../src/formats/iis/metadata-edit.ts';
import type { Choices, Plan } from '../../src/model/repair/plan.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { showCommand } from '../../src/windows-commands/shown-command.ts';
import { asked } from '../support/asked.ts';
import {
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
  healthyWith,
  keyFiles,
  lack,
  met,
  planned,
  SHOP,
  SHOP_FILE,
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
const lines = ({ steps }: Plan) =>
  steps.flatMap(({ do: action }) =>
    action.kind === 'run' ? [showCommand(action.command, 'C:\\Windows').replace(/^.*System32.(?=netsh)/, '')] : [],
  );
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
      `broken: Browsers warn visitors of Shop: front.example.test (${FRONT.thumbprint.slice(0, 8)}) does not have the name shop.example.test, and shop.example.test (${SHOP.thumbprint.slice(0, 8)}) in LocalMachine\\MY has it.`,
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
    expect(lines(planned(wrongName.plan(finding!, wrong())))).toEqual([
      'netsh.exe http delete sslcert hostnameport=shop.example.test:443',
      `netsh.exe http add sslcert hostnameport=shop.example.test:443 certhash=${SHOP.thumbprint.toLowerCase()} appid={4dc3e181-e14b-4a21-b022-59fc669b0914} certstorename=MY`,
    ]);
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
      `warning: Browsers may warn visitors of Shop: front.example.test (${FRONT.thumbprint.slice(0, 8)}) does not have the name shop.example.test (its names: front.example.test).`,
    ]);
    const [finding] = wrongName.detect(given);
    expect(wrongName.plan(finding!, given)).toEqual({
      blocked: true,
      why: 'no certificate here has the name: import one and bind it, or accept this certificate',
      who: 'an administrator',
      command: 'iis-ssl-heal baseline save',
    });
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

describe('the certificate that is bound instead', () => {
  const BOTH = certificate('both', { key: SHOP.key!, facts: { names: ['*.example.test'] } });
  const planFor = (given: Evidence, choices?: Choices) => {
    const [finding] = wrongName.detect(given);
    return wrongName.plan(finding!, given, choices);
  };

  it('keeps every setting of the record, and rests on both', () => {
    const record = { ...FRONT_NAMED, flags: 2, checkMode: 1, urlTimeout: 15000 };
    const plan = planned(planFor(wrong({ records: have([FRONT_RECORD, record]) })));
    expect(plan).toMatchObject({ risk: 'disruptive', covers: ['wrong-name:*:443:shop.example.test'], after: [] });
    const last = plan.steps.at(-1)!;
    expect(last.holds).toEqual({ kind: 'record-is', record: { ...record, thumbprint: SHOP.thumbprint } });
    expect(plan.steps[0]?.undo).toMatchObject({ holds: { kind: 'record-is', record } });
    expect(Object.keys(plan.before)).toHaveLength(3);
    expect(plan.effects).toEqual([
      `Visitors of Shop get shop.example.test (${SHOP.thumbprint.slice(0, 8)}): shop.example.test is the only certificate with shop.example.test.`,
      'New connections to shop.example.test:443 fail for a moment.',
    ]);
  });

  it("is a person's choice where several have the name", () => {
    const given = wrong({ storeMy: have([FRONT, SHOP, BOTH]) });
    const [finding] = wrongName.detect(given);
    const plan = planFor(given);
    expect(plan).toMatchObject({
      blocked: true,
      who: 'an administrator, who chooses',
      command: 'iis-ssl-heal fix --only wrong-name',
    });
    expect('blocked' in plan && plan.choices?.map(({ value }) => value).sort()).toEqual(
      [SHOP.thumbprint, BOTH.thumbprint].sort(),
    );
    const chosen = planned(planFor(given, { correct: false, certificates: new Map([[finding!.id, BOTH.thumbprint]]) }));
    expect(chosen.effects[0]).toContain(
      `Visitors of Shop get *.example.test (${BOTH.thumbprint.slice(0, 8)}): as you chose.`,
    );
  });

  it('has the names of all bindings that share the record, and mends them together', () => {
    const sites = [site(1, 'A', ['https *:443:a.example.test']), site(2, 'B', ['https *:443:b.example.test'])];
    const given = evidence({
      config: config([], sites),
      records: have([{ ...FRONT_RECORD, thumbprint: FRONT.thumbprint }]),
      storeMy: have([FRONT, BOTH]),
    });
    expect(wrongName.detect(given).map(({ severity }) => severity)).toEqual(['broken', 'broken']);
    expect(planned(planFor(given)).covers).toEqual([
      'wrong-name:*:443:a.example.test',
      'wrong-name:*:443:b.example.test',
    ]);
  });

  it('covers no binding of the record that has another trouble: its flag is lost still', () => {
    const sites = [site(1, 'A', ['https *:443:a.example.test']), site(2, 'Shop', ['https *:443:shop.example.test'])];
    const given = evidence({ config: config([], sites), storeMy: have([FRONT, SHOP, BOTH]), handshakes: new Map() });
    expect(wrongName.detect(given).map(({ id, facts }) => [id, facts[0]?.value])).toEqual([
      ['wrong-name:*:443:a.example.test', 'certificate-other-name'],
      ['wrong-name:*:443:shop.example.test', 'sni-flag-lost'],
    ]);
    expect(planned(planFor(given)).covers).toEqual(['wrong-name:*:443:a.example.test']);
  });

  it('is one plan for each record where one program has hit three sites (ansible 60133)', () => {
    const names = ['a', 'b', 'c'];
    const all = names.map((name) => certificate(name, { key: FRONT.key! }));
    const given = evidence({
      config: config(
        [],
        [FRONT_SITE, ...names.map((name, at) => site(at + 2, name, [`https *:443:${name}.example.test 1`]))],
      ),
      records: have([
        FRONT_RECORD,
        ...names.map((name) => ({
          ...FRONT_NAMED,
          endpoint: { table: 'sni' as const, name: `${name}.example.test:443` },
        })),
      ]),
      storeMy: have([FRONT, ...all]),
      handshakes: new Map(),
    });
    const plans = wrongName.detect(given).map((finding) => planned(wrongName.plan(finding, given)));
    expect(plans.map(({ covers }) => covers)).toEqual(names.map((name) => [`wrong-name:*:443:${name}.example.test`]));
  });

  const shared = config([], [FRONT_SITE, site(2, 'Shop', ['https *:443:shop.example.test'])]);
  it.each<readonly [string, Partial<Evidence>, object]>([
    [
      'the record serves a binding without a host name too',
      { config: shared, records: have([FRONT_RECORD]) },
      { why: '0.0.0.0:443 serves a binding without a host name too' },
    ],
    [
      'the certificate has only one of the names',
      {
        config: config(
          [],
          [site(1, 'S', ['https *:443:shop.example.test']), site(2, 'A', ['https *:443:a.example.test'])],
        ),
        records: have([FRONT_RECORD]),
      },
      { why: 'no usable certificate here has shop.example.test, a.example.test' },
    ],
    ['not all certificates are known', { storeWebHosting: lack('cut short') }, { who: 'an administrator' }],
    [
      'the record is of another product',
      { records: have([FRONT_RECORD, { ...FRONT_NAMED, appId: '{5d89a20c-beab-4389-9447-324788eb944a}' }]) },
      { who: 'AD FS or Web Application Proxy' },
    ],
    [
      'the record could not be put back',
      { records: have([FRONT_RECORD, { ...FRONT_NAMED, notUnderstood: ['Strange'] }]) },
      { why: expect.stringContaining('not understood: Strange') },
    ],
    [
      'the present certificate has lost its key, and with it the way back',
      { keyFiles: have({ paths: [SHOP_FILE], unread: [] }) },
      { why: expect.stringContaining('nobody could put the record back') },
    ],
  ])('is none where %s', (_what, changes, blocked) => {
    const plan = planFor(wrong(changes));
    expect(plan).toMatchObject({ blocked: true, ...blocked });
    expect(Object.keys(plan)).not.toContain('covers');
  });

  it('waits for the key of the present one, where that is mended in the same run', () => {
    const given = wrong({ storeMy: have([FRONT_DRAGGED, SHOP]), keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]) });
    expect(planned(planFor(given)).after).toEqual([`stranded-key:${FRONT.thumbprint}`]);
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

  it('and sets it again, in one write for all that have lost theirs', () => {
    const both = [...FLAGLESS, site(3, 'Blog', ['https *:443:blog.example.test'])];
    const BLOG = certificate('blog', { key: SHOP.key! });
    const given = lost({
      config: config([], both),
      storeMy: have([FRONT, SHOP, BLOG]),
      records: have([FRONT_RECORD, SHOP_RECORD, blogRecord(BLOG.thumbprint)]),
    });
    const [finding] = wrongName.detect(given);
    expect(finding?.message).toBe(
      'Visitors of Shop may get the certificate of another site: the binding has lost its SNI flag (sslFlags 1) and shares 0.0.0.0:443 with another site, while shop.example.test:443 has its own record.',
    );
    const plan = planned(wrongName.plan(finding!, given));
    expect(plan).toMatchObject({ risk: 'disruptive', covers: wrongName.detect(given).map(({ id }) => id), after: [] });
    expect(plan.covers).toHaveLength(2);
    const edit = plan.steps.map((step) => step.do).find((action) => action.kind === 'edit-file')!;
    const text = given.config.known ? given.config.value.text : '';
    expect(applyEdits(text, edit.edits)).toBe(text.replace(/(443:(?:shop|blog)[^"]*" sslFlags=")0/g, '$11'));
    expect(edit.through?.commands.map((command) => showCommand(command, 'C:\\Windows'))).toEqual(
      ['Shop', 'Blog'].map(
        (name) =>
          `C:\\Windows\\System32\\inetsrv\\appcmd.exe set site /site.name:${name} /bindings.[protocol='https',bindingInformation='*:443:${name.toLowerCase()}.example.test'].sslFlags:1`,
      ),
    );
    // Every record that IIS could touch is read before, and put back with the file.
    expect(
      plan.steps.flatMap(({ undo }) => (typeof undo === 'object' && 'do' in undo ? [undo.holds.kind] : [])),
    ).toEqual([...Array(3).fill('record-is'), 'file-is', ...Array(3).fill('record-is')]);
  });

  const blogRecord = (thumbprint: string) => ({
    ...SHOP_RECORD,
    thumbprint,
    endpoint: { table: 'sni' as const, name: 'blog.example.test:443' },
  });

  it.each<readonly [string, Partial<Evidence>, string]>([
    ['whose certificate is gone', { storeMy: have([FRONT]) }, 'names a certificate that is not there'],
    [
      'whose certificate has another name',
      { storeMy: have([FRONT, { ...SHOP, facts: FRONT.facts }]) },
      'would not serve',
    ],
    ['whose key is gone', { keyFiles: have({ paths: [FRONT_FILE], unread: [] }) }, 'would not serve'],
    ['whose key may be anywhere', { keyFiles: lack() }, 'is not known'],
    ['whose store was not read', { storeMy: lack() }, 'is not known'],
    ['in a shared configuration', { redirection: have({ enabled: true, path: '\\\\nas\\iis' }) }, 'is shared'],
    ['where nobody knows whether it is shared', { redirection: lack() }, 'was not read'],
    [
      'with a setting that netsh cannot put back',
      { records: have([FRONT_RECORD, { ...SHOP_RECORD, flags: 0x2000 }]) },
      'the flag is not set: netsh has no option for flag 0x2000',
    ],
  ])('and leaves one alone %s', (_what, changes, why) => {
    const given = lost(changes);
    for (const finding of wrongName.detect(given)) {
      const plan = wrongName.plan(finding, given);
      expect('blocked' in plan && plan.why).toContain(why);
    }
  });

  it('does not wait for another one that cannot have its flag', () => {
    const given = lost({
      config: config([], [...FLAGLESS, site(3, 'Blog', ['https *:443:blog.example.test'])]),
      records: have([FRONT_RECORD, SHOP_RECORD, blogRecord(thumb('gone'))]),
    });
    const [shop, blog] = wrongName.detect(given);
    expect(planned(wrongName.plan(shop!, given)).covers).toEqual([shop!.id]);
    const left = wrongName.plan(blog!, given);
    expect(left).toMatchObject({ blocked: true });
    expect(Object.keys(left)).not.toContain('covers');
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
