import { describe, expect, it } from 'vitest';
import { readStore } from '../../src/lab/certificates/store.ts';
import { deleteRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { planningHere } from '../../src/model/repair/planning.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import { served } from '../support/new-lab.ts';
import {
  configBytes,
  diagnoseLab,
  fixLab,
  ids,
  journalText,
  labDisk,
  machineOn,
  ourFiles,
  reboot,
  restart,
  stateOf,
} from '../support/run-lab.ts';

const SHOP = 'shop.example.test';
const FRONT = '0.0.0.0:443';

const on = (disk: ReturnType<typeof labDisk>) => [disk, machineOn(disk)] as const;

const recordOf = (disk: ReturnType<typeof labDisk>, table: 'ip' | 'sni', endpoint: string) =>
  readRecord(openLab(disk), table, endpoint);

describe('a healthy lab', () => {
  it('is healthy, with nothing found and nothing left unchecked', async () => {
    const machine = machineOn(labDisk());
    const diagnosis = await diagnoseLab(machine);
    expect(diagnosis.verdict).toBe('healthy');
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.notChecked).toEqual([]);
    expect(diagnosis.chains.map((chain) => chain.links.map((link) => link.state))).toEqual([
      ['ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
      ['ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
    ]);
  });

  it('is looked at without a byte being written', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'stale-hash', 'lost-binding'] });
    const before = new Map(disk.files());
    const diagnosis = await diagnoseLab(machineOn(disk));
    expect(diagnosis.verdict).toBe('faulty');
    for (const { plan } of diagnosis.found) plan(planningHere(diagnosis.evidence));
    expect(new Map(disk.files())).toEqual(before);
  });
});

describe('stranded-key', () => {
  it.each(['before', 'after'] as const)('is found and healed %s the reboot', async (when) => {
    const disk = labDisk({ faults: ['stranded-key'] });
    if (when === 'after') reboot(disk);
    const machine = machineOn(disk);
    const record = recordOf(disk, 'ip', FRONT)!;
    const shopRecord = recordOf(disk, 'sni', `${SHOP}:443`)!;
    const { before, report } = await fixLab(disk, machine);
    expect(ids(before)).toEqual([`stranded-key:${record.thumbprint}`]);
    expect(before.findings[0]?.severity).toBe(when === 'after' ? 'broken' : 'warning');
    expect(report.outcome).toBe('healed');
    expect(report.plans.map((plan) => [plan.verdict, plan.steps.map((step) => step.outcome)])).toEqual([
      ['healed', Array(8).fill('done')],
    ]);
    expect(recordOf(disk, 'ip', FRONT)).toEqual(record);
    expect(recordOf(disk, 'sni', `${SHOP}:443`)).toEqual(shopRecord);
    for (const act of [() => {}, () => reboot(disk), () => restart(disk)]) {
      act();
      expect(await served(openLab(disk))).toBe(record.thumbprint);
      expect(await served(openLab(disk), SHOP)).toBe(shopRecord.thumbprint);
    }
    // The store entry as it was stays, to be put back from: it holds no key.
    expect(ourFiles(disk).filter((path) => !path.startsWith('runs\\'))).toEqual([
      expect.stringMatching(new RegExp(`^backups.${record.thumbprint}\\.[0-9a-f]{12}\\.reg$`)),
    ]);
    const entry = readStore(openLab(disk), 'MY')!.find((each) => each.thumbprint === record.thumbprint)!;
    expect(entry.key).toMatchObject({ type: 12, keySpec: 1 });
    expect((entry.key!.flags & 0x20) !== 0).toBe(true);
    const again = await diagnoseLab(machine);
    expect(again.verdict).toBe('healthy');
    expect(again.findings).toEqual([]);
  });

  it.each(['system', 'other-admin'] as const)(
    'cannot be healed by %s, who is told whose session it takes',
    async (as) => {
      const disk = labDisk({ faults: ['stranded-key'] });
      const before = new Map(disk.files());
      const machine = machineOn(disk, as);
      const { report, repairs } = await fixLabDry(disk, machine);
      expect(repairs.plans).toEqual([]);
      expect(repairs.blocked).toHaveLength(1);
      const { facts } = openLab(disk);
      expect(repairs.blocked[0]?.blocked).toMatchObject({
        who: `olga (${facts.owner.sid})`,
        command: 'iis-ssl-heal fix --only stranded-key',
      });
      expect(report).toBeUndefined();
      expect(new Map(disk.files())).toEqual(before);
    },
  );

  it('is relieved by a re-bind of the owner, which ends with the fault still found', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    reboot(disk);
    const record = recordOf(disk, 'ip', FRONT)!;
    expect(await served(openLab(disk))).toBe('no-tls');
    const { report } = await fixLab(disk, machineOn(disk), { choices: { way: 're-bind' } });
    expect(await served(openLab(disk))).toBe(record.thumbprint);
    expect(recordOf(disk, 'ip', FRONT)).toEqual(record);
    expect(report.plans.map((plan) => plan.verdict)).toEqual(['still-broken']);
    expect(report.plans[0]?.detail).toContain('HTTPS of Default Web Site still works and will stop at the next reboot');
    expect(report.outcome).toBe('faults-remain');
    reboot(disk);
    expect(await served(openLab(disk))).toBe('no-tls');
  });
});

async function fixLabDry(disk: ReturnType<typeof labDisk>, machine: ReturnType<typeof machineOn>) {
  const before = await diagnoseLab(machine);
  const repairs = makePlans(before.found, planningHere(before.evidence));
  const report = repairs.plans.length > 0 ? (await fixLab(disk, machine)).report : undefined;
  return { repairs, report };
}

describe('stale-hash', () => {
  it('is found before the restart and healed without another byte changed', async () => {
    const healthy = configBytes(labDisk());
    const disk = labDisk({ faults: ['stale-hash'] });
    const { before, report } = await fixLab(disk, machineOn(disk));
    expect(ids(before)).toEqual(['stale-hash:LM/W3SVC/1']);
    expect(report.outcome).toBe('healed');
    expect(report.plans.map((plan) => [plan.verdict, plan.steps.map((step) => step.outcome)])).toEqual([
      ['healed', ['done', 'done', 'done']],
    ]);
    expect(configBytes(disk)).toBe(healthy);
    const record = recordOf(disk, 'ip', FRONT)!;
    restart(disk);
    expect(await served(openLab(disk))).toBe(record.thumbprint);
    expect((await diagnoseLab(machineOn(disk))).findings).toEqual([]);
  });

  it('leaves a verified copy and a named backup of the file as it was', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const was = configBytes(disk);
    await fixLab(disk, machineOn(disk));
    const copies = [...disk.files()].filter(([path]) => /applicationHost[^\\]*\.config$/.test(path));
    const same = copies.filter(([, bytes]) => bytes.toString('latin1') === was).map(([path]) => path);
    expect(same).toHaveLength(2);
    expect(same.some((path) => path.startsWith('C:\\ProgramData\\iis-ssl-heal\\backups\\'))).toBe(true);
    expect(same.some((path) => path.startsWith('C:\\Windows\\System32\\inetsrv\\backup\\iis-ssl-heal-'))).toBe(true);
  });

  it('is healed after the restart too, the file and the record', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const { thumbprint } = recordOf(disk, 'ip', FRONT)!;
    restart(disk);
    expect(await served(openLab(disk))).not.toBe(thumbprint);
    const { before, report } = await fixLab(disk, machineOn(disk));
    expect(ids(before)).toEqual(['stale-hash:LM/W3SVC/1', 'lost-binding:0.0.0.0:443']);
    expect(report.outcome).toBe('healed');
    // The binding has no host name: without a memory it is healed unattended only for a reason.
    expect(report.plans.map(({ plan }) => plan.effects[0])).toContainEqual(
      expect.stringContaining('it is the only usable certificate left, and made out to this computer (LABSRV).'),
    );
    for (const act of [() => {}, () => restart(disk), () => reboot(disk)]) {
      act();
      expect(await served(openLab(disk))).toBe(thumbprint);
    }
  });

  it('is corrected where one valid hash is certain', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const { thumbprint } = recordOf(disk, 'ip', FRONT)!;
    const { report } = await fixLab(disk, machineOn(disk), { choices: { correct: true } });
    expect(report.outcome).toBe('healed');
    expect(configBytes(disk)).toContain(`value="${Buffer.from(thumbprint, 'hex').toString('base64')}"`);
    restart(disk);
    expect(await served(openLab(disk))).toBe(thumbprint);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });
});

describe('lost-binding', () => {
  it('is healed with the only certificate that fits the host name', async () => {
    const healthy = labDisk();
    const disk = labDisk({ faults: ['lost-binding'] });
    expect(recordOf(disk, 'sni', `${SHOP}:443`)).toBeUndefined();
    const { before, report } = await fixLab(disk, machineOn(disk));
    expect(ids(before)).toEqual([`lost-binding:${SHOP}:443`]);
    expect(report.outcome).toBe('healed');
    const mended = recordOf(disk, 'sni', `${SHOP}:443`)!;
    expect({ ...mended, thumbprint: '' }).toEqual({ ...recordOf(healthy, 'sni', `${SHOP}:443`), thumbprint: '' });
    expect(await served(openLab(disk), SHOP)).toBe(mended.thumbprint);
  });
});

/** A lab of one site with one https binding. */
const labWith = (information: string, sslFlags: number, faults: readonly string[] = []) =>
  labDisk({
    faults,
    config: Buffer.from(
      `<configuration><system.applicationHost><sites><site name="Rad" id="1"><bindings><binding protocol="https" bindingInformation="${information}" sslFlags="${sslFlags}" /></bindings></site></sites></system.applicationHost></configuration>`,
    ),
  });

describe('a host name outside ASCII', () => {
  it('is healthy, and healed of each fault', async () => {
    expect((await diagnoseLab(machineOn(labWith('*:443:www.bücher.example', 1)))).verdict).toBe('healthy');
    for (const fault of ['stranded-key', 'lost-binding']) {
      const { before, report } = await fixLab(...on(labWith('*:443:www.bücher.example', 1, [fault])));
      expect(before.findings).toHaveLength(1);
      expect(report.outcome).toBe('healed');
    }
  });
});

describe('the record of the central certificate store', () => {
  it('is added again without a certificate', async () => {
    const disk = labWith('*:443:a.example.test', 3);
    const server = openLab(disk);
    const was = readRecord(server, 'ccs', '443')!;
    deleteRecord(server, 'ccs', '443');
    server.save();
    const { before, report } = await fixLab(disk, machineOn(disk));
    expect(ids(before)).toEqual(['central-store:443']);
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['healed']);
    expect(readRecord(openLab(disk), 'ccs', '443')).toEqual(was);
  });
});

describe('all three faults at once', () => {
  it.each([
    ['fresh', [] as readonly ('reboot' | 'restart')[]],
    ['after a reboot', ['reboot'] as const],
    ['after a restart', ['restart'] as const],
    ['after both', ['restart', 'reboot'] as const],
  ])('are healed in one go, in an order that works: %s', async (_name, acts) => {
    const disk = labDisk({ faults: ['stranded-key', 'stale-hash', 'lost-binding'] });
    for (const act of acts) act === 'reboot' ? reboot(disk) : restart(disk);
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.plans.map((plan) => plan.verdict)).toEqual(report.plans.map(() => 'healed'));
    expect(report.outcome).toBe('healed');
    expect(report.after?.findings).toEqual([]);
    restart(disk);
    reboot(disk);
    const second = await diagnoseLab(machineOn(disk));
    expect(second.findings).toEqual([]);
    expect(second.verdict).toBe('healthy');
    const front = recordOf(disk, 'ip', FRONT)!;
    const shop = recordOf(disk, 'sni', `${SHOP}:443`)!;
    expect(await served(openLab(disk))).toBe(front.thumbprint);
    expect(await served(openLab(disk), SHOP)).toBe(shop.thumbprint);
    expect(front.thumbprint).not.toBe(shop.thumbprint);
  });
});

describe('the journal', () => {
  it('holds no one-time password and no key, and the transfer file is gone', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const passwords: string[] = [];
    const machine = machineOn(disk);
    const listening = {
      ...machine,
      run: async (...[command, secrets]: Parameters<typeof machine.run>) => {
        passwords.push(...(secrets?.values() ?? []));
        return machine.run(command, secrets);
      },
    };
    const { report } = await fixLab(disk, listening);
    expect(report.outcome).toBe('healed');
    const [password] = passwords;
    expect(password?.length).toBeGreaterThan(15);
    expect(new Set(passwords).size).toBe(1);
    const journal = journalText(disk);
    expect(journal.length).toBeGreaterThan(1000);
    expect(journal).not.toContain(password);
    expect(journal).not.toContain('PRIVATE KEY');
    expect([...disk.files().keys()].filter((path) => path.endsWith('.pfx'))).toEqual([]);
    expect(Object.keys(stateOf(disk)).length).toBeGreaterThan(5);
  });
});
