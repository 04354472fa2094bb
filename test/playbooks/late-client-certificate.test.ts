import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { lateClientCertificate as playbook } from '../../playbooks/late-client-certificate.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { readApplicationHost } from '../../src/formats/iis/application-host.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { NO_CHOICES } from '../../src/model/repair/planning.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import {
  configText,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_KEY,
  FRONT_OLGA_FILE,
  FRONT_RECORD,
  FRONT_SITE,
  handshake,
  have,
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
  site,
} from '../support/evidence-folder.ts';

const late = asked(playbook);

const access = (flags: string) =>
  `<system.webServer><security><access sslFlags="${flags}" /></security></system.webServer>`;
const location = (path: string, flags = 'Ssl, SslNegotiateCert, SslRequireCert') =>
  `<location path="${path}">${access(flags)}</location>`;

/** A configuration with this behind its sites. */
function config(behind: string, sites: readonly string[] = [FRONT_SITE, SHOP_SITE]): Evidence['config'] {
  const text = configText([], sites).replace('</configuration>', `${behind}</configuration>`);
  const read = readApplicationHost(Buffer.from(text), CONFIG_PATH);
  if (!read.ok) throw new Error(read.error);
  return have(read.value, CONFIG_PATH);
}

/** Shop asks on Windows Server 2022, and its record does not. */
const given = (changes: Partial<Evidence> = {}) =>
  evidence({
    osBuild: have(20348),
    config: config(location('Shop')),
    netshOptions: have(new Set([...NETSH_OPTIONS, 'disabletls13'])),
    ...changes,
  });
/** Front's record as it asks for nothing. */
const PLAIN = { ...FRONT_RECORD, flags: 0 };
const seen = (from: Evidence) => late.detect(from).map(({ id, severity }) => `${id} ${severity}`);
const SHOPS = 'late-client-certificate:shop.example.test:443';
const tls12 = handshake({ outcome: 'certificate', thumbprint: SHOP.thumbprint, protocol: 'TLSv1.2' });
const tls13Off = (on: boolean) => have({ enabled: new Map([['TLS 1.3', on] as const]) });

describe('nothing is found', () => {
  it.each<readonly [string, Partial<Evidence>]>([
    ['before Windows Server 2022', { osBuild: have(17763), handshakes: new Map() }],
    ['where no site asks', { config: config('') }],
    ['where a site only wants TLS', { config: config(location('Shop', 'Ssl, Ssl128')) }],
    ['where another site asks', { config: config(location('Blog')) }],
    ['where http.sys has asked in the handshake', { records: have([FRONT_RECORD, { ...SHOP_RECORD, flags: 2 }]) }],
    ['where the record keeps TLS 1.3 away', { records: have([FRONT_RECORD, { ...SHOP_RECORD, flags: 0x40 }]) }],
    [
      'where the binding does',
      { config: config(location('Shop'), [FRONT_SITE, SHOP_SITE.replace('sslFlags="1"', 'sslFlags="33"')]) },
    ],
    ['where Schannel has TLS 1.3 switched off', { schannel: tls13Off(false), handshakes: new Map() }],
    ['where visitors get TLS 1.2', { handshakes: met([[SHOP_KEY, tls12]]) }],
    ['where the record is gone: that is another fault', { records: have([FRONT_RECORD]) }],
    ['where the records were not read', { records: lack() }],
    [
      'where the site is stopped',
      { config: config(location('Shop'), [FRONT_SITE, SHOP_SITE.replace('id="2"', 'id="2" serverAutoStart="false"')]) },
    ],
    ['at another server of the farm', { config: config(location('Shop'), [site(2, 'Shop', ['https 10.9.9.9:443:'])]) }],
    [
      'where the certificate is asked for at the server, and the record does',
      { config: config(access('SslRequireCert'), [FRONT_SITE]) },
    ],
  ])('%s', (_what, changes) => expect(seen(given(changes))).toEqual([]));
});

describe('a site that asks too late is found', () => {
  it.each<readonly [string, Partial<Evidence>, readonly string[]]>([
    ['on all its pages: broken', {}, [`${SHOPS} broken`]],
    ['with TLS 1.3 switched on by number', { schannel: tls13Off(true) }, [`${SHOPS} broken`]],
    ['on some pages below: a warning', { config: config(location('Shop/orders')) }, [`${SHOPS} warning`]],
    ['where the server asks', { config: config(access('SslNegotiateCert')) }, [`${SHOPS} broken`]],
    ['where nobody was greeted', { handshakes: new Map() }, [`${SHOPS} broken`]],
    ['where a visitor got TLS 1.3, whatever else is known', { osBuild: lack(), schannel: lack() }, [`${SHOPS} broken`]],
    [
      'once for the sites of one record, the worse of them',
      {
        config: config(location('A/orders') + location('B'), [
          site(1, 'A', ['https *:443:']),
          site(2, 'B', ['https *:443:b.example.test']),
        ]),
        records: have([record('ip', '0.0.0.0:443', { thumbprint: FRONT.thumbprint })]),
      },
      ['late-client-certificate:0.0.0.0:443 broken'],
    ],
  ])('%s', (_what, changes, found) => expect(seen(given(changes))).toEqual(found));

  it.each([
    [20348, 'Windows Server 2022 then resets the connection'],
    [26100, 'Windows Server 2025 then answers 500.0 with 0x80070032'],
  ])('and says on build %i what visitors see', (build, words) => {
    const [finding] = late.detect(given({ osBuild: have(build) }));
    const message = `Visitors who come directly to this server cannot open Shop over TLS 1.3: every page asks for a client certificate after the handshake (access sslFlags), and ${words}.`;
    expect(finding).toEqual({
      playbook: 'late-client-certificate',
      id: SHOPS,
      subject: 'Shop, https at shop.example.test:443',
      severity: 'broken',
      message,
      facts: [
        { name: 'endpoint', value: 'shop.example.test:443', source: 'HTTP\\Parameters' },
        { name: 'sites', value: 'Shop', source: CONFIG_PATH },
        { name: 'pages', value: 'all', source: CONFIG_PATH },
      ],
      endpoints: [SHOP_KEY],
    });
  });

  it('with all sites of its record, and that it is some of their pages', () => {
    const twin = site(3, 'Twin', ['https *:443:twin.example.test']);
    const from = given({
      config: config(location('Front/a') + location('Twin/b'), [FRONT_SITE, SHOP_SITE, twin]),
      records: have([PLAIN, SHOP_RECORD]),
    });
    expect(late.detect(from)).toEqual([
      {
        playbook: 'late-client-certificate',
        id: 'late-client-certificate:0.0.0.0:443',
        subject: 'Front, Twin, https at 0.0.0.0:443',
        severity: 'warning',
        message:
          'Visitors who come directly to this server cannot open some pages of Front, Twin over TLS 1.3: some pages ask for a client certificate after the handshake (access sslFlags), and Windows Server 2022 then resets the connection.',
        facts: [
          { name: 'endpoint', value: '0.0.0.0:443', source: 'test' },
          { name: 'sites', value: 'Front, Twin', source: CONFIG_PATH },
          { name: 'pages', value: 'some below the site', source: CONFIG_PATH },
        ],
        endpoints: [FRONT_KEY],
      },
    ]);
  });

  it('for each record of its own', () => {
    const from = given({ config: config(location('Front') + location('Shop')), records: have([PLAIN, SHOP_RECORD]) });
    expect(seen(from)).toEqual(['late-client-certificate:0.0.0.0:443 broken', `${SHOPS} broken`]);
  });

  it.each<readonly [string, Partial<Evidence>]>([
    ['what Schannel speaks', { schannel: lack() }],
    ['the build of Windows', { osBuild: lack() }],
  ])('and not judged where nobody was greeted and nobody knows %s', (_what, changes) => {
    const from = given({ handshakes: new Map(), ...changes });
    expect(seen(from)).toEqual([]);
    const { chains, verdict } = diagnose(from, playbooks);
    expect(chains[1]?.links[0]).toMatchObject({ state: 'unknown', code: 'not-read' });
    expect(verdict).toBe('unknown');
  });

  it('on the site link, which says nothing of the others; and what breaks more is told beside it', () => {
    const from = given({ storeMy: have([FRONT]) });
    const { chains, findings } = diagnose(from, playbooks);
    expect(chains[1]?.links.map(({ code }) => code).slice(0, 3)).toEqual([
      'client-certificate-late',
      'fine',
      'certificate-missing',
    ]);
    expect(findings.map(({ id }) => id)).toEqual([SHOPS, 'broken-link:certificate-missing:shop.example.test:443']);
  });
});

describe('there are two ways, and a person chooses', () => {
  const planFor = (from: Evidence, way?: 'client-certificates' | 'without-tls13') => {
    const [finding] = late.detect(from);
    return late.plan(finding!, from, { ...NO_CHOICES, ...(way && { way }) });
  };

  it('which are offered, and none is made unasked', () => {
    const [finding] = late.detect(given());
    expect(late.ways(finding!, given()).map(({ way }) => way)).toEqual(['client-certificates', 'without-tls13']);
    expect(planFor(given())).toMatchObject({
      blocked: true,
      who: 'an administrator, who chooses',
      command: 'iis-ssl-heal fix --only late-client-certificate',
    });
  });

  it('to ask in the handshake, with every other setting of the record', () => {
    const own = { ...SHOP_RECORD, checkMode: 1 };
    const plan = planned(planFor(given({ records: have([FRONT_RECORD, own]) }), 'client-certificates'));
    expect(plan).toMatchObject({ risk: 'disruptive', after: [], endpoints: [SHOP_RECORD.endpoint] });
    expect(plan.steps.map(({ holds }) => holds)).toEqual([
      { kind: 'record-absent', endpoint: SHOP_RECORD.endpoint },
      { kind: 'record-is', record: { ...own, flags: 2 } },
    ]);
    expect(plan.steps[0]?.undo).toMatchObject({ holds: { kind: 'record-is', record: own } });
    expect(plan.effects[0]).toBe(
      'Every visitor of Shop at shop.example.test:443 is asked for a certificate, whatever page they want.',
    );
  });

  it('once its key is moved, where that lies with a user', () => {
    const from = given({
      config: config(location('Front')),
      records: have([PLAIN, SHOP_RECORD]),
      storeMy: have([FRONT_DRAGGED, SHOP]),
      keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]),
    });
    for (const way of ['client-certificates', 'without-tls13'] as const)
      expect(planned(planFor(from, way)).after).toEqual([`stranded-key:${FRONT.thumbprint}`]);
  });

  it('to keep TLS 1.3 away: the record, and every binding that it is made from', () => {
    const from = given({
      config: config(location('A'), [site(1, 'A', ['https *:443:']), site(2, 'B', ['https *:443:b.example.test 4'])]),
      records: have([record('ip', '0.0.0.0:443', { thumbprint: FRONT.thumbprint, flags: 0x10 })]),
    });
    const plan = planned(planFor(from, 'without-tls13'));
    expect(plan.risk).toBe('disruptive');
    const edit = plan.steps.map((step) => step.do).find((action) => action.kind === 'edit-file')!;
    expect(edit.edits.map(({ text }) => text)).toEqual(['32', '36']);
    expect(plan.steps.at(-1)?.holds).toMatchObject({ kind: 'record-is', record: { flags: 0x50 } });
    expect(plan.effects[0]).toContain('All visitors of A, B at 0.0.0.0:443 speak TLS 1.2');
    expect(Object.keys(plan.before).some((key) => key.includes('config'))).toBe(true);
  });

  it.each<readonly [string, 'client-certificates' | 'without-tls13', Partial<Evidence>, object]>([
    [
      'of another product',
      'client-certificates',
      { records: have([FRONT_RECORD, { ...SHOP_RECORD, appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' }]) },
      { who: 'SSTP (Routing and Remote Access)' },
    ],
    [
      'with a setting that is not understood',
      'client-certificates',
      { records: have([FRONT_RECORD, { ...SHOP_RECORD, notUnderstood: ['Strange'] }]) },
      { why: expect.stringContaining('Strange') },
    ],
    [
      'whose key is gone',
      'without-tls13',
      { keyFiles: keyFiles([]) },
      { why: expect.stringContaining('nobody could put the record back') },
    ],
    ['whose key is anywhere', 'without-tls13', { keyFiles: lack() }, { blocked: true }],
    [
      'of a netsh that does not know the option',
      'without-tls13',
      { netshOptions: have(NETSH_OPTIONS) },
      { why: expect.stringContaining('does not know disabletls13') },
    ],
    [
      'where the configuration is shared',
      'without-tls13',
      { redirection: have({ enabled: true, path: '\\\\nas\\iis' }) },
      { refused: true },
    ],
  ])('a record %s is left alone', (_what, way, changes, blocked) => {
    const from = given({ keyFiles: keyFiles([SHOP_FILE]), ...changes });
    const plan = planFor(from, way);
    expect(plan).toMatchObject({ blocked: true, ...blocked });
    expect(Object.keys(plan)).not.toContain('after');
  });
});
