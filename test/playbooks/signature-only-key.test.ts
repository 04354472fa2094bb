import { describe, expect, it } from 'vitest';
import { lostBinding } from '../../playbooks/lost-binding.ts';
import { signatureOnlyKey as playbook } from '../../playbooks/signature-only-key.ts';
import { candidatesFor } from '../../src/chain/certificates/candidates.ts';
import { usableBySystem } from '../../src/chain/certificates/usable.ts';
import { readStore } from '../../src/lab/certificates/store.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import { NO_CHOICES } from '../../src/model/repair/planning.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import { byWord } from '../support/by-word.ts';
import {
  certificate,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_KEY,
  FRONT_OLGA_FILE,
  FRONT_RECORD,
  handshake,
  have,
  keyFile,
  keyFiles,
  lack,
  met,
  planned,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
} from '../support/evidence-folder.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  newMachineKeys,
  stateOf,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const signatureOnly = asked(playbook);

const down = met([
  [FRONT_KEY, handshake({ outcome: 'no-tls', detail: 'reset' })],
  [SHOP_KEY, serves(SHOP.thumbprint)],
]);
const SIGNING = { ...FRONT, key: { ...FRONT.key!, keySpec: 2 } };
const signing = (changes: Partial<Evidence> = {}) =>
  evidence({ storeMy: have([SIGNING, SHOP]), handshakes: down, ...changes });

describe('signature-only-key finds nothing', () => {
  const cng = { ...SHOP, key: { ...SHOP.key!, keySpec: 2 } };
  it.each<readonly [string, Evidence]>([
    ['on a healthy server', evidence()],
    ['of a CNG key, whatever its entry says', evidence({ storeMy: have([FRONT, cng]) })],
    ['of a key without a kind', evidence({ storeMy: have([{ ...FRONT, key: { ...FRONT.key!, keySpec: 0 } }, SHOP]) })],
    [
      'where the key is in a profile: its repair makes it one for key exchange',
      signing({
        storeMy: have([{ ...FRONT_DRAGGED, key: { ...FRONT_DRAGGED.key!, keySpec: 2 } }, SHOP]),
        keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]),
      }),
    ],
    ['where the key is gone', signing({ keyFiles: keyFiles([SHOP_FILE]) })],
    [
      'where the key is in hardware',
      signing({ storeMy: have([{ ...SIGNING, key: { ...SIGNING.key, provider: 'HSM' } }]) }),
    ],
    [
      'of a certificate that no binding uses',
      evidence({ storeMy: have([FRONT, SHOP, { ...certificate('ca'), key: SIGNING.key }]) }),
    ],
    ['where the store was not read', signing({ storeMy: lack() })],
    [
      'where visitors get the renewal of the certificate',
      signing({
        storeMy: have([{ ...SIGNING, renewal: SHOP.thumbprint }, SHOP]),
        handshakes: met([[FRONT_KEY, serves(SHOP.thumbprint)]]),
      }),
    ],
  ])('%s', (_what, given) => {
    expect(signatureOnly.detect(given)).toEqual([]);
  });
});

describe('signature-only-key finds', () => {
  it.each<readonly [string, Partial<Evidence>, string, string]>([
    ['broken where clients get no TLS', {}, 'broken', 'HTTPS of Front is down.'],
    [
      'broken where nobody was greeted',
      { handshakes: new Map() },
      'broken',
      'HTTPS of Front is down, or will be after the next reboot (no handshake was tried).',
    ],
    [
      'a warning where a greeting was answered with it',
      { handshakes: met([[FRONT_KEY, serves(FRONT.thumbprint)]]) },
      'warning',
      'HTTPS of Front works for some clients, and fails for those that need the key for the key exchange.',
    ],
    [
      "a warning for a key in SYSTEM's own key store, where it is served",
      {
        storeMy: have([{ ...SIGNING, key: { ...SIGNING.key, machineKeyset: false } }, SHOP]),
        keyFiles: keyFiles([keyFile(SIGNING.key, 'system-capi'), SHOP_FILE]),
        handshakes: met([[FRONT_KEY, serves(FRONT.thumbprint)]]),
      },
      'warning',
      'fails for those that need the key for the key exchange.',
    ],
  ])('%s', (_what, changes, severity, end) => {
    const [finding, ...others] = signatureOnly.detect(signing(changes));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: `signature-only-key:${FRONT.thumbprint}`, severity, endpoints: [FRONT_KEY] });
    expect(finding?.message).toMatch(
      /^The private key of front\.example\.test \([0-9A-F]{8}\) is for signatures only: HTTPS of Front .+\.$/,
    );
    expect(finding?.message.endsWith(end), finding?.message).toBe(true);
  });
});

const planOf = (given: Evidence, choices = NO_CHOICES) =>
  signatureOnly.plan(signatureOnly.detect(given)[0]!, given, choices);

describe('signature-only-key plans', () => {
  it('the transfer of a stranded key, with AT_KEYEXCHANGE, by any administrator', () => {
    const plan = planned(planOf(signing()));
    const shown = plan.steps.map(({ do: action }) =>
      action.kind === 'run' ? action.command.args.filter((each) => typeof each === 'string').join(' ') : action.kind,
    );
    expect(shown.map((line) => line.split(' ').find((word) => !/^-[fp]$/.test(word)))).toEqual([
      'make-private-folder',
      '-exportPFX',
      'check-pfx',
      'keep-store-entry',
      '-delstore',
      '-importPFX',
      'http',
      'http',
    ]);
    expect(shown[5]).toMatch(/ AT_KEYEXCHANGE,NoRoot$/);
    expect(plan).toMatchObject({
      title: 'Import the key anew, as one for key exchange',
      risk: 'safe',
      effects: [
        'The old key stays in the machine key store, as a file that no certificate names.',
        'New connections to 0.0.0.0:443 fail for a moment.',
      ],
      cleanup: [{ kind: 'remove-file' }],
    });
    expect(signatureOnly.owner).toBeUndefined();
  });

  it('disruptively, while somebody is served with it', () => {
    const handshakes = met([[FRONT_KEY, serves(FRONT.thumbprint)]]);
    expect(planned(planOf(signing({ handshakes }))).risk).toBe('disruptive');
  });

  it("from a person's PFX file, where one is given for this certificate", () => {
    const pfx = { file: 'D:\\front.pfx', thumbprint: FRONT.thumbprint };
    const given = planned(planOf(signing(), { ...NO_CHOICES, pfx }));
    expect(given.title).toBe('Import the certificate with a machine key from the PFX file');
    const other = planned(planOf(signing(), { ...NO_CHOICES, pfx: { ...pfx, thumbprint: SHOP.thumbprint } }));
    expect(other.title).toBe('Import the key anew, as one for key exchange');
  });

  it('nothing where the record could not be made again, also while somebody is served: that is all it says', () => {
    const records = have([{ ...FRONT_RECORD, flags: 0x2000 }, SHOP_RECORD]);
    const handshakes = met([[FRONT_KEY, serves(FRONT.thumbprint)]]);
    expect(planOf(signing({ records, handshakes }))).toEqual({
      blocked: true,
      why: expect.stringMatching(/^the SSL record cannot be made again exactly: /),
    });
  });

  it('nothing for the record of another product', () => {
    const records = have([{ ...FRONT_RECORD, appId: '{5d89a20c-beab-4389-9447-324788eb944a}' }]);
    expect(planOf(signing({ records }))).toMatchObject({ blocked: true, who: 'AD FS or Web Application Proxy' });
  });
});

describe('a certificate whose key is for signatures only', () => {
  const given = evidence({
    storeMy: have([{ ...certificate('shop', { key: { ...FRONT.key!, keySpec: 2 } }) }]),
    keyFiles: keyFiles([keyFile(FRONT.key!, 'machine-capi')]),
    records: have([]),
  });

  it('is not known to be usable', () => {
    const [only] = given.storeMy.known ? given.storeMy.value : [];
    expect(usableBySystem(only!, given)).toMatchObject({
      known: false,
      why: 'it is for signatures only (AT_SIGNATURE), which not every visitor can be served with',
    });
  });

  it('may be chosen for a lost record, and is never certain', () => {
    const found = candidatesFor(SHOP_RECORD.endpoint, given);
    expect(found.known && found.value).toMatchObject({
      offered: [{ doubt: expect.stringContaining('for signatures only') }],
      why: expect.stringContaining('for signatures only'),
    });
    expect(found.known && found.value.certain).toBeUndefined();
    const lost = asked(lostBinding);
    const finding = lost.detect(given).find(({ id }) => id.includes('shop'));
    expect(lost.plan(finding!, given)).toMatchObject({ blocked: true, choices: [{}] });
  });
});

const on = (disk: MemoryDisk) => [disk, byWord(machineOn(disk), disk)] as const;
const frontsKey = (disk: MemoryDisk) => readStore(openLab(disk), 'MY')!.find(({ key }) => key?.type !== 0)!.key!;

/** The state without keys that an import has left. */
const without = (disk: MemoryDisk, before: Readonly<Record<string, string>>) => {
  const keys = newMachineKeys(before, disk);
  return Object.fromEntries(Object.entries(stateOf(disk)).filter(([path]) => !keys.includes(path)));
};

describe('on a lab', () => {
  it('with its fault is found, healed, proved by a handshake, and undone byte for byte', async () => {
    const disk = labDisk({ faults: ['signature-only-key'] });
    const before = stateOf(disk);
    const machine = machineOn(disk);
    const { before: seen, report } = await fixLab(disk, machine);
    expect(ids(seen)).toEqual([expect.stringMatching(/^signature-only-key:[0-9A-F]{40}$/)]);
    expect(report.outcome).toBe('healed');
    expect((await diagnoseLab(machine)).verdict).toBe('healthy');
    expect(frontsKey(disk)).toMatchObject({ keySpec: 1, flags: 0x20 });
    const { steps } = await undoLatest(disk);
    expect(steps.every(({ outcome }) => outcome === 'undone' || outcome === 'already-so')).toBe(true);
    expect(without(disk, before)).toEqual(before);
  });

  it.each(UNKNOWNS['signature-only-key'].answers)(
    'whose visitors are %s is healed by whoever says yes',
    async (answer) => {
      const disk = labDisk({ faults: ['signature-only-key'], unknowns: { 'signature-only-key': answer } });
      const first = await fixLab(...on(disk));
      expect(first.report.outcome).toBe(answer === 'served' ? 'needs-person' : 'healed');
      expect(first.before.findings.map(({ severity }) => severity)).toEqual([
        answer === 'served' ? 'warning' : 'broken',
      ]);
      if (answer === 'served') expect((await fixLab(...on(disk), { yes: 'disruptive' })).report.outcome).toBe('healed');
      expect(frontsKey(disk).keySpec).toBe(1);
    },
  );

  it('where the import makes one for signatures again ends as before', async () => {
    const disk = labDisk({ faults: ['signature-only-key'] });
    const before = stateOf(disk);
    const machine = byWord(machineOn(disk), disk);
    const stubborn: typeof machine = {
      ...machine,
      run: (command, secrets) => {
        const args = command.args.map((each) => (each === 'AT_KEYEXCHANGE,NoRoot' ? 'AT_SIGNATURE,NoRoot' : each));
        return machine.run({ ...command, args }, secrets);
      },
    };
    const { report } = await fixLab(disk, stubborn);
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['rolled-back']);
    expect(without(disk, before)).toEqual(before);
  });

  it('whose key may not be exported asks for the PFX file, and leaves all as it was', async () => {
    const disk = labDisk({ faults: ['signature-only-key'] });
    const before = stateOf(disk);
    tell(disk, failure('certutil', '-exportPFX', 'fail', 1, 0x8009000b));
    const { report } = await fixLab(...on(disk));
    expect(report.plans.map(({ verdict, blocked }) => [verdict, blocked?.command])).toEqual([
      ['needs-person', 'iis-ssl-heal fix --pfx FILE'],
    ]);
    expect(stateOf(disk)).toEqual(before);
  });
});
