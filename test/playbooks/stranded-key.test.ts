import { describe, expect, it } from 'vitest';
import { strandedKey as playbook } from '../../playbooks/stranded-key.ts';
import { digest } from '../../src/chain/memory/fingerprint.ts';
import { lookWith } from '../../src/diagnosis/look.ts';
import { storeEntryRegFile } from '../../src/formats/registry/reg-writing.ts';
import type { Choices } from '../../src/model/repair/plan.ts';
import { planningHere } from '../../src/model/repair/planning.ts';
import type { KeyProvider, StoreCertificate } from '../../src/model/server/certificate.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import {
  capiKey,
  certificate,
  cngKey,
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
  KARL,
  keyFile,
  keyFiles,
  lack,
  met,
  planned,
  record,
  remembering,
  SCHANNEL,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  SHOP_RECORD,
  SHOP_SITE,
  serves,
  site,
  stranded,
} from '../support/evidence-folder.ts';

const strandedKey = asked(playbook);

const NONE: Choices = { correct: false, certificates: new Map() };
const ID = `stranded-key:${FRONT.thumbprint}`;
const WORK = 'C:\\ProgramData\\iis-ssl-heal\\work';
const PFX = `${WORK}\\${FRONT.thumbprint}.pfx`;
const KEPT_SHA256 = digest(storeEntryRegFile('MY', FRONT.thumbprint, FRONT.blob));
const KEPT = `C:\\ProgramData\\iis-ssl-heal\\backups\\${FRONT.thumbprint}.${KEPT_SHA256.slice(0, 12)}.reg`;
const PASSWORD = { secret: 'transfer password' };
const noTls = handshake({ outcome: 'no-tls', detail: 'reset' });

function planOf(given: Evidence, choices: Partial<Choices> = {}) {
  const [first] = strandedKey.detect(given);
  if (first === undefined) throw new Error('nothing was found');
  return strandedKey.plan(first, given, { ...NONE, ...choices });
}

const waysOf = (given: Evidence) =>
  strandedKey.detect(given).map((finding) => strandedKey.ways?.(finding, given).map(({ way }) => way));

const as = (sid: string, name: string) => ({ identity: have({ sid, name, elevated: true }) });
const SYSTEM = as('S-1-5-18', 'NT AUTHORITY\\SYSTEM');

const cngDragged = (): { readonly entry: StoreCertificate; readonly file: string } => {
  const key = cngKey({ container: 'tp-shop', machineKeyset: false });
  return { entry: { ...SHOP, key }, file: keyFile(key, 'olga-cng') };
};

describe('stranded-key detects', () => {
  it('a dragged certificate with all that is known of its key', () => {
    expect(strandedKey.detect(stranded())).toEqual([
      {
        playbook: 'stranded-key',
        id: ID,
        subject: `certificate front.example.test (${FRONT.thumbprint.slice(0, 8)})`,
        severity: 'warning',
        breaks: 'at the next reboot',
        message:
          'The private key of front.example.test (1B78EB3B) stayed in the key store of olga, where SYSTEM cannot open it: HTTPS of Front still works and will stop at the next reboot.',
        facts: [
          { name: 'thumbprint', value: FRONT.thumbprint, source: 'test' },
          { name: 'store', value: 'MY', source: 'test' },
          { name: 'container', value: '{FRONT}', source: 'test' },
          { name: 'provider', value: SCHANNEL, source: 'test' },
          { name: 'keyStorage', value: 'capi', source: 'C:\\ProgramData\\Microsoft\\Crypto' },
          { name: 'keyFile', value: FRONT_OLGA_FILE, source: 'C:\\ProgramData\\Microsoft\\Crypto' },
          { name: 'ownerSid', value: 'S-1-5-21-1-2-3-1001', source: 'ProfileList' },
          { name: 'ownerName', value: 'olga', source: 'ProfileList' },
          { name: 'profilePath', value: 'C:\\Users\\olga', source: 'ProfileList' },
        ],
        endpoints: ['ip 0.0.0.0:443'],
      },
    ]);
  });

  it('that HTTPS is down once nobody is served any more', () => {
    for (const handshakes of [met([[FRONT_KEY, noTls]]), new Map(), met([[FRONT_KEY, lack<never>()]])]) {
      const [finding] = strandedKey.detect(stranded({ handshakes }));
      expect(finding?.severity).toBe('broken');
      expect(finding?.message).toMatch(
        /^The private key of front\.example\.test \([0-9A-F]{8}\) stayed in the key store of olga, where SYSTEM cannot open it: HTTPS of Front is down(?:\.|, or will be after the next reboot \(no handshake was tried\)\.)$/,
      );
    }
  });

  it('that HTTPS is down for somebody where one of several endpoints does not answer', () => {
    const records = have([FRONT_RECORD, { ...SHOP_RECORD, thumbprint: FRONT.thumbprint }]);
    const both = (shop: typeof noTls) =>
      strandedKey.detect(
        stranded({
          records,
          handshakes: met([
            [FRONT_KEY, serves(FRONT.thumbprint)],
            [SHOP_KEY, shop],
          ]),
        }),
      );
    expect(both(serves(FRONT.thumbprint))[0]?.severity).toBe('warning');
    expect(both(serves(FRONT.thumbprint))[0]?.endpoints).toEqual([FRONT_KEY, SHOP_KEY]);
    expect(both(noTls)[0]?.severity).toBe('broken');
    expect(both(lack())[0]?.severity).toBe('warning');
  });

  it('a CNG key, by the profile that its path names', () => {
    const { entry, file } = cngDragged();
    const given = evidence({ storeMy: have([FRONT, entry]), keyFiles: keyFiles([FRONT_FILE, file]) });
    const [finding, ...others] = strandedKey.detect(given);
    expect(others).toEqual([]);
    expect(finding?.id).toBe(`stranded-key:${SHOP.thumbprint}`);
    expect(finding?.facts.slice(4).map(({ value }) => value)).toEqual([
      'cng',
      file,
      'S-1-5-21-1-2-3-1001',
      'olga',
      'C:\\Users\\olga',
    ]);
  });

  it('a key that is gone with its profile', () => {
    const [finding] = strandedKey.detect(stranded({ keyFiles: keyFiles([SHOP_FILE]) }));
    expect(finding?.message).toBe(
      "The private key of front.example.test (1B78EB3B) was in a user's key store and is gone, so it must come from a PFX file: HTTPS of Front still works and will stop at the next reboot.",
    );
    expect(finding?.facts.map(({ name }) => name)).toEqual([
      'thumbprint',
      'store',
      'container',
      'provider',
      'keyStorage',
    ]);
    expect(finding?.facts.at(-1)?.value).toBe('capi');
    const cng = { ...SHOP, key: cngKey({ container: 'tp-shop', machineKeyset: false }) };
    const gone = strandedKey.detect(evidence({ storeMy: have([FRONT, cng]), keyFiles: keyFiles([FRONT_FILE]) }));
    expect(gone[0]?.facts.at(-1)?.value).toBe('cng');
  });

  it('a machine key’s file that lies in a profile', () => {
    const given = evidence({ keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]) });
    expect(strandedKey.detect(given).map(({ id }) => id)).toEqual([ID]);
  });

  it('a key of somebody whom nobody knows', () => {
    const key = cngKey({ container: 'tp-shop', machineKeyset: false });
    const given = evidence({
      storeMy: have([FRONT, { ...SHOP, key }]),
      keyFiles: keyFiles([FRONT_FILE, keyFile(key, 'gone-cng')]),
      handshakes: met([[SHOP_KEY, noTls]]),
    });
    const [finding] = strandedKey.detect(given);
    expect(finding?.message).toBe(
      'The private key of shop.example.test (5042D146) stayed in the key store of a user, where SYSTEM cannot open it: HTTPS of Shop is down.',
    );
    expect(finding?.facts.slice(6).map(({ value }) => value)).toEqual(['', '', '']);
    expect(strandedKey.plan(finding!, given, NONE)).toEqual({
      blocked: true,
      why: 'the key is protected for its owner; WEB01\\olga cannot open it',
      instead: expect.anything(),
      who: 'the owner of the key',
      command: 'iis-ssl-heal fix --only stranded-key',
    });
  });

  it('a certificate in the store that its record names, not its namesake in another', () => {
    const hosted = { ...FRONT_DRAGGED, store: 'WebHosting' };
    const given = stranded({ storeMy: have([FRONT_DRAGGED, SHOP]), storeWebHosting: have([hosted]) });
    const stores = (records: Evidence['records']) =>
      strandedKey.detect({ ...given, records }).map(({ facts }) => facts[1]?.value);
    expect(stores(have([{ ...FRONT_RECORD, store: 'webhosting' }]))).toEqual(['WebHosting']);
    expect(stores(have([{ ...FRONT_RECORD, store: '' }]))).toEqual(['MY']);
    expect(stores(have([{ ...FRONT_RECORD, store: 'my' }]))).toEqual(['MY']);
  });
});

describe('stranded-key leaves alone', () => {
  it('what no record names and no binding waits for', () => {
    expect(strandedKey.detect(stranded({ records: have([SHOP_RECORD]), config: config([], [SHOP_SITE]) }))).toEqual([]);
  });

  it('what only a site that is stopped on purpose has', () => {
    const off = FRONT_SITE.replace('id="1"', 'id="1" serverAutoStart="false"');
    expect(strandedKey.detect(stranded({ config: config([], [off]) }))).toEqual([]);
    expect(strandedKey.detect(stranded({ config: config([], [off, site(3, 'Twin', ['https *:443:'])]) }))).toHaveLength(
      1,
    );
  });

  it('keys that SYSTEM can use, are lost, or are not known', () => {
    const system = stranded({ keyFiles: keyFiles([keyFile(FRONT.key as KeyProvider, 'system-capi'), SHOP_FILE]) });
    expect(strandedKey.detect(system)).toEqual([]);
    expect(strandedKey.detect(evidence({ keyFiles: keyFiles([SHOP_FILE]) }))).toEqual([]);
    expect(strandedKey.detect(stranded({ keyFiles: lack() }))).toEqual([]);
    expect(strandedKey.detect(stranded({ machineGuid: lack() }))).toEqual([]);
    expect(strandedKey.detect(stranded({ records: lack() }))).toEqual([]);
  });
});

describe('stranded-key and a lost binding', () => {
  const lost = (changes: Partial<Evidence> = {}) => stranded({ records: have([SHOP_RECORD]), ...changes });

  it('finds the certificate that the binding waits for', () => {
    const [finding] = strandedKey.detect(lost());
    expect(finding).toMatchObject({ id: ID, endpoints: [], severity: 'broken' });
    expect(waysOf(lost())).toEqual([['move']]);
    const plan = planned(planOf(lost()));
    expect(plan.steps.map(({ do: action }) => action.kind)).toEqual([
      'make-private-folder',
      'run',
      'check-pfx',
      'keep-store-entry',
      'run',
      'run',
    ]);
    expect(plan.endpoints).toEqual([]);
    expect(Object.keys(plan.before)).toHaveLength(1);
  });

  it('and of several the one that the last healthy state names', () => {
    const other = certificate('other', { key: capiKey({ container: '{other}', machineKeyset: false }) });
    const both = {
      storeMy: have([FRONT_DRAGGED, other, SHOP]),
      keyFiles: keyFiles([FRONT_OLGA_FILE, keyFile(other.key!, 'olga-capi'), SHOP_FILE]),
    };
    expect(strandedKey.detect(lost(both))).toHaveLength(2);
    const baseline = remembering(FRONT_RECORD);
    expect(strandedKey.detect(lost({ ...both, baseline })).map(({ id }) => id)).toEqual([ID]);
    // The binding had it: nobody has to say that its key is to be moved.
    expect(planned(planOf(lost(both))).risk).toBe('disruptive');
    expect(planned(planOf(lost({ ...both, baseline }))).risk).toBe('safe');
  });

  it('moves with every yes the key that one binding is sure to wait for, not that which another may have had', () => {
    const { entry, file } = cngDragged();
    const given = stranded({
      records: have([]),
      storeMy: have([FRONT_DRAGGED, entry]),
      keyFiles: keyFiles([FRONT_OLGA_FILE, file]),
      computerName: lack(),
    });
    const risks = strandedKey
      .detect(given)
      .map((finding) => [finding.id, planned(strandedKey.plan(finding, given, NONE)).risk]);
    expect(risks).toEqual([
      [ID, 'disruptive'],
      [`stranded-key:${SHOP.thumbprint}`, 'safe'],
    ]);
  });

  it('does not take a malformed binding or the central store for one that waits', () => {
    const waiting = (binding: string) => lost({ config: config([], [site(1, 'Front', [binding]), SHOP_SITE]) });
    expect(strandedKey.detect(waiting('https *:443:'))).toHaveLength(1);
    expect(strandedKey.detect(waiting('https 443'))).toEqual([]);
    expect(strandedKey.detect(waiting('https *:443: 2'))).toEqual([]);
  });
});

describe('stranded-key and a record whose certificate has expired or is gone', () => {
  const expired = { ...SHOP, facts: { ...SHOP.facts, notAfter: '2026-02-01T00:00:00.000Z' } };
  /** A renewal of Shop's certificate whose key stayed with olga. */
  const renewal = (seed: string) =>
    certificate(seed, {
      key: cngKey({ container: `tp-${seed}`, machineKeyset: false }),
      facts: {
        subject: SHOP.facts.subject,
        names: SHOP.facts.names,
        notBefore: '2026-01-15T00:00:00.000Z',
        notAfter: '2027-06-01T00:00:00.000Z',
      },
    });
  const [NEXT, OTHER] = [renewal('next'), renewal('other')];
  const given = (all: readonly StoreCertificate[], changes: Partial<Evidence> = {}) =>
    evidence({
      storeMy: have([FRONT, ...all]),
      keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, ...[NEXT, OTHER].map(({ key }) => keyFile(key!, 'olga-cng'))]),
      handshakes: met([
        [FRONT_KEY, serves(FRONT.thumbprint)],
        [SHOP_KEY, noTls],
      ]),
      ...changes,
    });
  const risks = (from: Evidence) =>
    strandedKey.detect(from).map((finding) => [finding.id, planned(strandedKey.plan(finding, from, NONE)).risk]);

  it.each<readonly [string, Evidence]>([
    ['has expired', given([expired, NEXT])],
    ['is gone', given([NEXT])],
  ])('moves the key of the one renewal, with every yes, where that %s', (_what, from) => {
    expect(risks(from)).toEqual([[`stranded-key:${NEXT.thumbprint}`, 'safe']]);
  });

  it('moves the key of one of several renewals only when that is said: a person chooses', () => {
    expect(risks(given([expired, NEXT, OTHER]))).toEqual([
      [`stranded-key:${NEXT.thumbprint}`, 'disruptive'],
      [`stranded-key:${OTHER.thumbprint}`, 'disruptive'],
    ]);
  });

  it.each<readonly [string, Evidence]>([
    ['which http.sys still gives to all', given([NEXT], { handshakes: met([[SHOP_KEY, serves(SHOP.thumbprint)]]) })],
    [
      'in a record of another product',
      given([expired, NEXT], {
        records: have([FRONT_RECORD, { ...SHOP_RECORD, appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' }]),
      }),
    ],
    ['which is still good', given([SHOP, NEXT], { handshakes: evidence().handshakes })],
  ])('touches no key for one %s', (_what, from) => {
    expect(strandedKey.detect(from)).toEqual([]);
  });
});

describe('stranded-key plans for the owner', () => {
  const movePlan = () => planned(planOf(stranded()));

  it('the move, every step with its undo and what must hold', () => {
    const plan = movePlan();
    expect(plan).toMatchObject({
      covers: [ID],
      title: 'Move the key into the machine key store',
      risk: 'safe',
      after: [],
      endpoints: [{ table: 'ip', name: '0.0.0.0:443' }],
      cleanup: [{ kind: 'remove-file', path: PFX }],
    });
    const entry = { store: 'MY', thumbprint: FRONT.thumbprint };
    const add = {
      kind: 'run',
      command: {
        program: 'netsh',
        args: [
          'http',
          'add',
          'sslcert',
          'ipport=0.0.0.0:443',
          `certhash=${FRONT.thumbprint.toLowerCase()}`,
          'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}',
          'certstorename=MY',
          'verifyclientcertrevocation=disable',
          'urlretrievaltimeout=15000',
          'clientcertnegotiation=enable',
        ],
      },
      patient: true,
    };
    const remove = {
      kind: 'run',
      command: { program: 'netsh', args: ['http', 'delete', 'sslcert', 'ipport=0.0.0.0:443'] },
    };
    const delstore = { kind: 'run', command: { program: 'certutil', args: ['-delstore', 'MY', FRONT.thumbprint] } };
    const endpoint = { table: 'ip', name: '0.0.0.0:443' };
    expect(plan.steps).toEqual([
      {
        title: 'Make a work folder that only administrators can enter',
        do: {
          kind: 'make-private-folder',
          path: WORK,
          command: {
            program: 'icacls',
            args: [WORK, '/inheritance:r', '/grant:r', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F'],
          },
        },
        undo: 'none',
        holds: { kind: 'action-succeeds' },
      },
      {
        title: 'Export the certificate with its key to a transfer file',
        do: {
          kind: 'run',
          command: {
            program: 'certutil',
            args: ['-f', '-p', PASSWORD, '-exportPFX', 'MY', FRONT.thumbprint, PFX, 'NoChain'],
          },
        },
        undo: { do: { kind: 'remove-file', path: PFX }, holds: { kind: 'file-absent', path: PFX } },
        holds: { kind: 'file-present', path: PFX },
        always: true,
        needsPerson: [
          {
            code: 0x8009000b,
            blocked: {
              blocked: true,
              why: 'the key may not be exported, or Windows cannot decrypt it in this session (0x8009000B): log on with the password, at the console or by RDP, and run it again; where that ends so too, import the certificate from its PFX file, or have it issued again',
              who: 'the owner of the key, logged on with the password',
              command: 'iis-ssl-heal fix',
            },
          },
          ...(
            [
              [0x80090010, '0x80090010'],
              [0x80090345, '0x80090345'],
              [0x80090016, '0x80090016'],
            ] as const
          ).map(([code, shown]) => ({
            code,
            blocked: {
              blocked: true,
              why: `Windows does not open the key in this session (${shown}): log on with the password, at the console or by RDP, and run it again`,
              who: 'the owner of the key, logged on with the password',
              command: 'iis-ssl-heal fix',
            },
          })),
        ],
      },
      {
        title: 'Check that the transfer file holds this certificate with its own key',
        do: { kind: 'check-pfx', path: PFX, password: PASSWORD, thumbprint: FRONT.thumbprint },
        undo: 'none',
        holds: { kind: 'action-succeeds' },
      },
      {
        title: 'Keep the store entry as a file, to put it back from',
        do: { kind: 'keep-store-entry', ...entry, blob: Buffer.from(FRONT.blob).toString('base64'), file: KEPT },
        undo: 'none',
        holds: { kind: 'file-is', path: KEPT, sha256: KEPT_SHA256 },
      },
      {
        title: 'Delete the store entry LocalMachine\\MY (its key stays)',
        do: delstore,
        undo: {
          do: {
            kind: 'restore-store-entry',
            ...entry,
            blob: Buffer.from(FRONT.blob).toString('base64'),
            file: KEPT,
            command: { program: 'reg', args: ['import', KEPT] },
          },
          holds: { kind: 'entry-is', ...entry, sha256: digest(FRONT.blob) },
        },
        holds: { kind: 'store-lacks', ...entry },
      },
      {
        title: 'Import it with a machine key',
        do: {
          kind: 'run',
          command: {
            program: 'certutil',
            args: ['-f', '-p', PASSWORD, '-importPFX', 'MY', PFX, 'AT_KEYEXCHANGE,NoRoot'],
          },
        },
        undo: { do: delstore, holds: { kind: 'store-lacks', ...entry } },
        holds: { kind: 'machine-key', ...entry },
      },
      {
        title: 'Delete the SSL record of 0.0.0.0:443',
        do: remove,
        undo: { do: add, holds: { kind: 'record-is', record: FRONT_RECORD } },
        holds: { kind: 'record-absent', endpoint },
      },
      {
        title: 'Add the SSL record of 0.0.0.0:443 again, every setting kept',
        do: add,
        undo: { do: remove, holds: { kind: 'record-absent', endpoint } },
        holds: { kind: 'record-is', record: FRONT_RECORD },
      },
    ]);
  });

  it('says what a person should know before', () => {
    expect(movePlan().effects).toEqual([
      "The key also stays in its owner's profile, where it harms nobody.",
      'New connections to 0.0.0.0:443 fail for a moment.',
    ]);
  });

  it('for the state of the entry and of the record', () => {
    const plan = movePlan();
    expect(Object.keys(plan.before).map((key) => JSON.parse(key))).toEqual([
      { kind: 'entry', store: 'MY', thumbprint: FRONT.thumbprint },
      { kind: 'record', endpoint: { table: 'ip', name: '0.0.0.0:443' } },
    ]);
    expect(Object.values(plan.before).every((state) => /^[0-9a-f]{64}$/.test(state))).toBe(true);
  });

  it('a CNG key without a key spec, and no word of an encryption that some server does not know', () => {
    const { entry, file } = cngDragged();
    const given = evidence({
      storeMy: have([FRONT, entry]),
      keyFiles: keyFiles([FRONT_FILE, file]),
      osBuild: have(14393),
      identity: lack(),
    });
    const [finding] = strandedKey.detect(given);
    expect(strandedKey.plan(finding!, given, NONE)).toMatchObject({
      blocked: true,
      why: 'the key is protected for olga; this session cannot open it',
    });
    const known = { ...given, identity: evidence().identity };
    const commands = planned(planOf(known)).steps.flatMap(({ do: action }) =>
      action.kind === 'run' ? [action.command.args] : [],
    );
    expect(commands[0]?.at(-1)).toBe('NoChain');
    expect(commands[2]?.slice(3)).toEqual(['-importPFX', 'MY', `${WORK}\\${SHOP.thumbprint}.pfx`, 'NoRoot']);
    for (const build of [have(26100), have(17763), lack<number>()]) {
      const steps = planned(planOf({ ...known, osBuild: build })).steps;
      expect(steps[1]?.do.kind === 'run' && steps[1].do.command.args.at(-1)).toBe('NoChain');
    }
  });

  it.each([
    ['network', 'over the network'],
    ['batch', 'as a batch job'],
  ] as const)('A22: with a word before it of a session that was logged on %s', (logon, words) => {
    const { identity } = stranded();
    const effectsFor = (session: typeof identity) => planned(planOf(stranded({ identity: session }))).effects;
    const here = effectsFor(identity);
    const there = effectsFor(identity.known ? { ...identity, value: { ...identity.value, logon } } : identity);
    expect(there.filter((effect) => !here.includes(effect))).toEqual([
      `This session was logged on ${words}: if that was without the password (an ssh key, WinRM, a task), Windows does not open the key, and nothing changes. It opens at the console or by RDP.`,
    ]);
    expect(there.slice(0, 1)).toEqual(here.slice(0, 1));
  });

  it('every record that the certificate has', () => {
    const records = have([
      FRONT_RECORD,
      SHOP_RECORD,
      record('ip', '0.0.0.0:8443', { thumbprint: FRONT.thumbprint, store: '' }),
    ]);
    const both = planned(planOf(stranded({ records })));
    expect(both.steps.slice(6).map(({ title }) => title)).toEqual([
      'Delete the SSL record of 0.0.0.0:443',
      'Add the SSL record of 0.0.0.0:443 again, every setting kept',
      'Delete the SSL record of 0.0.0.0:8443',
      'Add the SSL record of 0.0.0.0:8443 again, every setting kept',
    ]);
    expect(both.endpoints.map(({ name }) => name)).toEqual(['0.0.0.0:443', '0.0.0.0:8443']);
    expect(both.effects.slice(1)).toEqual([
      'New connections to 0.0.0.0:443 fail for a moment.',
      'New connections to 0.0.0.0:8443 fail for a moment.',
    ]);
    expect(Object.keys(both.before)).toHaveLength(3);
  });

  it('to re-bind, at a port that no record has', () => {
    const records = have([
      FRONT_RECORD,
      record('ip', '[::]:65535'),
      record('sni', 'a.example.test:65534'),
      record('ccs', '65533'),
    ]);
    expect(planned(planOf(stranded({ records }), { way: 're-bind' })).steps[0]?.title).toContain('127.0.0.1:65532,');
  });

  it('nothing where a record cannot be made again exactly', () => {
    const odd = (changes: object) => planOf(stranded({ records: have([{ ...FRONT_RECORD, ...changes }]) }));
    expect(odd({ notUnderstood: ['Strange'] })).toEqual({
      blocked: true,
      why: 'the SSL record cannot be made again exactly: the record has settings that are not understood: Strange, and IIS would lose verifyclientcertrevocation, urlretrievaltimeout, clientcertnegotiation',
    });
    expect(odd({ flags: 0x20 })).toEqual({
      blocked: true,
      why: 'the SSL record cannot be made again exactly: netsh on this server does not know disablequic, and IIS would lose verifyclientcertrevocation, urlretrievaltimeout, disablequic',
    });
    expect(planOf(stranded({ records: have([{ ...FRONT_RECORD, flags: 0x20 }]), netshOptions: lack() }))).toMatchObject(
      {
        blocked: true,
        why: expect.stringContaining("not every netsh knows disablequic, and what this server's knows was not read"),
      },
    );
  });
});

describe('stranded-key where an endpoint has no record', () => {
  const lost = (changes: Partial<Evidence>) => stranded({ records: have([SHOP_RECORD]), ...changes });

  it('moves the key of the certificate that is certain, with every yes', () => {
    expect(planned(planOf(lost({}))).risk).toBe('safe');
  });

  it('moves one that a person may only choose when that is said', () => {
    const given = lost({ computerName: lack() });
    expect(strandedKey.detect(given).map(({ id }) => id)).toEqual([`stranded-key:${FRONT.thumbprint}`]);
    expect(planned(planOf(given)).risk).toBe('disruptive');
  });

  it('leaves all alone while not all certificates are known', () => {
    expect(strandedKey.detect(lost({ storeWebHosting: lack() }))).toEqual([]);
  });
});

/** Nobody has HTTPS any more. */
const rebooted = (changes: Partial<Evidence> = {}): Evidence =>
  stranded({ handshakes: met([[FRONT_KEY, noTls]]), ...changes });

describe('stranded-key offers', () => {
  it('the owner all ways, the lasting one first, and what a person has chosen already no more', () => {
    const [finding] = strandedKey.detect(rebooted());
    expect(strandedKey.ways?.(finding!, rebooted())).toEqual([
      { way: 'move', title: 'Move the key into the machine key store (lasting repair, recommended)' },
      { way: 're-bind', title: 'Run the binding again (relief: works until the next reboot at most)' },
      {
        way: 're-bind-appcmd',
        title: 'Run it again through IIS, by appcmd (relief: works until the next reboot at most)',
      },
    ]);
    for (const none of [{ osBuild: have(9200) }, { config: lack<never>() }])
      expect(waysOf(rebooted(none))).toEqual([['move', 're-bind']]);
  });

  it('no relief while HTTPS works, for it would do nothing', () => {
    expect(waysOf(stranded())).toEqual([['move']]);
    expect(waysOf(rebooted({ handshakes: met([[FRONT_KEY, lack<never>()]]) }))).toEqual([
      ['move', 're-bind', 're-bind-appcmd'],
    ]);
  });

  it('no way through IIS where that is asked for already, or IIS has no binding of the certificate', () => {
    const [found] = lookWith(playbook, rebooted());
    const asking = planningHere(stranded(), { ...NONE, through: 'appcmd' });
    expect(found?.ways(asking).map(({ way }) => way)).toEqual(['move', 're-bind']);
    const unbound = rebooted({ config: config([], [SHOP_SITE]) });
    expect(waysOf(unbound)).toEqual([['move', 're-bind']]);
  });

  it('to re-bind through IIS, and through netsh where that is the way', () => {
    const plan = planned(planOf(stranded(), { way: 're-bind-appcmd' }));
    expect(plan).toMatchObject({
      title: 'Run the binding again: relief until the next reboot at most, through appcmd',
      through: 'appcmd',
      cleanup: [],
    });
    expect(planned(planOf(stranded(), { way: 're-bind' })).through).toBe('netsh');
  });

  it('to call in the owner, where the key is there and its owner is known', () => {
    const ownerOf = (given: Evidence) => lookWith(playbook, given).map(({ owner, pfxOf }) => [owner, pfxOf]);
    const olga = { sid: 'S-1-5-21-1-2-3-1001', name: 'olga', elevated: true };
    expect(ownerOf(stranded())).toEqual([[olga, FRONT.thumbprint]]);
    expect(ownerOf(stranded({ keyFiles: keyFiles([SHOP_FILE]) }))).toEqual([[undefined, FRONT.thumbprint]]);
  });

  it('others none', () => {
    expect(waysOf(stranded(SYSTEM))).toEqual([[]]);
    expect(waysOf(stranded({ identity: lack() }))).toEqual([[]]);
    expect(waysOf(stranded({ keyFiles: keyFiles([SHOP_FILE]) }))).toEqual([[]]);
  });

  it('to re-bind: the record alone, and what that does not heal', () => {
    const plan = planned(planOf(stranded(), { way: 're-bind' }));
    expect(plan.title).toBe('Run the binding again: relief until the next reboot at most');
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Try the certificate at 127.0.0.1:65535, an unused address, before any record is deleted',
      'Delete the SSL record of 127.0.0.1:65535 again',
      'Delete the SSL record of 0.0.0.0:443',
      'Add the SSL record of 0.0.0.0:443 again, every setting kept',
    ]);
    const [trial, removal, deletion, again] = plan.steps;
    const endpoint = { table: 'ip', name: '127.0.0.1:65535' };
    expect(trial).toMatchObject({
      do: { kind: 'run', patient: true },
      undo: { holds: { kind: 'record-absent', endpoint } },
      holds: { kind: 'record-is', record: { endpoint, thumbprint: FRONT.thumbprint, flags: 0 } },
      needsPerson: [
        {
          code: 1312,
          blocked: {
            blocked: true,
            why: 'Windows does not bind this certificate in this session, since its key does not open (1312): move the key into the machine key store instead, by its owner, logged on with the password at the console or by RDP',
            who: 'the owner of the key, logged on with the password',
            command: 'iis-ssl-heal fix',
          },
        },
      ],
    });
    expect(removal).toMatchObject({ undo: 'none', holds: { kind: 'record-absent', endpoint } });
    expect(deletion?.undo).toMatchObject({
      do: { kind: 'run', patient: true, first: deletion?.do.kind === 'run' ? deletion.do.command : undefined },
      holds: { kind: 'record-is', record: FRONT_RECORD },
    });
    expect(again?.undo).toBe('none');
    expect(plan.cleanup).toEqual([]);
    expect(plan.effects).toEqual([
      'This is relief only: the key stays where it is, and HTTPS will stop again at the next reboot.',
      'New connections to 0.0.0.0:443 fail for a moment.',
    ]);
    expect(planned(planOf(stranded(), { way: 'move' })).steps).toHaveLength(8);
  });
});

describe('stranded-key tells others whose session it takes', () => {
  it.each([
    ['SYSTEM', SYSTEM, 'SYSTEM'],
    ['another administrator', as(KARL.sid, 'WEB01\\karl'), 'WEB01\\karl'],
  ])('%s', (_name, identity, me) => {
    for (const way of ['move', 're-bind'] as const)
      expect(planOf(stranded(identity), { way })).toEqual({
        blocked: true,
        why: `the key is protected for olga; ${me} cannot open it`,
        who: 'olga (S-1-5-21-1-2-3-1001)',
        command: 'iis-ssl-heal fix --only stranded-key',
        instead: {
          says: 'whoever has the PFX file of the certificate needs no owner',
          command: 'iis-ssl-heal fix --pfx FILE',
        },
        offer: {
          says: 'a task that moves it when olga logs on next',
          command: 'iis-ssl-heal schedule install --owner',
        },
      });
  });

  it('nobody where the record could not be made again then', () => {
    const why =
      'the SSL record cannot be made again exactly: netsh has no option for flag 0x2000 (client correlation), and IIS would lose verifyclientcertrevocation, urlretrievaltimeout, client correlation (flag 0x2000)';
    const records = have([{ ...FRONT_RECORD, flags: 0x7fff }]);
    for (const changes of [SYSTEM, { keyFiles: keyFiles([SHOP_FILE]) }])
      expect(planOf(stranded({ records, netshOptions: lack(), ...changes }))).toMatchObject({
        blocked: true,
        why: expect.stringContaining(why.slice(0, 60)),
      });
    expect(planOf(stranded({ records: have([{ ...FRONT_RECORD, flags: 0x2000 }]), ...SYSTEM }))).toEqual({
      blocked: true,
      why,
    });
  });

  it('who needs the PFX file where the key is gone', () => {
    expect(planOf(stranded({ keyFiles: keyFiles([SHOP_FILE]) }))).toEqual({
      blocked: true,
      why: 'the key is gone: import the certificate from a PFX file, or have it issued again',
      who: 'somebody who has the PFX file',
      command: 'iis-ssl-heal fix --pfx FILE',
    });
  });
});

describe('stranded-key takes a PFX file', () => {
  const pfx = { file: 'C:\\mine.pfx', thumbprint: FRONT.thumbprint };

  it.each([
    ['the owner', stranded()],
    ['SYSTEM', stranded(SYSTEM)],
    ['where the key is gone', stranded({ keyFiles: keyFiles([SHOP_FILE]) })],
  ])('from %s', (_name, given) => {
    const plan = planned(planOf(given, { pfx }));
    expect(plan.title).toBe('Import the certificate with a machine key from the PFX file');
    expect(plan.steps.map(({ title }) => title)).toEqual([
      'Make a work folder that only administrators can enter',
      'Wrap C:\\mine.pfx anew with a one-time password',
      'Check that the transfer file holds this certificate with its own key',
      'Keep the store entry as a file, to put it back from',
      'Delete the store entry LocalMachine\\MY (its key stays)',
      'Import it with a machine key',
      'Delete the SSL record of 0.0.0.0:443',
      'Add the SSL record of 0.0.0.0:443 again, every setting kept',
    ]);
    expect(plan.steps[1]).toEqual({
      title: 'Wrap C:\\mine.pfx anew with a one-time password',
      do: {
        kind: 'write-pfx',
        source: 'C:\\mine.pfx',
        to: PFX,
        password: PASSWORD,
        thumbprint: FRONT.thumbprint,
      },
      undo: { do: { kind: 'remove-file', path: PFX }, holds: { kind: 'file-absent', path: PFX } },
      holds: { kind: 'file-present', path: PFX },
      always: true,
    });
    expect(plan.effects).toEqual(['New connections to 0.0.0.0:443 fail for a moment.']);
    expect(plan.cleanup).toEqual([{ kind: 'remove-file', path: PFX }]);
  });

  it('of this certificate only', () => {
    const other = { ...pfx, thumbprint: SHOP.thumbprint };
    expect(planOf(stranded(SYSTEM), { pfx: other })).toMatchObject({
      blocked: true,
      who: 'olga (S-1-5-21-1-2-3-1001)',
    });
    expect(planned(planOf(stranded(), { pfx: other })).title).toBe('Move the key into the machine key store');
  });
});
