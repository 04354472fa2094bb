import { describe, expect, it } from 'vitest';
import { lostKeyLink as playbook } from '../../playbooks/lost-key-link.ts';
import { keyLinkInf } from '../../src/formats/certificates/key-link-inf.ts';
import { putEntry, readStore, type StoreEntry } from '../../src/lab/certificates/store.ts';
import { PROPERTY, withProperty } from '../../src/lab/certificates/store-entry.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { readRecords } from '../../src/lab/http/http-sys.ts';
import { keepCredential } from '../../src/lab/keys/credentials.ts';
import { encodeKeyProvInfo } from '../../src/lab/keys/key-prov-info.ts';
import { openLab } from '../../src/lab/open.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import { byWord } from '../support/by-word.ts';
import {
  capiKey,
  certificate,
  cngKey,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_FILE,
  FRONT_KEY,
  FRONT_RECORD,
  handshake,
  have,
  keyFile,
  keyFiles,
  lack,
  met,
  OLGA,
  OTHER_GUID,
  planned,
  remembering,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  stranded,
  withoutKey,
} from '../support/evidence-folder.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  stateOf,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const lostKeyLink = asked(playbook);

const noTls = handshake({ outcome: 'no-tls', detail: 'reset' });
const down = met([
  [FRONT_KEY, noTls],
  [SHOP_KEY, serves(SHOP.thumbprint)],
]);
const UNLINKED = withoutKey(FRONT);
/** Front's entry names no key; its key file lies where it lay. */
const unlinked = (changes: Partial<Evidence> = {}) =>
  evidence({ storeMy: have([UNLINKED, SHOP]), handshakes: down, ...changes });
/** Front's entry says that its key is a user's, and the file is the machine's. */
const mislabelled = (changes: Partial<Evidence> = {}) =>
  evidence({ storeMy: have([FRONT_DRAGGED, SHOP]), handshakes: down, ...changes });

describe('lost-key-link finds nothing', () => {
  const tpm = capiKey({ provider: 'Microsoft Platform Crypto Provider', type: 0 });
  it.each<readonly [string, Evidence]>([
    ['on a healthy server', evidence()],
    ['where the key is in a profile: that is another fault', stranded()],
    ['where the key is in hardware', evidence({ storeMy: have([{ ...FRONT, key: tpm }, SHOP]) })],
    ['where the key file is gone', evidence({ keyFiles: keyFiles([SHOP_FILE]) })],
    [
      "in SYSTEM's own key store, which is a user's by its flag",
      mislabelled({ keyFiles: keyFiles([keyFile(FRONT.key!, 'system-capi'), SHOP_FILE]) }),
    ],
    [
      'of a certificate that no binding uses',
      evidence({ storeMy: have([FRONT, SHOP, withoutKey(certificate('ca', { facts: { serverAuth: false } }))]) }),
    ],
    ['where the store was not read', evidence({ storeMy: lack() })],
    ['where the record names no certificate', unlinked({ records: have([{ ...FRONT_RECORD, thumbprint: '' }]) })],
    [
      'where visitors get the renewal of a certificate without a key',
      unlinked({
        storeMy: have([{ ...UNLINKED, renewal: SHOP.thumbprint }, SHOP]),
        handshakes: met([[FRONT_KEY, serves(SHOP.thumbprint)]]),
      }),
    ],
  ])('%s', (_what, given) => {
    expect(lostKeyLink.detect(given)).toEqual([]);
  });
});

describe('lost-key-link finds', () => {
  it('an entry without a link, with what it does to visitors', () => {
    expect(lostKeyLink.detect(unlinked())).toEqual([
      {
        playbook: 'lost-key-link',
        id: `lost-key-link:${FRONT.thumbprint}`,
        subject: `certificate front.example.test (${FRONT.thumbprint.slice(0, 8)})`,
        severity: 'broken',
        message:
          'The certificate front.example.test (1B78EB3B) is not linked with its private key: HTTPS of Front is down.',
        facts: [
          { name: 'code', value: 'key-no-link', source: expect.any(String) },
          { name: 'endpoint', value: '0.0.0.0:443', source: 'HTTP\\Parameters' },
          { name: 'thumbprint', value: FRONT.thumbprint, source: 'test' },
          { name: 'store', value: 'MY', source: 'test' },
          { name: 'container', value: '', source: 'test' },
          { name: 'provider', value: '', source: 'test' },
        ],
        endpoints: [FRONT_KEY],
      },
    ]);
  });

  it("an entry that calls a key of the machine a user's, with its file", () => {
    const [finding] = lostKeyLink.detect(mislabelled());
    expect(finding?.message).toBe(
      "The certificate front.example.test (1B78EB3B) looks for its private key in a user's key store, and the key is in the machine key store: HTTPS of Front is down.",
    );
    expect(finding?.facts.at(-1)).toMatchObject({ name: 'keyFile', value: FRONT_FILE });
  });

  it('a warning while http.sys still serves with it', () => {
    const handshakes = met([[FRONT_KEY, serves(FRONT.thumbprint)]]);
    for (const given of [unlinked({ handshakes }), mislabelled({ handshakes })])
      expect(lostKeyLink.detect(given).map(({ severity, message }) => [severity, message])).toEqual([
        [
          'warning',
          expect.stringMatching(/: HTTPS of Front still works with the key that http\.sys has open, and may stop/),
        ],
      ]);
  });

  it('one certificate once, whatever its endpoints, the worst of them telling', () => {
    const records = have([FRONT_RECORD, { ...SHOP_RECORD, thumbprint: FRONT.thumbprint }]);
    const handshakes = met([
      [FRONT_KEY, serves(FRONT.thumbprint)],
      [SHOP_KEY, noTls],
    ]);
    const found = lostKeyLink.detect(unlinked({ records, handshakes }));
    expect(found.map(({ severity, endpoints }) => [severity, endpoints])).toEqual([['broken', [FRONT_KEY, SHOP_KEY]]]);
  });
});

const planOf = (given: Evidence) => {
  const [finding] = lostKeyLink.detect(given);
  return lostKeyLink.plan(finding!, given);
};
const shown = (given: Evidence) =>
  planned(planOf(given)).steps.map(({ do: action }) =>
    action.kind === 'run' ? [action.command.program, ...action.command.args].join(' ') : action.kind,
  );
const SEARCH = `certutil -silent -repairstore MY ${FRONT.thumbprint}`;
const REBIND = ['netsh http delete', 'netsh http add'];
/** A key file that no entry names. */
const STRAY = keyFile(capiKey({ container: '{STRAY}' }), 'machine-capi');

describe('lost-key-link plans', () => {
  it('to have certutil look for the key, and to run the binding again, where a key file has no entry', () => {
    const plan = planned(planOf(unlinked()));
    expect(shown(unlinked()).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'keep-store-entry',
      'certutil -silent -repairstore',
      ...REBIND,
    ]);
    expect(shown(unlinked())[1]).toBe(SEARCH);
    expect(plan).toMatchObject({
      title: 'Link the certificate with its key again',
      risk: 'safe',
      through: 'netsh',
      cleanup: [],
      endpoints: [FRONT_RECORD.endpoint],
      after: [],
    });
    expect(plan.effects).toEqual([
      'It may find no key: one key file is not named by a certificate, and only certutil can tell whether one fits.',
      'New connections to 0.0.0.0:443 fail for a moment.',
    ]);
    expect(plan.steps[1]).toMatchObject({
      holds: { kind: 'machine-key', store: 'MY', thumbprint: FRONT.thumbprint },
      undo: { do: { kind: 'restore-store-entry' }, holds: { kind: 'entry-is' } },
    });
    expect(plan.steps[1]?.needsPerson?.map(({ code }) => code)).toEqual([
      0x80090011, 0x80090016, 0x8009000d, 0x80092004,
    ]);
    expect(Object.keys(plan.before)).toHaveLength(2);
  });

  it('and says how many files it may be', () => {
    const given = unlinked({ keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, STRAY]) });
    expect(planned(planOf(given)).effects[0]).toMatch(
      /^It may find no key: 2 key files are not named by a certificate, and only certutil can tell whether one fits\.$/,
    );
  });

  const twin = certificate('request', {
    store: 'REQUEST',
    key: FRONT.key!,
    facts: { publicKey: FRONT.facts.publicKey },
  });
  it.each<readonly [string, Partial<Evidence>]>([
    ['a request that waits for its certificate', { storeRequest: have([twin]) }],
    ['an entry of MY', { storeMy: have([UNLINKED, SHOP, { ...twin, store: 'MY' }]) }],
    ['an entry of WebHosting', { storeWebHosting: have([{ ...twin, store: 'WebHosting' }]) }],
  ])('with certainty where %s has the same public key and its file is there', (_what, changes) => {
    const plan = planned(planOf(unlinked(changes)));
    expect(plan.effects).toEqual(['New connections to 0.0.0.0:443 fail for a moment.']);
    expect(plan.steps[1]?.needsPerson).toBeUndefined();
  });

  it('an INF for what certutil may leave as it was, where the file of the link is known', () => {
    const plan = planned(planOf(mislabelled()));
    const inf = `C:\\ProgramData\\iis-ssl-heal\\work\\${FRONT.thumbprint}.inf`;
    expect(shown(mislabelled()).slice(0, 4)).toEqual(['keep-store-entry', SEARCH, 'write-file', `${SEARCH} ${inf}`]);
    expect(plan.cleanup).toEqual([{ kind: 'remove-file', path: inf }]);
    expect(plan.effects).toEqual(['New connections to 0.0.0.0:443 fail for a moment.']);
    const [, search, write, set] = plan.steps;
    expect(search?.holds).toMatchObject({ kind: 'machine-key', midway: expect.stringMatching(/^[0-9a-f]{64}$/) });
    for (const step of [write, set]) expect(step?.unless).toMatchObject({ kind: 'machine-key' });
    expect(set?.holds).not.toHaveProperty('midway');
    const bytes = write?.do.kind === 'write-file' ? Buffer.from(write.do.bytes, 'base64').toString() : '';
    expect(bytes).toBe(keyLinkInf(FRONT_DRAGGED.key!));
    expect(bytes.split('\r\n')).toEqual([
      '[Properties]',
      '2 = "{text}"',
      '    _continue_ = "Container={FRONT}&"',
      '    _continue_ = "Provider=Microsoft RSA SChannel Cryptographic Provider&"',
      '    _continue_ = "ProviderType=12&"',
      '    _continue_ = "Flags=32&"',
      '    _continue_ = "KeySpec=1"',
      '',
    ]);
  });

  it('the same for a CNG key', () => {
    const key = { ...SHOP.key!, flags: 0, machineKeyset: false };
    const given = evidence({ storeMy: have([FRONT, { ...SHOP, key }]), handshakes: met([[SHOP_KEY, noTls]]) });
    const write = planned(planOf(given)).steps[2];
    const bytes = write?.do.kind === 'write-file' ? Buffer.from(write.do.bytes, 'base64').toString() : '';
    expect(bytes).toContain('ProviderType=0&');
    expect(bytes).toContain('KeySpec=0"');
  });

  it('no INF for a name that it could not say for certain: certutil alone has to mend it', () => {
    const key = { ...FRONT_DRAGGED.key!, container: 'a&b' };
    const given = mislabelled({
      storeMy: have([{ ...FRONT, key }, SHOP]),
      keyFiles: keyFiles([keyFile(key, 'machine-capi')]),
    });
    expect(shown(given).slice(0, 3)).toEqual([
      'keep-store-entry',
      SEARCH,
      expect.stringContaining('netsh http delete'),
    ]);
    expect(planned(planOf(given)).steps[1]?.holds).not.toHaveProperty('midway');
  });

  it('no binding again where this session cannot open the key: netsh would take the record away and bind nothing', () => {
    const acls = have(new Map([[FRONT_FILE.toLowerCase(), 'D:PAI(A;;FA;;;S-1-5-21-9-9-9-1234)(A;;FA;;;SY)']]));
    const plan = planned(planOf(mislabelled({ acls })));
    expect(shown(mislabelled({ acls }))).toHaveLength(4);
    expect(plan.effects).toEqual([
      expect.stringMatching(/^This session cannot open the key, so the binding is not run again/),
    ]);
  });

  it('nothing for the record of another product that uses the certificate too, and says so', () => {
    const sstp = { ...SHOP_RECORD, thumbprint: FRONT.thumbprint, appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' };
    const plan = planned(planOf(unlinked({ records: have([FRONT_RECORD, sstp]) })));
    expect(plan.endpoints).toEqual([FRONT_RECORD.endpoint]);
    expect(plan.effects).toContain(
      'shop.example.test:443 uses the certificate too, and is left to SSTP (Routing and Remote Access).',
    );
  });
});

describe('lost-key-link is blocked', () => {
  const twinWith = (key: typeof FRONT.key, store = 'MY') =>
    certificate('twin', { store, key: key!, facts: { publicKey: FRONT.facts.publicKey } });
  const users = { ...FRONT.key!, machineKeyset: false, flags: 0 };
  const STRAY_CNG = cngKey({ container: 'tp-twin', machineKeyset: false });
  const { thumbprint } = twinWith(users);
  const TWIN = `another certificate with the same public key, twin.example.test (${thumbprint.slice(0, 8)}),`;
  it.each<readonly [string, Partial<Evidence>, object]>([
    [
      "where every key file of the machine is some entry's",
      { keyFiles: keyFiles([SHOP_FILE]) },
      {
        why: expect.stringMatching(/^no key of this certificate is here: import it from its PFX file/),
        who: 'somebody who has the PFX file',
      },
    ],
    [
      'where what is left is of Windows itself, or of another machine',
      {
        keyFiles: keyFiles([
          SHOP_FILE,
          keyFile(capiKey({ container: 'iisWasKey' }), 'machine-capi'),
          keyFile(cngKey({ container: 'iisCngConfigurationKey' }), 'machine-cng'),
          keyFile(capiKey({ container: '{STRAY}' }), 'machine-capi', OTHER_GUID),
          keyFile(capiKey({ container: '{STRAY}' }), 'olga-capi'),
        ]),
      },
      { why: expect.stringMatching(/^no key of this certificate is here/) },
    ],
    [
      'where the key files were not read',
      { keyFiles: lack('closed') },
      { why: 'whether a key is here is not known: closed', who: 'an administrator' },
    ],
    [
      'where the key is in the profile of a user, whose it is',
      {
        profileCertificates: have(new Map([[OLGA.sid, [twinWith(users, 'user')]]])),
        keyFiles: keyFiles([keyFile(FRONT.key!, 'olga-capi'), SHOP_FILE]),
      },
      {
        why: `${TWIN} has its key in the key store of olga: export it there as a PFX file, and import that file`,
        who: 'olga',
      },
    ],
    [
      'where the key is in a profile that nobody knows',
      {
        storeRequest: have([twinWith(STRAY_CNG, 'REQUEST')]),
        keyFiles: keyFiles([keyFile(STRAY_CNG, 'gone-cng'), SHOP_FILE]),
      },
      {
        why: `${TWIN} has its key in the key store of its owner: export it there as a PFX file, and import that file`,
        who: 'its owner',
      },
    ],
    [
      'where the key is in hardware',
      { storeRequest: have([twinWith({ ...FRONT.key!, provider: 'SafeNet Key Storage Provider' }, 'REQUEST')]) },
      {
        why: `${TWIN} has its key in SafeNet Key Storage Provider, which this program never touches: link it with the tools of its maker`,
        who: 'whoever looks after that provider',
      },
    ],
    [
      "where the key is in SYSTEM's own key store",
      {
        storeRequest: have([twinWith(users, 'REQUEST')]),
        keyFiles: keyFiles([keyFile(FRONT.key!, 'system-capi'), SHOP_FILE]),
      },
      {
        why: `${TWIN} has its key in the key store of SYSTEM: export it there as a PFX file, and import that file`,
        who: 'SYSTEM',
      },
    ],
    [
      'where the record is of another product alone',
      { records: have([{ ...FRONT_RECORD, appId: '{5d89a20c-beab-4389-9447-324788eb944a}' }]) },
      { why: 'the record is not of IIS, and only AD FS or Web Application Proxy changes it' },
    ],
    [
      'where the record cannot be made again',
      { records: have([{ ...FRONT_RECORD, flags: 0x2000 }, SHOP_RECORD]) },
      { why: expect.stringContaining('the SSL record cannot be made again exactly') },
    ],
  ])('%s', (_what, changes, blocked) => {
    expect(planOf(unlinked(changes))).toMatchObject({ blocked: true, ...blocked });
  });

  it('not by a twin whose own link leads nowhere: then the files without a name count', () => {
    const gone = twinWith(capiKey({ container: '{GONE}' }));
    expect(shown(unlinked({ storeMy: have([UNLINKED, SHOP, gone]) }))[1]).toBe(SEARCH);
  });

  it('not where somebody remembers another state', () => {
    expect(shown(unlinked({ baseline: remembering(FRONT_RECORD) }))[1]).toBe(SEARCH);
  });
});

type Change = (entry: StoreEntry) => StoreEntry;

/** The certificate of Front, on a lab. */
function frontOf(disk: MemoryDisk) {
  const server = openLab(disk);
  const record = readRecords(server).find(({ endpoint }) => endpoint === '0.0.0.0:443')!;
  const entry = readStore(server, 'MY')!.find(({ thumbprint }) => thumbprint === record.thumbprint)!;
  return { server, record, entry };
}

/** A lab with something done to Front's entry. */
function labWith(change: Change, options: Parameters<typeof labDisk>[0] = {}): MemoryDisk {
  const disk = labDisk(options);
  const { server, entry } = frontOf(disk);
  putEntry(server, 'MY', change(entry));
  server.save();
  return disk;
}

const unlink: Change = (entry) => withProperty(entry, PROPERTY.keyProvInfo, undefined);
const mislabel: Change = (entry) =>
  withProperty(entry, PROPERTY.keyProvInfo, encodeKeyProvInfo({ ...entry.key!, flags: 0 }));
const on = (disk: MemoryDisk) => [disk, byWord(machineOn(disk), disk)] as const;

describe('on a lab', () => {
  it('with its fault is found, healed, proved by a handshake, and undone byte for byte', async () => {
    const disk = labDisk({ faults: ['lost-key-link'] });
    const before = stateOf(disk);
    const machine = machineOn(disk);
    const { before: seen, report } = await fixLab(disk, machine);
    expect(ids(seen)).toEqual([`lost-key-link:${frontOf(disk).record.thumbprint}`]);
    expect(report.outcome).toBe('healed');
    expect((await diagnoseLab(machine)).verdict).toBe('healthy');
    expect(frontOf(disk).entry.key?.flags).toBe(0x20);
    const undone = await undoLatest(disk);
    expect(undone.steps.every(({ outcome }) => outcome === 'undone' || outcome === 'already-so')).toBe(true);
    expect(stateOf(disk)).toEqual(before);
  });

  describe.each(UNKNOWNS['repair-of-a-link'].answers)('where certutil has a wrong link %s', (answer) => {
    const options = { unknowns: { 'repair-of-a-link': answer } };
    it.each(['capi', 'cng'] as const)('a mislabelled %s key is linked again', async (kind) => {
      const disk = labWith(mislabel, options);
      if (kind === 'cng') {
        const server = openLab(disk);
        const shop = readStore(server, 'MY')!.find(({ key }) => key?.type === 0)!;
        putEntry(server, 'MY', mislabel(shop));
        putEntry(
          server,
          'MY',
          withProperty(
            frontOf(disk).entry,
            PROPERTY.keyProvInfo,
            encodeKeyProvInfo({ ...frontOf(disk).entry.key!, flags: 0x20 }),
          ),
        );
        server.save();
      }
      const before = stateOf(disk);
      const { report, before: seen } = await fixLab(...on(disk));
      expect(seen.findings.map(({ playbook: id }) => id)).toEqual(['lost-key-link']);
      expect(report.outcome).toBe('healed');
      expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
      expect([...disk.files().keys()].filter((path) => path.endsWith('.inf'))).toEqual([]);
      await undoLatest(disk);
      expect(stateOf(disk)).toEqual(before);
    });
  });

  /** No key file of the certificate is left, and another one lies there without an entry. */
  function keyless(options: Parameters<typeof labDisk>[0] = {}): MemoryDisk {
    const disk = labWith(unlink, options);
    const folder = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';
    const shop = 'C:\\ProgramData\\Microsoft\\Crypto\\Keys';
    const [own] = disk.list(folder)!.files;
    disk.write(`${folder}\\${own}`, disk.read(`${shop}\\${disk.list(shop)!.files[0]}`)!);
    return disk;
  }

  it.each(UNKNOWNS['repair-without-a-key'].answers)(
    'with no key that fits ends as before, and asks for the PFX file, where certutil %s',
    async (answer) => {
      const disk = keyless({ unknowns: { 'repair-without-a-key': answer } });
      const before = stateOf(disk);
      const { report } = await fixLab(...on(disk));
      expect(report.plans.map(({ verdict }) => verdict)).toEqual([answer === 'asks' ? 'rolled-back' : 'needs-person']);
      expect(report.plans[0]?.detail).toMatch(
        answer === 'asks' ? /^certutil did not end/ : /^no key of this certificate is here/,
      );
      expect(stateOf(disk)).toEqual(before);
    },
  );

  it('where certutil says that it has done it, and has not, ends as before', async () => {
    const disk = labDisk({ faults: ['lost-key-link'] });
    const before = stateOf(disk);
    tell(disk, failure('certutil', '-repairstore', 'nothing'));
    const { report } = await fixLab(...on(disk));
    expect(report.plans.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['rolled-back', 'it ended without an error and has done nothing'],
    ]);
    expect(stateOf(disk)).toEqual(before);
  });

  it('where certutil complains and has done it, is healed: its exit code is not believed', async () => {
    const disk = labDisk({ faults: ['lost-key-link'] });
    const machine = byWord(machineOn(disk), disk);
    const complaining: typeof machine = {
      ...machine,
      run: async (command, secrets) => {
        const ran = await machine.run(command, secrets);
        return command.program === 'certutil' && ran.started ? { ...ran, exitCode: 0x80092004 } : ran;
      },
    };
    expect((await fixLab(disk, complaining)).report.outcome).toBe('healed');
  });

  it('where neither try links a mislabelled key, ends as before', async () => {
    const disk = labWith(mislabel, { unknowns: { 'repair-of-a-link': 'left-alone' } });
    const before = stateOf(disk);
    tell(disk, failure('certutil', '.inf', 'nothing'));
    const { report } = await fixLab(...on(disk));
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['rolled-back']);
    expect(stateOf(disk)).toEqual(before);
    expect([...disk.files().keys()].filter((path) => path.endsWith('.inf'))).toEqual([]);
  });

  it('is a warning while http.sys keeps the credential, and is healed as well', async () => {
    const disk = labDisk();
    const { server, record, entry } = frontOf(disk);
    const machine = byWord(machineOn(disk), disk);
    const key = { der: entry.der, privateKey: (await import('../support/small-lab.ts')).sharedKey(0) };
    keepCredential(server, record, key);
    putEntry(server, 'MY', unlink(entry));
    server.save();
    const { before: seen, report } = await fixLab(disk, machine);
    expect(seen.findings.map(({ severity }) => severity)).toEqual(['warning']);
    expect(report.outcome).toBe('healed');
  });

  it('heals by the key of a request that waits', async () => {
    const disk = labDisk();
    const { server, entry } = frontOf(disk);
    putEntry(server, 'REQUEST', entry);
    putEntry(server, 'MY', unlink(entry));
    server.save();
    const { repairs, report } = await fixLab(...on(disk));
    expect(repairs.plans[0]?.effects).toEqual(['New connections to 0.0.0.0:443 fail for a moment.']);
    expect(report.outcome).toBe('healed');
  });
});
