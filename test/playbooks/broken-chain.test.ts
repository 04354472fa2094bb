import { describe, expect, it } from 'vitest';
import { brokenChain as playbook } from '../../playbooks/broken-chain.ts';
import { joinChains } from '../../src/chain/join.ts';
import { encodeEntry, entryFrom, putEntry, readStore, SYSTEMS_CA } from '../../src/lab/certificates/store.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { readRecords } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { setKeySddl } from '../../src/lab/permissions/acls.ts';
import { binaryValue } from '../../src/lab/registry/registry-values.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import type { StoreCertificate } from '../../src/model/server/certificate.ts';
import type { Evidence, Handshake } from '../../src/model/server/evidence.ts';
import { andThen, known } from '../../src/model/server/known.ts';
import { asked } from '../support/asked.ts';
import { authority, made, PAST, sending, stored, thumbprintOf } from '../support/authorities.ts';
import { byWord } from '../support/by-word.ts';
import { chainLab, EXPIRED, expiredChain, ISSUING, put, strangeRoot } from '../support/chain-lab.ts';
import {
  config,
  evidence,
  FRONT,
  FRONT_FILE,
  FRONT_KEY,
  FRONT_RECORD,
  handshake,
  have,
  lack,
  met,
  OLGA,
  planned,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
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
  stateOf,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const brokenChain = asked(playbook);

const ADDRESS = 'http://ca.example.test/issuing.crt';
const root = authority('Root', 0);
const issuing = authority('Issuing', 1, root);
/** As a private authority issues it, and as one of the browsers does. */
const own = made('front.example.test', 2, { issuer: issuing });
const browsers = made('front.example.test', 2, { issuer: issuing, issuerAddress: ADDRESS });
const OWN = { ...stored(own, 'MY'), key: FRONT.key! };

/** Front serves `leaf` and sends what is given; the issuers lie where they should. */
function sent(chain: Handshake, changes: Partial<Evidence> = {}, leaf: StoreCertificate = OWN): Evidence {
  return evidence({
    storeMy: have([leaf, SHOP]),
    records: have([{ ...FRONT_RECORD, thumbprint: leaf.thumbprint }, SHOP_RECORD]),
    storeCa: have([stored(issuing, 'CA')]),
    storeRoot: have([stored(root, 'ROOT')]),
    handshakes: met([
      [FRONT_KEY, handshake(chain)],
      [SHOP_KEY, serves(SHOP.thumbprint)],
    ]),
    ...changes,
  });
}
const ALONE = sending(own);

describe('broken-chain finds nothing', () => {
  const rooted = made('front.example.test', 2, { issuer: root });
  const crossed = authority('Root', 0, authority('Older Root', 3));
  it.each<readonly [string, Evidence]>([
    ['on a healthy server', evidence()],
    ['where the chain is sent', sent(sending(own, issuing))],
    ['where the root is sent too, or has expired', sent(sending(own, issuing, authority('Root', 0, undefined, PAST)))],
    [
      'of a certificate that signs itself',
      sent(
        sending(made('front.example.test', 2)),
        {},
        { ...stored(made('front.example.test', 2), 'MY'), key: FRONT.key! },
      ),
    ],
    [
      'of one that a root has issued: there is nothing to send',
      sent(sending(rooted), {}, { ...stored(rooted, 'MY'), key: FRONT.key! }),
    ],
    [
      'of one whose root was signed by another one too: it is a root all the same',
      sent(sending(rooted), { storeCa: have([stored(crossed, 'CA')]) }, { ...stored(rooted, 'MY'), key: FRONT.key! }),
    ],
    ['where its issuer lies nowhere, and may be a root that only clients have', sent(ALONE, { storeCa: have([]) })],
    ['where the roots were not read: an older folder', sent(ALONE, { storeRoot: lack() })],
    [
      'where the authorities were not read',
      sent(ALONE, { storeCa: lack(), storeMy: have([OWN, SHOP, stored(issuing, 'MY')]) }),
    ],
    ['where nobody was greeted', sent(ALONE, { handshakes: new Map() })],
    ['where what was sent was not kept', sent(ALONE, { handshakes: met([[FRONT_KEY, serves(OWN.thumbprint)]]) })],
    [
      'where its issuer is known as expired alone',
      sent(ALONE, { storeCa: have([stored(authority('Issuing', 1, root, PAST), 'CA')]) }),
    ],
    [
      'where what lies there has the name of the issuer, and another key',
      sent(ALONE, { storeCa: have([stored(authority('Issuing', 3, root), 'CA')]) }),
    ],
    [
      'where visitors get another certificate: that is another fault',
      sent(sending(made('front.example.test', 3, { issuer: issuing }))),
    ],
    [
      'of a site that is stopped',
      sent(ALONE, {
        config: config([], [site(1, 'Front', ['https *:443:']).replace('id=', 'serverAutoStart="false" id=')]),
      }),
    ],
    [
      'of what is no root among the roots, where no site asks for client certificates',
      sent(sending(own, issuing), { storeRoot: have([stored(root, 'ROOT'), stored(issuing, 'ROOT')]) }),
    ],
    [
      'where Windows distrusts what is not sent',
      sent(sending(own, issuing), { storeDisallowed: have([stored(authority('Other', 3), 'Disallowed')]) }),
    ],
  ])('%s', (_what, given) => {
    expect(brokenChain.detect(given)).toEqual([]);
  });
});

/** Front asks clients for their certificates. */
const ASKING = andThen(config(), (value, source) =>
  known(
    {
      ...value,
      sites: value.sites.map((each) => ({
        ...each,
        ...(each.name === 'Front' && { clientCertificates: 'site' as const }),
      })),
    },
    source,
  ),
);

const SENT = 'TLS handshake with test';

/** The facts that tell of a certificate. */
const factsOf = (
  code: string,
  { thumbprint, facts: { subject, issuer, notAfter } }: StoreCertificate,
  source: string,
  more: Readonly<Record<string, string>> = {},
) =>
  Object.entries({ code, thumbprint, subject, issuer, notAfter, ...more }).map(([name, value]) => ({
    name,
    value,
    source,
  }));

describe('broken-chain finds', () => {
  it('nothing behind the certificate, a warning on its link', () => {
    const given = sent(ALONE);
    expect(brokenChain.detect(given)).toEqual([
      {
        playbook: 'broken-chain',
        id: 'broken-chain:chain-incomplete:CN=Issuing',
        subject: 'Front, the chain of its certificate',
        severity: 'warning',
        message: `Some clients refuse the certificate of Front, front.example.test (${OWN.thumbprint.slice(0, 8)}): the server does not send the certificate of its issuer, CN=Issuing.`,
        facts: factsOf('chain-incomplete', OWN, SENT, { issuerAddress: '' }),
        endpoints: [FRONT_KEY],
      },
    ]);
    const [chain] = joinChains(given);
    expect(chain?.links[2]?.source).toMatch(/^TLS handshake with /);
    expect(chain?.links.map(({ code, state }) => `${code} ${state}`)).toEqual([
      'fine ok',
      'fine ok',
      'chain-incomplete warning',
      'fine ok',
      'fine ok',
      'fine ok',
    ]);
  });

  it("what a browser's authority has issued, also where its issuer lies nowhere, with where it can be had", () => {
    const leaf = { ...stored(browsers, 'MY'), key: FRONT.key! };
    const given = sent(sending(browsers), { storeCa: lack(), storeRoot: lack() }, leaf);
    const [finding] = brokenChain.detect(given);
    expect(finding?.facts.map(({ name, value }) => [name, value])).toContainEqual(['issuerAddress', ADDRESS]);
    expect(brokenChain.plan(finding!, given)).toEqual({
      blocked: true,
      why: `the certificate of its issuer, CN=Issuing, is not on this server: fetch it from ${ADDRESS}, and import it into LocalMachine\\CA (Intermediate Certification Authorities)`,
      who: 'an administrator',
    });
  });

  it('an intermediate that has expired, one that Windows distrusts, and one chain for many sites once', () => {
    const old = authority('Issuing', 1, root, PAST);
    const [expired] = brokenChain.detect(sent(sending(own, old)));
    expect(expired?.facts).toEqual(factsOf('chain-expired', stored(old, 'CA'), SENT, { issuerAddress: '' }));
    expect(expired?.message).toBe(
      `Some clients refuse the certificate of Front, front.example.test (${OWN.thumbprint.slice(0, 8)}): the server sends CN=Issuing (${thumbprintOf(old).slice(0, 8)}) with it, which expired on 2026-01-01.`,
    );
    const distrusted = sent(sending(own, issuing), { storeDisallowed: have([stored(issuing, 'Disallowed')]) });
    expect(brokenChain.detect(distrusted)[0]).toMatchObject({
      id: `broken-chain:chain-revoked:${thumbprintOf(issuing)}`,
      message: `Some clients refuse the certificate of Front, front.example.test (${OWN.thumbprint.slice(0, 8)}): the server sends CN=Issuing (${thumbprintOf(issuing).slice(0, 8)}), which Windows distrusts (LocalMachine\\Disallowed).`,
      facts: factsOf('chain-revoked', stored(issuing, 'CA'), SENT, { issuerAddress: '' }),
    });
    const handshakes = met([FRONT_KEY, SHOP_KEY].map((key) => [key, handshake(sending(own, old))] as const));
    const shop = { ...SHOP_RECORD, thumbprint: OWN.thumbprint };
    const both = sent(ALONE, {
      handshakes,
      records: have([{ ...FRONT_RECORD, thumbprint: OWN.thumbprint }, shop]),
      config: config([], [site(1, 'Front', ['https *:443:']), site(2, 'Shop', ['https *:443:shop.example.test 1'])]),
      storeMy: have([{ ...OWN, facts: { ...OWN.facts, names: ['front.example.test', 'shop.example.test'] } }]),
    });
    expect(brokenChain.detect(both)).toMatchObject([
      { subject: 'Front, Shop, the chain of its certificate', endpoints: [FRONT_KEY, SHOP_KEY] },
    ]);
  });

  it('what is no root among the roots, where a site asks for client certificates', () => {
    const given = sent(sending(own, issuing), {
      config: ASKING,
      storeRoot: have([stored(root, 'ROOT'), stored(issuing, 'ROOT')]),
    });
    expect(brokenChain.detect(given)).toEqual([
      {
        playbook: 'broken-chain',
        id: `broken-chain:root-not-self-signed:${thumbprintOf(issuing)}`,
        subject: 'Front, the chain of its certificate',
        severity: 'warning',
        facts: factsOf('root-not-self-signed', stored(issuing, 'ROOT'), 'test'),
        endpoints: [FRONT_KEY],
        message: `IIS may refuse client certificates at Front with 403.16: LocalMachine\\ROOT holds CN=Issuing (${thumbprintOf(issuing).slice(0, 8)}), which is no root certificate: CN=Root issued it.`,
      },
    ]);
    const plan = planned(brokenChain.plan(brokenChain.detect(given)[0]!, given));
    expect(plan).toMatchObject({ risk: 'disruptive', endpoints: [] });
    expect(shownOf(plan)).toEqual([
      'write-file',
      `certutil -addstore CA ${WORK}\\${thumbprintOf(issuing)}.cer`,
      'keep-store-entry',
      `certutil -delstore ROOT ${thumbprintOf(issuing)}`,
    ]);
    const rootless = { ...given, storeRoot: have([stored(issuing, 'ROOT')]) };
    expect(brokenChain.plan(brokenChain.detect(rootless)[0]!, rootless)).toEqual({
      blocked: true,
      why: 'its own root, CN=Root, is not in LocalMachine\\ROOT: import that root first, so that the certificate stays trusted',
      who: 'an administrator',
    });
  });
});

const WORK = 'C:\\ProgramData\\iis-ssl-heal\\work';
type Steps = ReturnType<typeof planned<Exclude<ReturnType<typeof brokenChain.plan>, { blocked: true }>>>;
const shownOf = ({ steps }: Pick<Steps, 'steps'>) =>
  steps.map(({ do: action }) =>
    action.kind === 'run' ? [action.command.program, ...action.command.args].join(' ') : action.kind,
  );
const planOf = (given: Evidence) => brokenChain.plan(brokenChain.detect(given)[0]!, given);

describe('broken-chain plans', () => {
  const thumb = thumbprintOf(issuing);
  const crossed = authority('Issuing', 1, authority('Older Root', 3));
  it.each<readonly [string, Partial<Evidence>, readonly string[]]>([
    ['the roots', { storeRoot: have([stored(root, 'ROOT'), stored(issuing, 'ROOT')]) }, []],
    ['the personal store', { storeMy: have([OWN, SHOP, stored(issuing, 'MY')]) }, []],
    ['WebHosting', { storeWebHosting: have([stored(issuing, 'WebHosting')]) }, []],
    [
      "a user's own store, where somebody says so",
      { profileCertificates: have(new Map([[OLGA.sid, [stored(issuing, 'user')]]])) },
      [`${thumb.slice(0, 8)} is taken from a user's own store, where that user can put anything.`],
    ],
    [
      'two stores',
      { storeMy: have([OWN, SHOP, stored(issuing, 'MY')]), storeWebHosting: have([stored(issuing, 'WebHosting')]) },
      [],
    ],
    [
      'the personal store beside one of another authority, where somebody says so',
      { storeMy: have([OWN, SHOP, stored(issuing, 'MY'), stored(crossed, 'MY')]) },
      [`${thumb.slice(0, 8)} is used; ${thumbprintOf(crossed).slice(0, 8)} has the same name and key.`],
    ],
  ])('to add an intermediate that lies in %s to CA, and the binding again', (_where, changes, asks) => {
    const plan = planned(planOf(sent(ALONE, { storeCa: have([]), ...changes })));
    expect(shownOf(plan).slice(0, 2)).toEqual(['write-file', `certutil -addstore CA ${WORK}\\${thumb}.cer`]);
    expect(
      shownOf(plan)
        .slice(2)
        .map((line) => line.split(' ').slice(0, 3).join(' ')),
    ).toEqual(['netsh http delete', 'netsh http add']);
    expect(plan).toMatchObject({
      title: 'Put the certificate of CN=Issuing into LocalMachine\\CA, where chains are made of it',
      risk: asks.length > 0 ? 'disruptive' : 'safe',
      cleanup: [{ kind: 'remove-file', path: `${WORK}\\${thumb}.cer` }],
      endpoints: [FRONT_RECORD.endpoint],
    });
    expect(plan.steps[1]).toMatchObject({
      holds: { kind: 'store-has', store: 'CA', thumbprint: thumb },
      undo: {
        do: { command: { args: ['-delstore', 'CA', thumb] } },
        holds: { kind: 'store-lacks', store: 'CA', thumbprint: thumb },
      },
    });
    expect(plan.effects.slice(0, asks.length)).toEqual(asks);
    expect(plan.effects.at(-1)).toMatch(/^http\.sys may keep the old chain until the next restart of the server\.$/);
    expect(Object.keys(plan.before).map((key) => JSON.parse(key).kind)).toEqual(['entry', 'record']);
  });

  it('only the binding again, and only where somebody says so, where it lies in CA already', () => {
    const plan = planned(planOf(sent(ALONE)));
    expect(shownOf(plan).map((line) => line.split(' ')[0])).toEqual(['netsh', 'netsh']);
    expect(plan.risk).toBe('disruptive');
  });

  it.each<readonly [string, Partial<Evidence>]>([
    [
      'that this session cannot open',
      { acls: have(new Map([[FRONT_FILE.toLowerCase(), 'D:PAI(A;;FA;;;S-1-5-21-9-9-9-1234)(A;;FR;;;SY)']])) },
    ],
    ['of hardware', { storeMy: have([{ ...OWN, key: { ...OWN.key, provider: 'HSM' } }, SHOP]) }],
    ['whose files were not read', { keyFiles: lack() }],
    ['for signatures only', { storeMy: have([{ ...OWN, key: { ...OWN.key, keySpec: 2 } }, SHOP]) }],
  ])('no binding again for a key %s: a site that is served must not lose its record', (_what, changes) => {
    const given = sent(ALONE, {
      storeCa: have([]),
      storeRoot: have([stored(root, 'ROOT'), stored(issuing, 'ROOT')]),
      ...changes,
    });
    const plan = planned(planOf(given));
    expect(shownOf(plan)).toHaveLength(2);
    expect(plan.effects[0]).toBe(
      'Not every binding is run again: clients get the new chain after the next restart of the server.',
    );
    const already = sent(ALONE, changes);
    expect(planOf(already)).toMatchObject({
      blocked: true,
      why: expect.stringContaining('after the next restart of the server'),
    });
  });

  const old = authority('Issuing', 1, root, PAST);
  const EXPIRED = sending(own, old);

  it('to take an expired one out of CA, where another of its name and key is valid', () => {
    const given = sent(EXPIRED, { storeCa: have([stored(old, 'CA'), stored(issuing, 'CA')]) });
    const plan = planned(planOf(given));
    expect(shownOf(plan).slice(0, 2)).toEqual(['keep-store-entry', `certutil -delstore CA ${thumbprintOf(old)}`]);
    expect(plan.steps[1]).toMatchObject({
      undo: { do: { kind: 'restore-store-entry', store: 'CA' }, holds: { kind: 'entry-is', store: 'CA' } },
      holds: { kind: 'store-lacks', store: 'CA' },
    });
    expect(plan.risk).toBe('safe');
  });

  it('so too where its name and key are those of a root: a cross-signature that has expired', () => {
    const cross = authority('Root', 0, authority('Older Root', 3), PAST);
    const given = sent(sending(own, issuing, cross), { storeCa: have([stored(issuing, 'CA'), stored(cross, 'CA')]) });
    expect(shownOf(planned(planOf(given)))[1]).toBe(`certutil -delstore CA ${thumbprintOf(cross)}`);
    // A root that lies among other certificates is no root to anybody.
    const astray = { storeRoot: have([]), storeMy: have([OWN, SHOP, stored(root, 'MY')]) };
    expect(planOf({ ...given, ...astray })).toMatchObject({
      blocked: true,
      why: expect.stringMatching(/^no newer certificate of CN=Root is here: /),
    });
    // Nothing is taken out of a store that was not read.
    expect(planOf({ ...given, storeCa: lack() })).toEqual({
      blocked: true,
      why: 'CN=Root was not found in the stores that were read',
      who: 'an administrator',
    });
  });

  it.each<readonly [string, Partial<Evidence>, object]>([
    [
      'no newer one is here',
      { storeCa: have([stored(old, 'CA')]) },
      {
        why: 'no newer certificate of CN=Issuing is here: ask whoever issued it for it, and import it into LocalMachine\\CA (Intermediate Certification Authorities)',
      },
    ],
    [
      'the newer one has another key',
      { storeCa: have([stored(old, 'CA'), stored(authority('Issuing', 3, root), 'CA')]) },
      { why: expect.stringMatching(/^no newer certificate/) },
    ],
    [
      'the newer one lies where no chain is made of it',
      { storeCa: have([stored(old, 'CA')]), storeMy: have([OWN, SHOP, stored(issuing, 'MY')]) },
      { why: expect.stringMatching(/^no newer certificate/) },
    ],
    [
      'the newer one lies among the roots, and is none',
      { storeCa: have([stored(old, 'CA')]), storeRoot: have([stored(root, 'ROOT'), stored(issuing, 'ROOT')]) },
      { why: expect.stringMatching(/^no newer certificate/) },
    ],
    [
      "it lies in SYSTEM's own store",
      { storeSystemCa: have([stored(old, 'CA')]) },
      {
        why: "CN=Issuing is in SYSTEM's own store, which this program does not change",
        command: `reg.exe delete HKU\\S-1-5-18\\Software\\Microsoft\\SystemCertificates\\CA\\Certificates\\${thumbprintOf(old)}`,
      },
    ],
    ['it lies in no store that was read', {}, { why: 'CN=Issuing was not found in the stores that were read' }],
    [
      "SYSTEM's own store was not read",
      { storeSystemCa: lack() },
      { why: 'CN=Issuing was not found in the stores that were read' },
    ],
  ])('nothing where %s', (_what, changes, blocked) => {
    expect(planOf(sent(EXPIRED, changes))).toMatchObject({ blocked: true, who: 'an administrator', ...blocked });
  });

  it('nothing for what Windows distrusts', () => {
    const given = sent(sending(own, issuing), { storeDisallowed: have([stored(issuing, 'Disallowed')]) });
    expect(planOf(given)).toEqual({
      blocked: true,
      why: 'have the certificate issued again, through another authority than CN=Issuing',
      who: 'an administrator',
    });
  });
});

const on = (disk: MemoryDisk) => [disk, byWord(machineOn(disk), disk)] as const;
const inCa = (disk: MemoryDisk) => readStore(openLab(disk), 'CA')!.map(({ thumbprint }) => thumbprint);

/** Healed now, or at the next restart, and taken back byte for byte. */
async function healed(disk: MemoryDisk, answer: string): Promise<void> {
  const before = stateOf(disk);
  const { report } = await fixLab(...on(disk));
  const isKept = answer === 'kept-until-the-reboot';
  expect(report.plans.map(({ verdict }) => verdict)).toEqual([isKept ? 'still-broken' : 'healed']);
  const later = disk.clone();
  reboot(later);
  expect((await diagnoseLab(machineOn(later))).verdict).toBe('healthy');
  const { steps } = await undoLatest(disk);
  expect(steps.every(({ outcome }) => outcome === 'undone' || outcome === 'already-so')).toBe(true);
  expect(stateOf(disk)).toEqual(before);
}

describe('on a lab', () => {
  it('with its fault is found, healed, and proved by what a client is sent', async () => {
    const disk = labDisk({ faults: ['broken-chain'] });
    const machine = machineOn(disk);
    const { before, report } = await fixLab(disk, machine);
    expect(ids(before)).toEqual(['broken-chain:chain-incomplete:CN=Lab Issuing']);
    expect(report.outcome).toBe('healed');
    const after = await diagnoseLab(machine);
    expect(after.verdict).toBe('healthy');
    const [front] = after.chains;
    const answer = front?.greeted[0]?.got;
    expect(answer?.known && answer.value.outcome === 'certificate' && answer.value.sent?.length).toBe(2);
  });

  describe.each(UNKNOWNS['sent-chain'].answers)('where chains are %s', (answer) => {
    const unknowns = { 'sent-chain': answer };
    it('an intermediate among the roots is added to CA', async () => {
      await healed(labDisk({ faults: ['broken-chain'], unknowns }), answer);
    });

    it('an expired one that has a successor is taken out of CA', async () => {
      const disk = expiredChain(unknowns);
      expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([`broken-chain:chain-expired:${thumbprintOf(EXPIRED)}`]);
      await healed(disk, answer);
    });

    it('what was done, and is not sent yet, is only bound again, where somebody says so', async () => {
      const disk = labDisk({ faults: ['broken-chain'], unknowns });
      const server = openLab(disk);
      const [intermediate] = readStore(server, 'Root')!;
      putEntry(server, 'CA', intermediate!);
      server.save();
      const found = (await diagnoseLab(machineOn(disk))).findings;
      if (answer === 'made-at-once') return void expect(found).toEqual([]);
      const { report } = await fixLab(...on(disk), { yes: 'disruptive' });
      expect(report.plans.map(({ plan: { steps }, verdict }) => [steps.length, verdict])).toEqual([
        [2, answer === 'kept-until-the-reboot' ? 'still-broken' : 'healed'],
      ]);
    });
  });

  it('what is no root is taken from the roots by whoever says yes, and comes back', async () => {
    const disk = strangeRoot();
    const before = stateOf(disk);
    expect((await fixLab(...on(disk))).report.plans.map(({ verdict }) => verdict)).toEqual(['nothing-done']);
    const { report } = await fixLab(...on(disk), { yes: 'disruptive' });
    expect(report.outcome).toBe('healed');
    expect(readStore(openLab(disk), 'Root')!.map(({ thumbprint }) => thumbprint)).not.toContain(thumbprintOf(ISSUING));
    await undoLatest(disk);
    expect(stateOf(disk)).toEqual(before);
  });

  it("an expired one in SYSTEM's own store is named, and left there", async () => {
    const disk = chainLab((server) => {
      put(server, 'CA', ISSUING);
      const entry = entryFrom(EXPIRED.der);
      server.registry.setValue(`${SYSTEMS_CA}\\${entry.thumbprint}`, 'Blob', binaryValue(encodeEntry(entry)));
    });
    const before = stateOf(disk);
    const { report, before: seen } = await fixLab(...on(disk), { yes: 'disruptive' });
    expect(ids(seen)).toEqual([`broken-chain:chain-expired:${thumbprintOf(EXPIRED)}`]);
    expect(report.blocked.map(({ blocked }) => blocked.command)).toEqual([
      expect.stringMatching(/^reg\.exe delete HKU/),
    ]);
    expect(stateOf(disk)).toEqual(before);
  });

  it.each([
    ['-addstore', () => labDisk({ faults: ['broken-chain'] })],
    ['-delstore', () => expiredChain()],
  ])('where certutil %s says that it has done it, and has not, ends as before', async (verb, start) => {
    const disk = start();
    const [before, authorities] = [stateOf(disk), inCa(disk)];
    tell(disk, failure('certutil', verb, 'nothing'));
    const { report } = await fixLab(...on(disk));
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['rolled-back']);
    expect(stateOf(disk)).toEqual(before);
    expect(inCa(disk)).toEqual(authorities);
    expect([...disk.files().keys()].filter((path) => path.endsWith('.cer'))).toEqual([]);
  });

  it('whose key this session cannot open keeps its record, and is served with the new chain after the restart', async () => {
    const disk = labDisk({ faults: ['broken-chain'], unknowns: { 'sent-chain': 'kept-with-the-binding' } });
    const server = openLab(disk);
    const folder = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';
    setKeySddl(server, `${folder}\\${disk.list(folder)!.files[0]}`, 'O:BAG:SYD:PAI(A;;FA;;;SY)');
    const records = readRecords(server);
    const { report } = await fixLab(...on(disk));
    expect(report.plans.map(({ verdict, plan: { steps } }) => [verdict, steps.length])).toEqual([['still-broken', 2]]);
    expect(readRecords(openLab(disk))).toEqual(records);
    reboot(disk);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });
});
