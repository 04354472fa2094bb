// Beside SSTP every repair that changes the hash of the shared records waits for consent, whichever playbook plans it. What a
// repair changes is told here by what it has changed, on a lab for each fault, with each fault at a shared record.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { besideSstp } from '../../src/diagnosis/beside-sstp.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { applyFault, changeIds, faultIds } from '../../src/lab/faults/faults.ts';
import { LabFaultError } from '../../src/lab/faults/lab-fault-error.ts';
import { NO_APP_ID, putRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { numberValue } from '../../src/lab/registry/registry-values.ts';
import type { LabServer } from '../../src/lab/server.ts';
import type { Choices, Plan } from '../../src/model/repair/plan.ts';
import { NO_CHOICES, planningHere } from '../../src/model/repair/planning.ts';
import type { Repair } from '../../src/model/repair/playbook.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import { rememberHealthy } from '../../src/unattended/remember.ts';
import { byWord } from '../support/by-word.ts';
import { evidence, FRONT_RECORD, have, lack, record, SHOP_RECORD } from '../support/evidence-folder.ts';
import { diagnoseLab, fixLab, labDisk, machineOn as shakingHands } from '../support/run-lab.ts';

const machineOn = (disk: MemoryDisk) => byWord(shakingHands(disk), disk);

const SHARED = ['0.0.0.0:443', '[::]:443'];
const hashes = (disk: MemoryDisk): string =>
  SHARED.map((endpoint) => readRecord(openLab(disk), 'ip', endpoint)?.thumbprint ?? 'none').join();
const SSTP = /SSTP \(Routing and Remote Access\) starts by itself here/;

/** Two sites, of which the first, or the last, has a shared record: faults befall the one or the other. */
const config = (first: string, last: string, flagsOfLast = 0): Buffer => {
  const site = (id: number, binding: string, sslFlags = 0) =>
    `<site name="s${id}" id="${id}"><bindings><binding protocol="https" bindingInformation="${binding}" sslFlags="${sslFlags}" /></bindings></site>`;
  return Buffer.from(
    `<configuration><system.applicationHost><customMetadata /><sites>${site(1, first)}${site(2, last, flagsOfLast)}</sites></system.applicationHost></configuration>`,
  );
};
const CONFIGS = [
  config('*:443:www.example.test', '*:8443:other.example.test'),
  config('*:8443:other.example.test', '*:443:www.example.test'),
  config('*:8443:other.example.test', '[::]:443:www.example.test'),
  // What befalls host names alone, and leaves the shared record as it is.
  config('*:443:', '*:443:other.example.test', 1),
];

function startsSstp(disk: MemoryDisk, start: number): MemoryDisk {
  const server = openLab(disk);
  const key = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SstpSvc';
  server.registry.setValue(key, 'Start', numberValue(start));
  server.save();
  return disk;
}

/** Undefined where this server has nothing that the fault could befall. */
async function broken(fault: string, bytes: Buffer, osBuild: number): Promise<MemoryDisk | undefined> {
  const disk = labDisk({ config: bytes, osBuild });
  if (changeIds.includes(fault)) await rememberHealthy(machineOn(disk), await diagnoseLab(machineOn(disk)));
  try {
    const server = openLab(disk);
    (HALVES[fault] ?? ((each: LabServer) => applyFault(each, fault)))(server);
    server.save();
    return disk;
  } catch (error) {
    if (error instanceof LabFaultError) return undefined;
    throw error;
  }
}

const shared = (server: LabServer) => SHARED.flatMap((endpoint) => readRecord(server, 'ip', endpoint) ?? [])[0]!;
const HALVES: Readonly<Record<string, (server: LabServer) => void>> = {
  'lost-binding, without a hash': (server) => putRecord(server, { ...shared(server), thumbprint: '' }),
  'lost-binding, without an owner': (server) => putRecord(server, { ...shared(server), appId: NO_APP_ID }),
};

/** Of two ways a person takes the first. */
const CHOICES: Partial<Choices> = { way: 'client-certificates' };

async function plansOn(disk: MemoryDisk): Promise<readonly Plan[]> {
  const { found, evidence: from } = await diagnoseLab(machineOn(disk));
  return makePlans(found, planningHere(from, { ...NO_CHOICES, ...CHOICES })).plans;
}

const risks = (plans: readonly Plan[]) => plans.map(({ finding, risk }) => `${finding.id} ${risk}`);

let changing = 0;

describe.each([...faultIds, ...changeIds, ...Object.keys(HALVES)])('beside SSTP, %s', (fault) => {
  it('is mended only with consent where the hash of a shared record changes, and as ever where it does not', async () => {
    // The late request is asked of Windows Server 2022 alone.
    const osBuild = fault === 'late-client-certificate' ? 20348 : 17763;
    let tried = 0;
    for (const bytes of CONFIGS) {
      const disk = await broken(fault, bytes, osBuild);
      if (disk === undefined) continue;
      const without = await plansOn(startsSstp(disk.clone(), 3));
      const beside = await plansOn(startsSstp(disk, 2));
      if (beside.length === 0) continue;
      tried += 1;
      const before = hashes(disk);
      await fixLab(disk, machineOn(disk), { yes: 'disruptive', choices: CHOICES });
      const told = beside.filter(({ effects }) => effects.some((effect) => SSTP.test(effect)));
      expect(told.length > 0).toBe(hashes(disk) !== before);
      expect(told.filter(({ risk }) => risk === 'safe')).toEqual([]);
      const others = (plans: readonly Plan[]) =>
        plans.filter(({ finding }) => !told.some((each) => each.finding.id === finding.id));
      expect(risks(others(beside))).toEqual(risks(others(without)));
      expect(without.some(({ effects }) => effects.some((effect) => SSTP.test(effect)))).toBe(false);
      changing += told.length;
    }
    expect(tried).toBeGreaterThan(0);
  });
});

it('some of these changed one', () => {
  expect(changing).toBeGreaterThan(6);
});

describe('besideSstp', () => {
  const sstp = (start: number) => ({ services: have(new Map([['SstpSvc', { installed: true, start }]])) });
  const other = { ...FRONT_RECORD, thumbprint: SHOP_RECORD.thumbprint };
  const v6 = record('ip', '[::]:443', { thumbprint: SHOP_RECORD.thumbprint });
  const action = { kind: 'remove-file', path: 'x' } as const;
  const step = (holds: Repair['steps'][number]['holds']) => ({ title: '', do: action, undo: 'none', holds }) as const;
  const repair = (...holds: readonly Repair['steps'][number]['holds'][]): Repair => ({
    title: '',
    risk: 'safe',
    steps: holds.map(step),
    cleanup: [],
    before: {},
    effects: ['as ever'],
    endpoints: [],
    after: [],
  });
  const is = (each: typeof other) => ({ kind: 'record-is', record: each }) as const;
  const absent = { kind: 'record-absent', endpoint: FRONT_RECORD.endpoint } as const;

  it.each<readonly [string, Repair, string]>([
    ['another hash', repair(is(other)), 'disruptive'],
    ['another hash, which is served', repair({ kind: 'serves', record: other }), 'disruptive'],
    ['a record that goes', repair(absent), 'disruptive'],
    ['a record that comes', repair(is(v6)), 'disruptive'],
    ['a record that goes and comes again', repair(absent, is(FRONT_RECORD)), 'safe'],
    ['other settings', repair(is({ ...FRONT_RECORD, flags: 0x40 })), 'safe'],
    ['another record', repair(is({ ...SHOP_RECORD, thumbprint: FRONT_RECORD.thumbprint })), 'safe'],
    ['no record', repair({ kind: 'action-succeeds' }), 'safe'],
  ])('makes a repair of %s what it is', (_what, made, risk) => {
    const from = evidence(sstp(2));
    const got = besideSstp(made, from);
    expect([got.risk, got.effects.length]).toEqual([risk, risk === 'safe' ? 1 : 2]);
    if (risk === 'safe') expect(got).toBe(made);
  });

  it('leaves it alone where SSTP does not start by itself', () => {
    const made = repair(is(other));
    for (const services of [sstp(3), sstp(4), { services: have(new Map()) }])
      expect(besideSstp(made, evidence(services))).toBe(made);
  });

  it('waits for a word where nobody could read whether SSTP starts', () => {
    const unread = evidence({ services: lack<never>() });
    const got = besideSstp(repair(is(other)), unread);
    expect(got.risk).toBe('disruptive');
    expect(got.effects).toEqual([
      'as ever',
      expect.stringContaining('may start by itself here, which could not be read'),
    ]);
    const same = repair(is(FRONT_RECORD));
    expect(besideSstp(same, unread)).toBe(same);
  });

  it('takes every hash for another where the records were not read', () => {
    expect(besideSstp(repair(is(FRONT_RECORD)), evidence({ ...sstp(2), records: lack() })).risk).toBe('disruptive');
  });

  it('makes nothing less than it was, and names the place', () => {
    const got = besideSstp({ ...repair(is(other), is(v6)), risk: 'manual' }, evidence(sstp(2)));
    expect([got.risk, got.effects.at(-1)]).toEqual(['manual', expect.stringContaining('0.0.0.0:443 and [::]:443')]);
  });

  it('is what plans of a diagnosis went through', () => {
    const from = evidence({ ...sstp(2), records: have([SHOP_RECORD]), handshakes: new Map() });
    const { plans } = makePlans(diagnose(from, playbooks).found, planningHere(from));
    expect(plans).toMatchObject([{ finding: { id: 'lost-binding:0.0.0.0:443' }, risk: 'disruptive' }]);
  });
});
