import { describe, expect, it } from 'vitest';
import { closedKey as playbook } from '../../playbooks/closed-key.ts';
import { joinChains } from '../../src/chain/join.ts';
import { readStore } from '../../src/lab/certificates/store.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { keySddl, setKeySddl } from '../../src/lab/permissions/acls.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import { asked } from '../support/asked.ts';
import { byWord } from '../support/by-word.ts';
import {
  CLOSED_SDDL,
  evidence,
  FRONT,
  FRONT_FILE,
  FRONT_KEY,
  FRONT_RECORD,
  handshake,
  have,
  lack,
  met,
  planned,
  SHOP,
  SHOP_FILE,
  SHOP_KEY,
  serves,
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

const closedKey = asked(playbook);

const USER = 'S-1-5-21-9-9-9-1234';
const FOLDER = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';
const noTls = handshake({ outcome: 'no-tls', detail: 'reset' });

/** Front's key file with this list, and its visitors turned away. */
const listed = (sddl: string, changes: Partial<Evidence> = {}) =>
  evidence({
    acls: have(new Map([[FRONT_FILE.toLowerCase(), sddl]])),
    handshakes: met([
      [FRONT_KEY, noTls],
      [SHOP_KEY, serves(SHOP.thumbprint)],
    ]),
    ...changes,
  });

/** The same of a list that is handed down whole, in a folder with this list. */
const inheriting = (folder: string) =>
  listed('', {
    acls: have(
      new Map([
        [FRONT_FILE.toLowerCase(), 'D:AI(D;ID;FA;;;SY)(A;ID;FA;;;BA)'],
        ...(folder === '' ? [] : ([[FOLDER.toLowerCase(), folder]] as const)),
      ]),
    ),
  });

const withFolder = (sddl: string) =>
  evidence({
    acls: have(
      new Map([
        [FOLDER.toLowerCase(), sddl],
        [FRONT_FILE.toLowerCase(), 'D:PAI(A;;FA;;;SY)'],
        [SHOP_FILE.toLowerCase(), 'D:PAI(A;;FA;;;SY)'],
      ]),
      'acls of the folder',
    ),
  });

describe('closed-key finds nothing', () => {
  it.each<readonly [string, string]>([
    ['where SYSTEM and the Administrators have it: what Windows gives', 'O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)'],
    ['where only the Administrators have it, whom SYSTEM belongs to', 'D:PAI(A;;FA;;;BA)'],
    ['where everybody may read', 'D:PAI(A;;FR;;;WD)'],
    ['beside an account that is left over from another domain', `D:PAI(A;;FA;;;${USER})(A;;FR;;;SY)`],
    ["where a refusal is somebody else's", `D:PAI(D;;FA;;;${USER})(A;;FA;;;SY)`],
    ['where SYSTEM is refused to delete it', 'D:PAI(D;;SD;;;SY)(A;;FA;;;SY)'],
    ['where it depends on a condition: nobody here can judge that', 'D:PAI(XA;;FA;;;SY;(@User.Title=="x"))'],
    ['where the permissions were cut', 'D:PAI(A;;FA;;;S'],
  ])('%s', (_what, sddl) => {
    expect(closedKey.detect(listed(sddl))).toEqual([]);
  });

  it.each<readonly [string, Evidence]>([
    ['on a healthy server', evidence()],
    ['where no permissions were read', listed('', { acls: lack() })],
    ['of a file whose permissions were not read', listed('', { acls: have(new Map()) })],
    [
      'of a certificate that no binding uses',
      listed(CLOSED_SDDL, { records: have([{ ...FRONT_RECORD, thumbprint: '' }]) }),
    ],
    [
      'of a key in hardware',
      listed(CLOSED_SDDL, { storeMy: have([{ ...FRONT, key: { ...FRONT.key!, provider: 'HSM' } }, SHOP]) }),
    ],
  ])('%s', (_what, given) => {
    expect(closedKey.detect(given)).toEqual([]);
  });

  it.each([
    ['as Windows makes it', 'D:P(A;;0x12019f;;;WD)(A;;FA;;;BA)'],
    ['hardened: for SYSTEM and the Administrators alone', 'D:P(A;;FA;;;SY)(A;;FA;;;BA)'],
    ['hardened: for the Administrators alone', 'D:P(A;;FA;;;BA)'],
    ['with a refusal for others', `D:P(D;;FA;;;${USER})(A;;0x12019f;;;WD)(A;;FA;;;BA)`],
    ['that could not be read', 'D:P(A;;F'],
  ])('of the folder %s', (_what, sddl) => {
    expect(closedKey.detect(withFolder(sddl))).toEqual([]);
  });
});

describe('closed-key finds', () => {
  it.each([
    ['SYSTEM refused', CLOSED_SDDL],
    ['one account alone let in', `D:PAI(A;;FA;;;${USER})`],
    ['nobody let in', 'D:PAI'],
    ['SYSTEM let write, and not read', 'D:PAI(A;;FW;;;SY)'],
  ])('%s, with the file', (_what, sddl) => {
    const found = closedKey.detect(listed(sddl));
    expect(found).toMatchObject([
      {
        id: `closed-key:${FRONT.thumbprint}`,
        severity: 'broken',
        message: 'SYSTEM may not read the private key of front.example.test (1B78EB3B): HTTPS of Front is down.',
        endpoints: [FRONT_KEY],
      },
    ]);
    expect(found[0]?.facts.at(-1)).toMatchObject({ name: 'keyFile', value: FRONT_FILE });
  });

  it('a warning while http.sys still serves with it', () => {
    const given = listed(CLOSED_SDDL, { handshakes: met([[FRONT_KEY, serves(FRONT.thumbprint)]]) });
    expect(closedKey.detect(given).map(({ severity }) => severity)).toEqual(['warning']);
  });

  it.each([
    ['SYSTEM', 'D:P(D;;FA;;;SY)(A;;FA;;;BA)', ['SYSTEM']],
    ['the Administrators, and with them SYSTEM', 'D:P(D;;FA;;;BA)(A;;FA;;;WD)', ['SYSTEM', 'Administrators']],
    ['everybody but one account', `D:P(A;;FA;;;${USER})`, ['SYSTEM', 'Administrators']],
    ['all who would make a key in it', 'D:P(A;;FR;;;WD)', ['SYSTEM', 'Administrators']],
  ])('a folder that keeps out %s, and reports it', (_what, sddl, who) => {
    const given = withFolder(sddl);
    const [finding, ...others] = closedKey.detect(given);
    expect(others).toEqual([]);
    const source = 'acls of the folder';
    expect(finding).toEqual({
      playbook: 'closed-key',
      id: `closed-key:key-folder-closed:${FOLDER}`,
      subject: `the key folder ${FOLDER}`,
      severity: 'warning',
      message: `${who.join(' and ')} cannot make keys in ${FOLDER}: the private key of the next certificate cannot be stored there.`,
      facts: [
        { name: 'code', value: 'key-folder-closed', source },
        { name: 'folder', value: FOLDER, source },
        { name: 'keepsOut', value: who.join(', '), source },
      ],
      endpoints: [],
    });
    expect(closedKey.plan(finding!, given)).toEqual({
      blocked: true,
      why: 'this program never changes the permissions of a key folder; Windows gives Administrators full control, and Everyone read and write, on this folder only (KB 278381)',
      who: 'an administrator, who knows why it was closed',
      command: `icacls "${FOLDER}"`,
    });
  });

  it('a condition as what it is: not checked', () => {
    const given = listed('D:PAI(XD;;FA;;;SY;(@User.Title=="x"))(A;;FA;;;SY)');
    expect(joinChains(given)[0]?.links[4]).toMatchObject({
      state: 'unknown',
      message: expect.stringContaining('a condition that only Windows can judge'),
    });
  });
});

const planOf = (given: Evidence) => closedKey.plan(closedKey.detect(given)[0]!, given);
const shown = (given: Evidence) =>
  planned(planOf(given)).steps.flatMap(({ do: action }) =>
    action.kind === 'run'
      ? [...(action.first ? [action.first] : []), action.command].map(({ program, args }) =>
          [program, ...args].join(' '),
        )
      : [action.kind],
  );
const KEPT = /^C:\\ProgramData\\iis-ssl-heal\\backups\\[0-9a-f]{32}_[0-9a-f-]{36}\.[0-9a-f]{12}\.acl$/;

describe('closed-key plans', () => {
  it('safely, where an administrator may change the list', () => {
    const given = listed(CLOSED_SDDL);
    const plan = planned(planOf(given));
    const kept = shown(given)[0]!.split(' /save ')[1]!;
    expect(kept).toMatch(KEPT);
    expect(shown(given).slice(0, 3)).toEqual([
      `icacls ${FRONT_FILE} /save ${kept}`,
      `icacls ${FRONT_FILE} /remove:d *S-1-5-18`,
      `icacls ${FRONT_FILE} /grant *S-1-5-18:F`,
    ]);
    expect(
      shown(given)
        .slice(3)
        .map((line) => line.split(' ').slice(0, 3).join(' ')),
    ).toEqual(['netsh http delete', 'netsh http add']);
    expect(plan).toMatchObject({ title: 'Let SYSTEM read the key file', risk: 'safe' });
    expect(plan.steps[1]).toMatchObject({
      holds: { kind: 'system-may-read', path: FRONT_FILE, sddl: CLOSED_SDDL },
      undo: {
        do: { kind: 'run', command: { program: 'icacls', args: [FOLDER, '/restore', kept] } },
        holds: { kind: 'acl-is', path: FRONT_FILE, sddl: CLOSED_SDDL },
      },
    });
    expect(plan.steps[1]?.holds).not.toHaveProperty('midway');
    expect(Object.keys(plan.before).map((key) => JSON.parse(key).kind)).toEqual(['entry', 'acl', 'record']);
    const all = JSON.stringify(plan);
    for (const never of ['S-1-1-0', 'Everyone', '"/t"', '/T', '/reset', 'takeown', 'IIS_IUSRS'])
      expect(all).not.toContain(never);
  });

  it('takes nothing away where nothing refuses SYSTEM', () => {
    expect(shown(listed('D:PAI(A;;FW;;;SY)(A;;0x60000;;;BA)')).join('\n')).not.toContain('/remove');
  });

  it("disruptively, with the file taken over only where icacls is refused, where the list is the owner's to change", () => {
    const given = listed(`D:PAI(A;;FA;;;${USER})`);
    const plan = planned(planOf(given));
    expect(shown(given).slice(1, 4)).toEqual([
      `icacls ${FRONT_FILE} /grant *S-1-5-18:F`,
      `takeown /F ${FRONT_FILE} /A`,
      `icacls ${FRONT_FILE} /grant *S-1-5-18:F`,
    ]);
    expect(plan.risk).toBe('disruptive');
    expect(plan.effects[0]).toContain(
      'If only the owner of the file can change its permissions, the Administrators become its owner, and stay it after an undo.',
    );
    const [, first, take, again] = plan.steps;
    const open = { kind: 'system-may-read', path: FRONT_FILE, sddl: `D:PAI(A;;FA;;;${USER})` };
    expect(first?.holds).toEqual({ ...open, midway: true });
    for (const step of [take, again]) expect(step?.unless).toEqual(open);
    // netsh would not bind a key that this session cannot open, and the record would be gone.
    expect(shown(given)).toHaveLength(4);
    expect(plan.effects[1]).toMatch(/^This session cannot open the key, so the binding is not run again/);
    expect(plan.endpoints).toEqual([FRONT_RECORD.endpoint]);
  });

  it('so too in a session of SYSTEM, which the list refuses that very thing', () => {
    const identity = have({ sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true });
    expect(planned(planOf(listed(CLOSED_SDDL, { identity }))).risk).toBe('disruptive');
    expect(planned(planOf(listed('D:PAI(A;;0x40000;;;BA)', { identity }))).risk).toBe('safe');
  });

  it.each<readonly [string, string]>([
    ['a group', 'D:PAI(D;;FR;;;AU)(A;;FA;;;BA)'],
    ['everybody', 'D:PAI(D;;FR;;;WD)(A;;FA;;;SY)'],
  ])("nothing where %s is refused: that is somebody else's to undo", (_what, sddl) => {
    expect(planOf(listed(sddl))).toEqual({
      blocked: true,
      why: `the permissions of ${FRONT_FILE} refuse SYSTEM through a group or a condition: whoever made that entry must remove it`,
      who: 'an administrator, who knows why it is there',
      command: `icacls "${FRONT_FILE}"`,
    });
  });

  it('over a refusal that the folder hands down: what the file has itself comes first', () => {
    expect(shown(inheriting('D:P(D;OIIO;FA;;;SY)(A;OICI;FA;;;BA)'))[1]).toBe(`icacls ${FRONT_FILE} /grant *S-1-5-18:F`);
  });

  it.each([
    ['hands down nothing', 'D:P(A;;0x12019f;;;WD)(A;;FA;;;BA)'],
    ['hands down something else', 'D:P(D;OIIO;FA;;;SY)(A;OICI;FR;;;BA)'],
    ['hands down more', 'D:P(D;OIIO;FA;;;SY)(A;OICI;FA;;;BA)(A;OI;FR;;;BU)'],
    ['hands it down to folders alone', 'D:P(D;CIIO;FA;;;SY)(A;CI;FA;;;BA)'],
    ['is not known', ''],
  ])('A28: nothing where the folder of a file that inherits %s: Windows may drop what it inherits', (_what, folder) => {
    expect(planOf(inheriting(folder))).toEqual({
      blocked: true,
      why: `${FRONT_FILE} was moved here and has inherited permissions of another folder: Windows may drop them when SYSTEM is given access`,
      who: 'an administrator, who knows who needs the key',
      command: `icacls "${FRONT_FILE}"`,
    });
  });

  it('nothing for the record of another product', () => {
    const records = have([{ ...FRONT_RECORD, appId: '{5d89a20c-beab-4389-9447-324788eb944a}' }]);
    expect(planOf(listed(CLOSED_SDDL, { records }))).toMatchObject({ who: 'AD FS or Web Application Proxy' });
  });
});

const keyFileOf = (disk: MemoryDisk) => `${FOLDER}\\${disk.list(FOLDER)!.files[0]}`;

/** A lab whose first key file has this list. */
function labWith(sddl: string): MemoryDisk {
  const disk = labDisk();
  const server = openLab(disk);
  setKeySddl(server, keyFileOf(disk), sddl);
  server.save();
  return disk;
}

const sddlOf = (disk: MemoryDisk) => keySddl(openLab(disk), keyFileOf(disk));
const on = (disk: MemoryDisk) => [disk, byWord(machineOn(disk), disk)] as const;

describe('on a lab', () => {
  it('with its fault is found, healed, proved by a handshake, and undone to the letter', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    const [before, list] = [stateOf(disk), sddlOf(disk)];
    const machine = machineOn(disk);
    const { before: seen, report } = await fixLab(disk, machine);
    expect(ids(seen)).toEqual([expect.stringMatching(/^closed-key:[0-9A-F]{40}$/)]);
    expect(report.outcome).toBe('healed');
    expect((await diagnoseLab(machine)).verdict).toBe('healthy');
    expect(sddlOf(disk)).toBe('O:BAG:SYD:PAI(A;;FA;;;BA)(A;;FA;;;SY)');
    const { steps } = await undoLatest(disk);
    expect(steps.every(({ outcome }) => outcome === 'undone' || outcome === 'already-so')).toBe(true);
    expect(sddlOf(disk)).toBe(list);
    expect(stateOf(disk)).toEqual(before);
  });

  const OTHERS = `O:${USER}G:SYD:PAI(A;;FA;;;${USER})`;

  it('whose owner alone may change the list is healed by a yes to that, and the list comes back', async () => {
    const disk = labWith(OTHERS);
    expect((await fixLab(...on(disk))).report.plans.map(({ verdict }) => verdict)).toEqual(['nothing-done']);
    const { report } = await fixLab(...on(disk), { yes: 'disruptive' });
    expect(report.outcome).toBe('healed');
    expect(sddlOf(disk)).toBe(`O:BAG:SYD:PAI(A;;FA;;;${USER})(A;;FA;;;SY)`);
    await undoLatest(disk);
    expect(sddlOf(disk)).toBe(`O:BAG:SYD:PAI(A;;FA;;;${USER})`);
  });

  it('that the Administrators own is not taken over: the owner may always change the list', async () => {
    const disk = labWith(`O:BAG:SYD:PAI(A;;FA;;;${USER})`);
    const { report } = await fixLab(...on(disk), { yes: 'disruptive' });
    expect(report.outcome).toBe('healed');
    expect(report.plans[0]?.steps.map(({ outcome }) => outcome).slice(1, 4)).toEqual([
      'done',
      'already-so',
      'already-so',
    ]);
  });

  it.each([
    ['icacls', '/grant', 'O:BAG:SYD:PAI(A;;FW;;;SY)(A;;0x60000;;;BA)'],
    ['takeown', '/F', OTHERS],
  ])('where %s says that it has done it, and has not, ends as before', async (program, argument, sddl) => {
    const disk = labWith(sddl);
    const before = stateOf(disk);
    tell(disk, failure(program, argument, 'nothing'), failure('icacls', '/grant', 'nothing', 2));
    const { report } = await fixLab(...on(disk), { yes: 'disruptive' });
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['rolled-back']);
    expect(sddlOf(disk)).toBe(sddl);
    expect(stateOf(disk)).toEqual(before);
  });

  it('is left alone where somebody has changed the list since the plan was made', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    const other = 'O:BAG:SYD:PAI(D;;FR;;;SY)(A;;FA;;;BA)';
    const meanwhile = () => {
      const server = openLab(disk);
      setKeySddl(server, keyFileOf(disk), other);
      server.save();
    };
    const { report } = await fixLab(...on(disk), { meanwhile });
    expect(report.plans.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['stale', `who may do what with ${keyFileOf(disk)} has changed`],
    ]);
    expect(sddlOf(disk)).toBe(other);
  });

  it('is healed by SYSTEM too', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    const { report } = await fixLab(disk, byWord(machineOn(disk, 'system'), disk), { yes: 'disruptive' });
    expect(report.outcome).toBe('healed');
  });

  it('refuses an undo of a list that somebody has changed since', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    await fixLab(...on(disk));
    const server = openLab(disk);
    setKeySddl(server, keyFileOf(disk), `O:BAG:SYD:PAI(A;;FA;;;BA)(A;;FA;;;SY)(A;;FR;;;${USER})`);
    server.save();
    const { steps } = await undoLatest(disk);
    expect(steps.at(-1)).toMatchObject({
      outcome: 'refused',
      detail: `somebody has changed it since the run: ${keyFileOf(disk)} has other permissions now`,
    });
    expect(readStore(server, 'MY')).toHaveLength(2);
  });
});
