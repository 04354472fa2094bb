import { describe, expect, it } from 'vitest';
import { noCommonTls as playbook } from '../../playbooks/no-common-tls.ts';
import { readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { numberValue } from '../../src/lab/registry/registry-values.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import type { Schannel } from '../../src/model/server/schannel.ts';
import type { SslRecord } from '../../src/model/server/ssl-record.ts';
import { asked } from '../support/asked.ts';
import {
  CLOSED_SDDL,
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
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  reboot,
  restart,
  stateOf,
  stubbornAdd,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const noCommonTls = asked(playbook);

const schannel = (
  enabled: Readonly<Record<string, boolean>>,
  suites?: readonly string[],
): Pick<Evidence, 'schannel'> => ({
  schannel: have({
    enabled: new Map(Object.entries(enabled)) as Schannel['enabled'],
    ...(suites && { suites }),
  }),
});

/** Nobody was greeted: what was read decides. Windows Server 2022, which has TLS 1.3. */
const given = (changes: Partial<Evidence> = {}) =>
  evidence({ osBuild: have(20348), handshakes: new Map(), ...changes });
const front = (changes: Partial<SslRecord>, more: Partial<Evidence> = {}) =>
  given({ records: have([{ ...FRONT_RECORD, ...changes }, SHOP_RECORD]), ...more });
const seen = (from: Evidence) => noCommonTls.detect(from).map(({ id, severity }) => `${severity} ${id}`);

const OLD = { 'TLS 1.0': false, 'TLS 1.1': false };
const ALL = { ...OLD, 'TLS 1.2': false, 'TLS 1.3': false };
const [RSA, ECDSA, TLS13] = [
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_AES_256_GCM_SHA384',
];
const keyed = (keyType: 'rsa' | 'ecdsa') => ({
  storeMy: have([FRONT, SHOP].map((each) => ({ ...each, facts: { ...each.facts, keyType } }))),
});

describe('no-common-tls finds nothing', () => {
  it.each<readonly [string, Evidence]>([
    ['where no key says anything: the defaults of Windows', given()],
    ['where nobody could read the keys', given({ schannel: lack() })],
    [
      'where Enabled is any other number than 0',
      given(schannel({ 'TLS 1.0': true, 'TLS 1.2': true, 'TLS 1.3': true })),
    ],
    ['where the old protocols alone are switched off', given(schannel(OLD))],
    ['where TLS 1.3 alone is switched off', given(schannel({ ...OLD, 'TLS 1.3': false }))],
    ['on Windows Server 2019, which has no TLS 1.3', given({ ...schannel(OLD), osBuild: have(17763) })],
    ['where a record forbids TLS 1.2 beside TLS 1.3: many mean that', front({ flags: 0x1000 })],
    ['where a record forbids TLS 1.3', front({ flags: 0x40 })],
    ['where the build is not known, and a record forbids TLS 1.2', front({ flags: 0x1000 }, { osBuild: lack() })],
    ['where a policy has one suite for the key', given({ ...schannel({}, [ECDSA, RSA]), ...keyed('rsa') })],
    ['where a policy has the suites of TLS 1.3', given({ ...schannel({}, [ECDSA, TLS13]), ...keyed('rsa') })],
    [
      'where a policy has suites that nobody here knows',
      given({ ...schannel({}, ['TLS_NEW', ECDSA]), ...keyed('rsa') }),
    ],
    ['where the kind of the key is not known', given(schannel({}, [ECDSA]))],
    [
      'where the only site of such a record is stopped',
      front(
        { flags: 0x8 },
        { config: config([], [FRONT_SITE.replace('<site ', '<site serverAutoStart="false" '), SHOP_SITE]) },
      ),
    ],
    [
      'where nobody has a binding at such a record: it answers who asks for no name',
      front({ flags: 0x8 }, { config: config([], [SHOP_SITE]) }),
    ],
  ])('%s', (_what, from) => {
    expect(seen(from)).toEqual([]);
  });
});

describe('no-common-tls finds', () => {
  it.each<readonly [string, Evidence, string, RegExp]>([
    [
      'the flag reject',
      front({ flags: 0xa }),
      'broken no-common-tls:record-rejects:0.0.0.0:443',
      /^HTTPS of Front is down: the SSL record of 0\.0\.0\.0:443 rejects every visitor \(flag reject, 0x8\)\.$/,
    ],
    [
      'a record that forbids TLS 1.2, where Schannel has no TLS 1.3',
      front({ flags: 0x1000 }, schannel({ 'TLS 1.3': false })),
      'broken no-common-tls:no-common-protocol:0.0.0.0:443',
      /^HTTPS of Front is down: the SSL record of 0\.0\.0\.0:443 forbids TLS 1\.2 \(disabletls12\), and TLS 1\.3 is off too\.$/,
    ],
    [
      'a record that forbids both',
      front({ flags: 0x1040 }),
      'broken no-common-tls:no-common-protocol:0.0.0.0:443',
      /forbids TLS 1\.2/,
    ],
    [
      'a record that forbids TLS 1.2 on a Windows without TLS 1.3',
      front({ flags: 0x1000 }, { osBuild: have(17763) }),
      'broken no-common-tls:no-common-protocol:0.0.0.0:443',
      /^HTTPS of Front is down: the SSL record of 0\.0\.0\.0:443 forbids TLS 1\.2 \(disabletls12\), and TLS 1\.3 is off too\.$/,
    ],
    [
      'all protocols switched off',
      given(schannel(ALL)),
      'broken no-common-tls:no-common-protocol',
      /^HTTPS of Front, Shop is down: TLS 1\.2 is switched off in Schannel, and so are all other versions\.$/,
    ],
    [
      'all that Windows Server 2019 has',
      given({ ...schannel({ ...OLD, 'TLS 1.2': false }), osBuild: have(17763) }),
      'broken no-common-tls:no-common-protocol',
      /^HTTPS of Front, Shop is down: TLS 1\.2 is switched off in Schannel, and so are all other versions\.$/,
    ],
    [
      'TLS 1.2 switched off beside TLS 1.3',
      given(schannel({ 'TLS 1.2': false })),
      'warning no-common-tls:tls12-off',
      /^HTTPS of Front, Shop is at risk: TLS 1\.2 is switched off in Schannel, so clients without TLS 1\.3 cannot connect\.$/,
    ],
    [
      'TLS 1.2 switched off where only what is older is left',
      given({ ...schannel({ 'TLS 1.2': false, 'TLS 1.0': false }), osBuild: have(17763) }),
      'warning no-common-tls:tls12-off',
      /^HTTPS of Front, Shop is at risk: TLS 1\.2 is switched off in Schannel, so current browsers, which have no older TLS, cannot connect\.$/,
    ],
    [
      'a policy without a suite for an RSA key, and no TLS 1.3',
      given({ ...schannel({ 'TLS 1.3': false }, [ECDSA, TLS13]), ...keyed('rsa') }),
      'broken no-common-tls:no-common-suite',
      /^HTTPS of Front, Shop is down: the cipher suite policy allows no suite for a certificate with an RSA key\.$/,
    ],
    [
      'a policy without a suite for an ECDSA key, nor one of TLS 1.3',
      given({ ...schannel({}, [RSA, 'TLS_PSK_WITH_AES_128_CBC_SHA256']), ...keyed('ecdsa') }),
      'broken no-common-tls:no-common-suite',
      /an ECDSA key/,
    ],
  ])('%s', (_what, from, id, says) => {
    expect(seen(from)).toEqual([id]);
    expect(noCommonTls.detect(from)[0]?.message).toMatch(says);
  });

  it('what is of the whole server once, and names all sites, and each endpoint once', () => {
    const twin = site(3, 'Twin', ['https *:443:twin.example.test']);
    const sites = config([], [FRONT_SITE, SHOP_SITE, twin]);
    expect(noCommonTls.detect(given({ ...schannel(ALL), config: sites }))).toEqual([
      {
        playbook: 'no-common-tls',
        id: 'no-common-tls:no-common-protocol',
        subject: 'https of Front, Shop, Twin',
        severity: 'broken',
        message:
          'HTTPS of Front, Shop, Twin is down: TLS 1.2 is switched off in Schannel, and so are all other versions.',
        facts: [
          { name: 'code', value: 'no-common-protocol', source: 'test' },
          { name: 'endpoint', value: '0.0.0.0:443, shop.example.test:443', source: 'test' },
        ],
        endpoints: [FRONT_KEY, SHOP_KEY],
      },
    ]);
  });

  it('what a record says once for each record', () => {
    const records = have([FRONT_RECORD, SHOP_RECORD].map((each) => ({ ...each, flags: 0x8 })));
    expect(seen(given({ records }))).toEqual([
      'broken no-common-tls:record-rejects:0.0.0.0:443',
      'broken no-common-tls:record-rejects:shop.example.test:443',
    ]);
  });

  it('no more than a risk where somebody got in over it, and is gone with the next reboot', () => {
    const answered = met([
      [FRONT_KEY, serves(FRONT.thumbprint)],
      [SHOP_KEY, serves(SHOP.thumbprint)],
    ]);
    const from = given({ ...schannel(ALL), handshakes: answered });
    expect(seen(from)).toEqual(['warning no-common-tls:no-common-protocol']);
    expect(noCommonTls.detect(from)[0]?.message).toBe(
      'HTTPS of Front, Shop is at risk: TLS 1.2 is switched off in Schannel, and so are all other versions; what still works ends at the next reboot.',
    );
    const half = { ...from, handshakes: met([[FRONT_KEY, serves(FRONT.thumbprint)]]) };
    expect(seen(half)).toEqual(['broken no-common-tls:no-common-protocol']);
  });

  it('what a record forbids also where an old protocol still answers', () => {
    const old = handshake({ outcome: 'certificate', thumbprint: FRONT.thumbprint, protocol: 'TLSv1.1' });
    expect(seen(front({ flags: 0x1040 }, { handshakes: met([[FRONT_KEY, old]]) }))).toEqual([
      'broken no-common-tls:no-common-protocol:0.0.0.0:443',
    ]);
  });
});

describe('no-common-tls plans', () => {
  const planOf = (from: Evidence) => noCommonTls.plan(noCommonTls.detect(from)[0]!, from);

  it('the record again without reject, with every other setting', () => {
    const options = { netshOptions: have(NETSH_OPTIONS), osBuild: have(17763) };
    const plan = planned(planOf(front({ flags: 0xa }, options)));
    expect(plan).toMatchObject({
      title: 'Take the flag reject from the SSL record of 0.0.0.0:443',
      risk: 'disruptive',
      effects: ['Visitors of Front can connect to 0.0.0.0:443 again, even if somebody has blocked them on purpose.'],
      endpoints: [FRONT_RECORD.endpoint],
      after: [],
    });
    expect(plan.steps.at(-1)?.title).toBe('Add the SSL record of 0.0.0.0:443 without reject, every other setting kept');
    const certhash = FRONT.thumbprint.toLowerCase();
    const add = (...more: readonly string[]) => [
      'http',
      'add',
      'sslcert',
      'ipport=0.0.0.0:443',
      `certhash=${certhash}`,
      `appid=${FRONT_RECORD.appId}`,
      'certstorename=MY',
      'verifyclientcertrevocation=disable',
      'urlretrievaltimeout=15000',
      'clientcertnegotiation=enable',
      ...more,
    ];
    expect(plan.steps.map(({ do: action }) => (action.kind === 'run' ? action.command.args : []))).toEqual([
      ['http', 'delete', 'sslcert', 'ipport=0.0.0.0:443'],
      add(),
    ]);
    expect(plan.steps[0]?.undo).toMatchObject({ do: { command: { args: add('reject=enable') } } });
    expect(plan.steps[1]?.holds).toMatchObject({ kind: 'record-is', record: { flags: 2 } });
    expect(Object.keys(plan.before)).toHaveLength(2);
  });

  it.each<readonly [string, Evidence, object]>([
    [
      'a record of another product',
      front({ flags: 0x8, appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' }),
      { why: expect.stringContaining('not of IIS'), who: 'SSTP (Routing and Remote Access)' },
    ],
    [
      'a record whose certificate is gone: not even the old one could be added again',
      front({ flags: 0x8 }, { storeMy: have([SHOP]) }),
      { why: expect.stringContaining('cannot be used'), who: 'an administrator' },
    ],
    [
      'a record whose key is closed to SYSTEM',
      front({ flags: 0x8 }, { acls: have(new Map([[FRONT_FILE.toLowerCase(), CLOSED_SDDL]])) }),
      { why: expect.stringContaining('cannot be used') },
    ],
    [
      'a record while the store could not be read',
      front({ flags: 0x8 }, { storeMy: lack() }),
      { who: 'an administrator' },
    ],
    [
      'a record that this netsh cannot write',
      front({ flags: 0x88 }, { netshOptions: have(NETSH_OPTIONS) }),
      { why: expect.stringContaining('disableocspstapling') },
    ],
  ])('nothing for %s, and says who', (_what, from, blocked) => {
    const plan = planOf(from);
    expect(plan).toMatchObject({ blocked: true, ...blocked });
    // What is not done has no words of a plan.
    expect(Object.keys(plan)).not.toContain('title');
  });

  it.each<readonly [string, Evidence, string, string]>([
    [
      'what a record forbids',
      front({ flags: 0x1040 }),
      'this program does not change which TLS versions a record allows: add the record again without disabletls12, or bind the certificate again in IIS Manager',
      'an administrator, who knows why TLS 1.2 is forbidden',
    ],
    [
      'Schannel',
      given(schannel(ALL)),
      'this program does not change settings of the whole server: reg.exe add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server" /v Enabled /t REG_DWORD /d 1 /f, and reboot',
      'whoever has switched it off',
    ],
    [
      'the policy',
      given({ ...schannel({ 'TLS 1.3': false }, [ECDSA]), ...keyed('rsa') }),
      'this program does not change the policy: it is Functions in HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002 (Group Policy: SSL Cipher Suite Order); add a suite for this kind of key there, or bind a certificate with a key of the other kind',
      'whoever sets the policy',
    ],
  ])('nothing for %s, and says what would have to be changed, and by whom', (_what, from, why, who) => {
    expect(planOf(from)).toEqual({ blocked: true, why, who });
  });

  it('once its key is moved, where that lies with a user', () => {
    const from = front(
      { flags: 0x8 },
      { storeMy: have([FRONT_DRAGGED, SHOP]), keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]) },
    );
    const plan = planned(planOf(from));
    expect(plan.after).toEqual([`stranded-key:${FRONT.thumbprint}`]);
    expect(Object.keys(plan.before)).toHaveLength(1);
  });

  it('a record that nobody owns', () => {
    const nobody = '{00000000-0000-0000-0000-000000000000}';
    expect(planOf(front({ flags: 0x8, appId: nobody }))).toMatchObject({ risk: 'disruptive' });
  });

  it('a record of the central store, which names no certificate', () => {
    const from = given({
      config: config([], [SHOP_SITE.replace('sslFlags="1"', 'sslFlags="3"')]),
      records: have([record('ccs', '443', { flags: 0x8, store: '' })]),
    });
    expect(planned(planOf(from)).steps).toHaveLength(2);
  });
});

describe('no-common-tls on the lab', () => {
  const broken = () => labDisk({ faults: ['no-common-tls'] });
  const id = 'no-common-tls:record-rejects:shop.example.test:443';

  it('is not mended without a word, is with one, is proved, and is taken back byte for byte', async () => {
    const disk = broken();
    const before = stateOf(disk);
    expect((await diagnoseLab(machineOn(disk))).findings).toMatchObject([{ id, severity: 'broken' }]);
    const safe = await fixLab(disk, machineOn(disk));
    expect([safe.report.outcome, stateOf(disk)]).toEqual([expect.any(String), before]);
    const run = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect(run.report.plans.map(({ verdict }) => verdict)).toEqual(['healed']);
    for (const event of [() => {}, reboot, restart]) {
      event(disk);
      expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    }
    const undone = broken();
    const was = stateOf(undone);
    await fixLab(undone, machineOn(undone), { yes: 'disruptive' });
    await undoLatest(undone);
    expect(stateOf(undone)).toEqual(was);
    expect(ids(await diagnoseLab(machineOn(undone)))).toEqual([id]);
  });

  it('is mended without a gap where netsh can write a record anew, and taken back so', async () => {
    const disk = labDisk({ faults: ['no-common-tls'], osBuild: 20348 });
    const before = stateOf(disk);
    const { report } = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect(report.plans.map(({ verdict, steps }) => [verdict, steps.map(({ outcome }) => outcome)])).toEqual([
      ['healed', ['done', 'already-so', 'already-so']],
    ]);
    await undoLatest(disk);
    expect(stateOf(disk)).toEqual(before);
  });

  it('is mended in one run with a key that lies with a user', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'lost-binding', 'no-common-tls'] });
    expect(ids(await diagnoseLab(machineOn(disk)))).toHaveLength(3);
    await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });

  it.each([
    ['the add fails', stubbornAdd()],
    ['the add does nothing, and says that it has', [failure('netsh', 'certhash', 'nothing')]],
    ['the delete does nothing', [failure('netsh', 'delete', 'nothing')]],
    ['netsh does not end', [failure('netsh', 'delete', 'hang')]],
  ])('is as before where %s', async (_what, failures) => {
    const disk = broken();
    const before = stateOf(disk);
    tell(disk, ...failures);
    const { report } = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['rolled-back']);
    expect(stateOf(disk)).toEqual(before);
  });

  it('explains what is switched off for the whole server, and leaves it', async () => {
    const disk = labDisk({ osBuild: 20348 });
    const server = openLab(disk);
    for (const protocol of Object.keys(ALL))
      server.registry.setValue(
        `HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\${protocol}\\Server`,
        'Enabled',
        numberValue(0),
      );
    server.save();
    const before = stateOf(disk);
    const run = await fixLab(disk, machineOn(disk), { yes: 'disruptive' });
    expect(run.before.findings.map((each) => `${each.severity} ${each.id}`)).toEqual([
      'broken no-common-tls:no-common-protocol',
    ]);
    expect(run.repairs.blocked).toMatchObject([{ blocked: { who: 'whoever has switched it off' } }]);
    expect(stateOf(disk)).toEqual(before);
    expect(readRecord(openLab(disk), 'ip', '0.0.0.0:443')).toBeDefined();
  });
});
