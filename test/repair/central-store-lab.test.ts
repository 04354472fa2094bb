// The central certificate store on a lab: off, without its record, without a file; under every answer to what is not known.

import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/lab/config/default-config.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { CENTRAL_FOLDER, centralFile } from '../../src/lab/http/central-store.ts';
import { deleteRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { type Answers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { served } from '../support/new-lab.ts';
import {
  configBytes,
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

const SHOP = 'shop.example.test';
const BINDING = `central-store:*:443:${SHOP}`;
const YES = { yes: 'disruptive' } as const;

/** Shop is served by the store; what is done to the server then. */
function central(unknowns: Answers, act: (server: LabServer) => void): MemoryDisk {
  const config = Buffer.from(defaultConfig().toString().replace('sslFlags="1"', 'sslFlags="3"'));
  const disk = labDisk({ config, unknowns });
  const server = openLab(disk);
  act(server);
  server.save();
  return disk;
}

const ANSWERS: readonly Answers[] = [
  ...UNKNOWNS['central-store-miss'].answers.map((answer) => ({ 'central-store-miss': answer })),
  { 'config-flags': 'records-made-anew' },
];

async function lastsAndIsTakenBack(disk: MemoryDisk, before: ReturnType<typeof stateOf>): Promise<void> {
  restart(disk);
  reboot(disk);
  expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  const undone = (await undoLatest(disk)).steps.map(({ outcome }) => outcome);
  expect(undone.filter((each) => each !== 'undone' && each !== 'already-so')).toEqual([]);
  expect(stateOf(disk)).toEqual(before);
}

describe('a store that serves', () => {
  it.each(ANSWERS)('is healthy: %j', async (answers) => {
    const disk = central(answers, () => {});
    expect(await diagnoseLab(machineOn(disk))).toMatchObject({ verdict: 'healthy', findings: [], notChecked: [] });
  });
});

describe('a binding of a store that is off', () => {
  it.each(ANSWERS)('gets a record by host name: %j', async (answers) => {
    const disk = labDisk({ faults: ['central-store'], unknowns: answers });
    const before = stateOf(disk);
    expect(await served(openLab(disk), SHOP)).toBe(readRecord(openLab(disk), 'ip', '0.0.0.0:443')!.thumbprint);
    const { before: found, report } = await fixLab(disk, machineOn(disk), YES);
    expect(ids(found)).toEqual([BINDING]);
    expect([report.outcome, report.after?.findings]).toEqual(['healed', []]);
    const record = readRecord(openLab(disk), 'sni', `${SHOP}:443`)!;
    expect(await served(openLab(disk), SHOP)).toBe(record.thumbprint);
    expect(configBytes(disk)).toContain(`bindingInformation="*:443:${SHOP}" sslFlags="1"`);
    await lastsAndIsTakenBack(disk, before);
  });

  it('is left alone by --yes, since the store may be meant to be on', async () => {
    const disk = labDisk({ faults: ['central-store'] });
    const before = stateOf(disk);
    await fixLab(disk, machineOn(disk));
    expect(stateOf(disk)).toEqual(before);
  });

  it.each([
    ['cannot add the record', stubbornAdd()],
    ['adds nothing', [failure('netsh', 'certhash', 'nothing')]],
    ['makes no backup', [failure('appcmd', 'backup', 'nothing')]],
  ])('is as it was where a program %s', async (_what, wrong) => {
    const disk = labDisk({ faults: ['central-store'] });
    const before = stateOf(disk);
    tell(disk, ...wrong);
    const { report } = await fixLab(disk, machineOn(disk), YES);
    expect(report.outcome).toBe('rolled-back');
    expect(stateOf(disk)).toEqual(before);
  });
});

describe('a store without its record', () => {
  it.each(ANSWERS)('gets it, and it needs no certificate: %j', async (answers) => {
    const disk = central(answers, (server) => deleteRecord(server, 'ccs', '443'));
    const before = stateOf(disk);
    const { before: found, report } = await fixLab(disk, machineOn(disk), YES);
    expect(ids(found)).toEqual(['central-store:443']);
    expect(report.outcome).toBe('healed');
    expect(readRecord(openLab(disk), 'ccs', '443')).toMatchObject({ thumbprint: '', flags: 0 });
    await lastsAndIsTakenBack(disk, before);
  });
});

describe('a store without the file of a host', () => {
  it.each(ANSWERS)('is told with the name of the file, and changes nothing: %j', async (answers) => {
    const disk = central(answers, (server) => server.disk.rename(centralFile(SHOP), `${CENTRAL_FOLDER}\\Shop.pfx`));
    const before = stateOf(disk);
    const { before: found, report, repairs } = await fixLab(disk, machineOn(disk), YES);
    expect(found.findings.map(({ id, severity }) => [id, severity])).toEqual([[BINDING, 'broken']]);
    expect(found.findings[0]?.message).toContain(`does not have ${SHOP}.pfx or _.example.test.pfx`);
    expect(repairs.blocked.map(({ blocked }) => blocked.who)).toEqual([
      'whoever maintains the central certificate store',
    ]);
    expect(report.outcome).toBe('needs-person');
    expect(stateOf(disk)).toEqual(before);
  });
});
