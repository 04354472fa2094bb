import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CollectOptions, collectCommand } from '../../../src/commands/look/collect.ts';
import type { Streams } from '../../../src/commands/streams.ts';
import { sourceNames, sources } from '../../../src/evidence/sources/sources.ts';
import { putUserEntry, readStore } from '../../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import { folderDisk } from '../../../src/lab/disk/folder-disk.ts';
import { faultIds } from '../../../src/lab/faults/faults.ts';
import { setCentralStore } from '../../../src/lab/http/central-store.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { restartIis } from '../../../src/lab/services/restart-iis.ts';
import { writeNewFiles } from '../../../src/machine/files/local-files.ts';
import { exitCodeOf } from '../../../src/model/run/run-outcome.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import { UserError } from '../../../src/model/user-error.ts';
import { comparable, diagnosisOf, filesOf, folderDiagnosis, labReader } from '../../support/evidence-lab.ts';
import { newLab } from '../../support/new-lab.ts';
import { TOGETHER } from '../../support/run-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Lab = ReturnType<typeof newLab>;

const LIVES: readonly (readonly [string, (server: Lab) => void])[] = [
  ['as it was made', () => {}],
  ['after a restart of IIS', restartIis],
  ['after a reboot', rebootLab],
];

/** A service that starts by itself runs again after a reboot. */
const STOPPED = 'not-listening';

/** The part that alone shows a fault: without handshakes links 1 to 5 decide, and the report says that nobody was greeted. */
const ONLY_IN = new Map([['broken-chain', 'handshakes.json']]);

describe('check --from of a collected server', () => {
  const labs = [[], ...faultIds.map((id) => [id]), TOGETHER];
  for (const faults of labs) {
    it.each(LIVES)(`finds what the live check finds: ${faults.join(' and ') || 'healthy'}, %s`, async (_life, live) => {
      const server = newLab({ faults });
      live(server);
      server.save();
      const found = await diagnosisOf(labReader(server.disk));
      expect(comparable(await folderDiagnosis(await filesOf(server.disk)))).toEqual(comparable(found));
      if (faults.length > 0 && !(faults.includes(STOPPED) && live === rebootLab))
        expect(found.findings.length).toBeGreaterThan(0);
    });
  }

  it("knows of a certificate that is still in the user's own store", async () => {
    const server = newLab({ faults: ['stranded-key'] });
    const [entry] = readStore(server, 'MY')!;
    putUserEntry(server, server.facts.owner, entry!);
    const files = await filesOf(server.disk);
    expect(Object.keys(files)).toContain(`profiles/${server.facts.owner.sid}/My/${entry!.thumbprint}`);
    const { profileCertificates } = (await folderDiagnosis(files)).evidence;
    expect(profileCertificates.known && profileCertificates.value.get(server.facts.owner.sid)).toHaveLength(1);
  });
});

/** What must not be known without a file, and whether the server can still be called healthy. */
const WITHOUT: readonly (readonly [files: readonly string[], unknown: readonly (keyof Evidence)[], verdict: string])[] =
  [
    [['applicationHost.config'], ['config'], 'unknown'],
    [['registry/http-parameters.reg', 'netsh-sslcert.txt'], ['records', 'listenList'], 'unknown'],
    [['registry/store-MY.reg'], ['storeMy'], 'unknown'],
    [['key-files.txt'], ['keyFiles'], 'unknown'],
    [['machine-guid.txt', 'manifest.json'], ['machineGuid', 'identity'], 'unknown'],
    // No record of this server names it.
    [['registry/store-WebHosting.reg'], ['storeWebHosting'], 'healthy'],
    [['registry/store-REQUEST.reg'], ['storeRequest'], 'healthy'],
    [['registry/profile-list.reg'], ['profiles', 'profileCertificates'], 'healthy'],
    [['profiles/README.txt'], ['profileCertificates'], 'healthy'],
    [['acls/machine-keys-capi.txt', 'acls/machine-keys-cng.txt'], ['acls'], 'healthy'],
    [['events/System.xml'], ['systemEvents'], 'healthy'],
    [['events/Security.xml'], ['securityEvents'], 'healthy'],
    // Every binding of this server is for all addresses.
    [['addresses.txt'], ['addresses'], 'healthy'],
    [['netsh-add-help.txt'], ['netshOptions'], 'healthy'],
    [['netsh-update-help.txt'], ['netshUpdateOptions'], 'healthy'],
    [['os-build.txt', 'manifest.json'], ['osBuild', 'identity'], 'healthy'],
    [['computer-name.txt', 'manifest.json'], ['computerName', 'identity'], 'healthy'],
    [['dns-domain.txt'], ['dnsDomain'], 'healthy'],
    [['os-edition.txt'], ['edition'], 'healthy'],
    [['IISADMIN', 'W3SVC', 'HTTP', 'SstpSvc'].map((name) => `registry/service-${name}.reg`), ['services'], 'healthy'],
    [['registry/schannel.reg'], ['schannel'], 'healthy'],
    [['central-store/enabled.txt'], ['centralStore'], 'healthy'],
    [['central-store/location.txt'], [], 'healthy'],
    [['central-store/user-name.txt'], [], 'healthy'],
    // Another file says the same, or the contract takes its absence for an answer.
    [['registry/http-parameters.reg'], ['listenList'], 'healthy'],
    [['netsh-sslcert.txt'], [], 'healthy'],
    [['machine-guid.txt'], [], 'healthy'],
    [['os-build.txt'], [], 'healthy'],
    [['computer-name.txt'], [], 'healthy'],
    [['redirection.config'], [], 'healthy'],
    [['registry/service-IISADMIN.reg'], [], 'healthy'],
    [['registry/service-W3SVC.reg'], [], 'healthy'],
    [['registry/service-HTTP.reg'], [], 'healthy'],
    [['registry/service-SstpSvc.reg'], [], 'healthy'],
    [['acls/machine-keys-capi.txt'], [], 'healthy'],
    [['acls/machine-keys-cng.txt'], [], 'healthy'],
    [['handshakes.json'], [], 'healthy'],
    [['manifest.json'], ['identity'], 'healthy'],
  ];

/** Each part is there: on this server the central certificate store is set up too, though no binding asks for it. */
async function filesOfWhole(): Promise<Record<string, Uint8Array>> {
  const server = newLab();
  setCentralStore(server, true);
  server.save();
  return filesOf(server.disk);
}

describe('a folder without a part', () => {
  let whole: Awaited<ReturnType<typeof filesOfWhole>>;
  beforeAll(async () => {
    whole = await filesOfWhole();
  });

  it('is tried without every file that there is', () => {
    const files = Object.keys(whole);
    const tried = WITHOUT.flatMap(([removed]) => (removed.length === 1 ? removed : []));
    const inGroups = WITHOUT.flatMap(([removed]) => removed);
    expect(new Set(inGroups)).toEqual(new Set(files));
    expect(tried.length).toBeGreaterThan(15);
  });

  it.each(WITHOUT)('without %j knows not %j, and is %s', async (removed, unknown, verdict) => {
    const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => !removed.includes(name)));
    const diagnosis = await folderDiagnosis(rest);
    expect(unknownIn(diagnosis.evidence)).toEqual([...unknown].sort());
    expect(diagnosis.verdict).toBe(verdict);
    expect(diagnosis.findings).toEqual([]);
    // What plans alone need, or nobody, is not named by a check.
    const forPlans = [
      'addresses',
      'edition',
      'centralStore',
      'computerName',
      'dnsDomain',
      'identity',
      'netshOptions',
      'netshUpdateOptions',
      'osBuild',
    ];
    const checked = unknown.filter((part) => !forPlans.includes(part));
    if (checked.length > 0) expect(diagnosis.notChecked.length).toBeGreaterThanOrEqual(checked.length);
    else expect(diagnosis.notChecked.every(({ what }) => /handshakes/.test(what))).toBe(true);
  });

  it('says which link nobody looked at where permissions or handshakes are missing', async () => {
    const files = await filesOf(newLab().disk);
    const without = (name: string) => Object.fromEntries(Object.entries(files).filter(([each]) => each !== name));
    const states = async (name: string, link: string) =>
      (await folderDiagnosis(without(name))).chains.map(({ links }) => links.find((each) => each.name === link)?.state);
    expect(await states('acls/machine-keys-capi.txt', 'access')).toContain('unknown');
    expect(await states('handshakes.json', 'handshake')).toEqual(['unknown', 'unknown']);
  });

  it.each(faultIds.map((id) => [id]))(
    'never calls a server with %s healthy, whichever file is missing',
    async (fault) => {
      const server = newLab({ faults: [fault] });
      if (fault !== STOPPED) rebootLab(server);
      server.save();
      const files = await filesOf(server.disk);
      for (const missing of Object.keys(files).filter((name) => name !== ONLY_IN.get(fault))) {
        const rest = Object.fromEntries(Object.entries(files).filter(([name]) => name !== missing));
        const { verdict, notChecked } = await folderDiagnosis(rest);
        expect([missing, verdict]).not.toEqual([missing, 'healthy']);
        if (verdict === 'unknown') expect(notChecked).not.toEqual([]);
      }
    },
  );
});

function unknownIn(evidence: Evidence): readonly string[] {
  // What was sent to the visitors of this server gives no reason to ask the others; what supports a finding is collected all the same.
  const asked = sourceNames.filter(
    (name) => typeof sources[name].extent !== 'function' || sources[name].needed === 'support',
  );
  return asked.filter((name) => !evidence[name].known).sort();
}

describe('secrets', () => {
  const PLANTED = ['Hunter2-pool', 'Hunter3-vdir', 'Hunter4-db', 'Hunter5-enc', 'Hunter6-share', 'KEY-FILE-CONTENT-7'];

  it('planted anywhere on the server are in no byte of the folder', async () => {
    const server = newLab({ faults: TOGETHER });
    const config = server.disk.read(CONFIG_PATH)!.toString('utf8');
    server.disk.write(
      CONFIG_PATH,
      Buffer.from(
        config
          .replace(
            '<add name="DefaultAppPool" />',
            `<add name="DefaultAppPool"><processModel userName="u" password="${PLANTED[0]}" /></add>`,
          )
          .replace(
            'physicalPath="%SystemDrive%\\inetpub\\shop"',
            (path) => `${path} userName="v" password='${PLANTED[1]}'`,
          )
          .replace(
            '<system.webServer>',
            `<connectionStrings><add name="a" connectionString="Server=x;Password=${PLANTED[2]}" /></connectionStrings><system.webServer>`,
          )
          .replace(
            '<add value="Default.htm" />',
            `<add value="Default.htm" other="[enc:AesProvider:${PLANTED[3]}:enc]" />`,
          ),
      ),
    );
    const redirection = 'C:\\Windows\\System32\\inetsrv\\config\\redirection.config';
    const text = server.disk.read(redirection)!.toString('utf8');
    server.disk.write(
      redirection,
      Buffer.from(
        text.replace(
          '<configurationRedirection />',
          `<configurationRedirection enabled="false" userName="u" password="${PLANTED[4]}" />`,
        ),
      ),
    );
    for (const path of [...server.disk.files().keys()].filter((each) => /\\Microsoft\\Crypto\\/.test(each)))
      server.disk.write(path, Buffer.concat([server.disk.read(path)!, Buffer.from(PLANTED[5]!)]));

    const files = await filesOf(server.disk);
    const whole = [...server.disk.files().values()];
    for (const secret of PLANTED) {
      expect(whole.some((bytes) => holds(bytes, secret))).toBe(true);
      expect(Object.entries(files).filter(([, bytes]) => holds(Buffer.from(bytes), secret))).toEqual([]);
    }
    expect(files['applicationHost.config']!.length).toBe(server.disk.read(CONFIG_PATH)!.length);
    expect((await folderDiagnosis(files)).findings.length).toBe(TOGETHER.length);
  });
});

/** Whether the text is in the bytes, in UTF-8 or in UTF-16 of either order. */
function holds(bytes: Buffer, secret: string): boolean {
  const utf16 = Buffer.from(secret, 'utf16le');
  return [Buffer.from(secret), utf16, Buffer.from(utf16).swap16()].some((form) => bytes.includes(form));
}

interface Heard {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(options: CollectOptions): Promise<Heard> {
  const heard = { out: '', err: '' };
  const streams: Streams = {
    out: (text) => {
      heard.out += text;
    },
    err: (text) => {
      heard.err += text;
    },
    stdin: {},
    stdout: {},
    stderr: {},
    env: {},
  };
  return { code: exitCodeOf(await collectCommand(options, streams)), ...heard };
}

const failure = async (options: CollectOptions) => run(options).catch((error: unknown) => error);

/** A lab in a folder of this computer. */
function labFolder(server: Lab): string {
  const folder = temporaryFolder();
  const disk = folderDisk(folder);
  for (const [path, bytes] of server.disk.files()) {
    disk.makeFolder(path.slice(0, path.lastIndexOf('\\')));
    disk.write(path, bytes);
  }
  return folder;
}

describe('collect --out', () => {
  it('writes the folder of the contract and says where it is', async () => {
    const server = newLab();
    const out = join(temporaryFolder(), 'new', 'evidence');
    const { code, err } = await run({ lab: labFolder(server), out });
    expect(code).toBe(0);
    expect(err).toContain(out);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest).toEqual({
      formatVersion: 1,
      computer: server.facts.computer,
      osBuild: server.facts.osBuild,
      machineGuid: server.facts.machineGuid,
      collectedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      identity: { sid: server.facts.owner.sid, name: server.facts.owner.name, elevated: true },
    });
    expect(Buffer.compare(readFileSync(join(out, 'applicationHost.config')), server.disk.read(CONFIG_PATH)!)).toBe(0);
  });

  it('ends with 4 and names it where a part that every verdict needs was not read, and still writes the rest', async () => {
    const server = newLab();
    server.disk.remove(CONFIG_PATH);
    const out = join(temporaryFolder(), 'evidence');
    const { code, err } = await run({ lab: labFolder(server), out });
    expect(code).toBe(4);
    expect(err).toContain('NOT READ: the site bindings');
    expect(readFileSync(join(out, 'registry', 'store-MY.reg')).length).toBeGreaterThan(100);
  });

  it('refuses a folder that is not empty, and a file', async () => {
    const lab = labFolder(newLab());
    const taken = temporaryFolder({ 'a.txt': 'x' });
    expect(await failure({ lab, out: taken })).toBeInstanceOf(UserError);
    expect(await failure({ lab, out: join(taken, 'a.txt') })).toBeInstanceOf(UserError);
    expect(await failure({ lab })).toBeInstanceOf(UserError);
  });

  it.each<readonly [string, (folder: string) => void]>([
    ['a link', (folder) => symlinkSync(temporaryFolder(), join(folder, 'registry'))],
    ['a link to nowhere', (folder) => symlinkSync('nowhere', join(folder, 'manifest.json'))],
    ["another server's evidence", (folder) => writeFileSync(join(folder, 'manifest.json'), '{"computer":"OTHER"}')],
    ['a folder with nothing in it', (folder) => mkdirSync(join(folder, 'registry'))],
    ['a live configuration', (folder) => writeFileSync(join(folder, 'applicationHost.config'), '<configuration />')],
  ])('writes nothing into a folder that holds %s', async (_name, put) => {
    const folder = temporaryFolder();
    put(folder);
    const before = readdirSync(folder);
    expect(await failure({ lab: labFolder(newLab()), out: folder })).toBeInstanceOf(UserError);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('writes over nothing, and through no link, that came into the folder meanwhile', async () => {
    const files = new Map([['a/b/c', Buffer.from('ours')]]);
    const elsewhere = temporaryFolder({ c: 'theirs' });
    const [linked, planted] = [temporaryFolder(), temporaryFolder({ 'a/b/c': 'theirs' })];
    symlinkSync(elsewhere, join(linked, 'a'));
    expect(await writeNewFiles(linked, files)).toEqual({ path: join(linked, 'a'), why: 'EEXIST' });
    expect(await writeNewFiles(planted, files)).toEqual({ path: join(planted, 'a'), why: 'EEXIST' });
    const file = temporaryFolder({ 'applicationHost.config': 'theirs' });
    const config = new Map([['applicationHost.config', Buffer.from('ours')]]);
    expect(await writeNewFiles(file, config)).toMatchObject({ path: join(file, 'applicationHost.config') });
    for (const path of [join(elsewhere, 'c'), join(planted, 'a/b/c'), join(file, 'applicationHost.config')])
      expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('makes of a folder another one with the same findings', async () => {
    const server = newLab({ faults: ['stale-hash'] });
    const files = await filesOf(server.disk);
    const out = join(temporaryFolder(), 'again');
    expect((await run({ from: temporaryFolder(files), out })).code).toBe(0);
    const again = await folderDiagnosis(
      Object.fromEntries(Object.keys(files).map((name) => [name, readFileSync(join(out, name))])),
    );
    expect(comparable(again)).toEqual(comparable(await folderDiagnosis(files)));
  });
});

describe('collect --redact', () => {
  const CONFIG = '<configuration><processModel password="opensesame" /></configuration>';

  it('overwrites in place, byte for byte, lists what by name, and finds nothing the second time', async () => {
    const folder = temporaryFolder({
      'key-files.txt': '',
      'applicationHost.config': CONFIG,
      'sites/web.config': Buffer.from(`\ufeff${CONFIG}`, 'utf16le'),
      'notes.txt': 'password="kept"',
    });
    const first = await run({ redact: folder });
    expect(first.code).toBe(0);
    expect(first.out).toBe(
      `${folder}/applicationHost.config: processModel@password\n${folder}/sites/web.config: processModel@password\n`,
    );
    const blank = CONFIG.replace('opensesame', '*'.repeat(10));
    expect(readFileSync(join(folder, 'applicationHost.config'), 'utf8')).toBe(blank);
    expect(readFileSync(join(folder, 'sites/web.config'), 'utf16le')).toBe(`\ufeff${blank}`);
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('password="kept"');
    const second = await run({ redact: folder });
    expect(second).toMatchObject({ code: 0, out: '' });
  });

  it('refuses a folder that is none of ours: the passwords of a live server are not to be lost', async () => {
    const folder = temporaryFolder({ 'applicationHost.config': CONFIG });
    expect(await failure({ redact: folder })).toBeInstanceOf(UserError);
    expect(readFileSync(join(folder, 'applicationHost.config'), 'utf8')).toBe(CONFIG);
    const site = temporaryFolder({ 'web.config': CONFIG, 'manifest.json': '{"name":"Shop"}', 'registry/list.txt': '' });
    expect(await failure({ redact: site })).toBeInstanceOf(UserError);
    expect(readFileSync(join(site, 'web.config'), 'utf8')).toBe(CONFIG);
    expect(await failure({ redact: join(folder, 'none') })).toBeInstanceOf(UserError);
    writeFileSync(join(folder, 'file'), '');
    expect(await failure({ redact: join(folder, 'file') })).toBeInstanceOf(UserError);
  });
});
