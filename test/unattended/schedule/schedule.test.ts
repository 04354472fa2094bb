// schtasks that fails, lies or does not answer: what is read back decides.

import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../../src/ground/prepare-data-folder.ts';
import { unsafeGround } from '../../../src/ground/safe-ground.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import { installTask, registeredNames, removeTask, taskStatus } from '../../../src/unattended/schedule/schedule.ts';
import { SELF_HEAL, selfHealTask } from '../../../src/unattended/schedule/scheduled-tasks.ts';
import { failure, labDisk, machineOn, tell } from '../../support/run-lab.ts';

const TASK_FILE = 'C:\\Windows\\System32\\Tasks\\iis-ssl-heal';
const WORK = 'C:\\ProgramData\\iis-ssl-heal\\work';
const program = { command: 'C:\\heal\\iis-ssl-heal.exe', workingDirectory: 'C:\\heal', folders: [] };
const task = selfHealTask(program, 'safe');
async function install(disk: MemoryDisk) {
  await prepareDataFolder(machineOn(disk));
  return installTask({ name: SELF_HEAL, task }, machineOn(disk));
}
const status = (disk: MemoryDisk) => taskStatus(machineOn(disk), SELF_HEAL, () => task);

describe('installTask', () => {
  it.each([
    ['does nothing and ends with 0', failure('schtasks', '/Create', 'nothing'), { state: 'missing', faults: [] }],
    [
      'fails',
      failure('schtasks', '/Create', 'fail', 1, 1),
      { state: 'missing', faults: ['schtasks ended with exit code 1'] },
    ],
    [
      'does not end',
      failure('schtasks', '/Create', 'hang'),
      { state: 'missing', faults: ['schtasks could not be run: schtasks did not end in time'] },
    ],
    [
      'cannot be asked',
      failure('schtasks', '/Query', 'hang', 2),
      { state: 'unreadable', faults: ['schtasks could not be asked: schtasks did not end in time'] },
    ],
  ])('says so where schtasks %s, and leaves no file', async (_name, told, expected) => {
    const disk = labDisk();
    tell(disk, told);
    expect(await install(disk)).toEqual({ name: SELF_HEAL, ...expected });
    expect(disk.list(WORK)?.files).toEqual([]);
    expect(await install(disk)).toEqual({ name: SELF_HEAL, state: 'right', faults: [] });
  });

  it('takes away what somebody else has put under the name, and does not touch one that is right', async () => {
    const disk = labDisk();
    await install(disk);
    disk.write(TASK_FILE, disk.read(TASK_FILE)!.subarray(0, 100));
    expect((await status(disk)).state).toBe('unreadable');
    tell(disk, failure('schtasks', '/Create', 'nothing'));
    expect((await install(disk)).state).toBe('missing');
    await install(disk);
    tell(disk, failure('schtasks', '/Delete', 'fail'), failure('schtasks', '/Create', 'fail'));
    expect((await install(disk)).state).toBe('right');
  });
});

describe("the program's folder", () => {
  it('is unsafe for what SYSTEM starts where the caller may write there, whom a change of his own trusts', async () => {
    const disk = labDisk();
    disk.makeFolder('C:\\heal');
    const server = openLab(disk);
    const { sid } = server.facts.owner;
    setKeySddl(server, 'C:\\heal', `O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;${sid})`);
    server.save();
    const machine = machineOn(disk);
    expect(await unsafeGround(machine, ['C:\\heal'], sid)).toBeUndefined();
    expect(await unsafeGround(machine, ['C:\\heal'])).toContain(`C:\\heal can be changed by ${sid}`);
  });
});

describe('taskStatus', () => {
  it('tells "you may not" from "there is none", both exit code 1', async () => {
    const disk = labDisk();
    expect(await status(disk)).toEqual({ name: SELF_HEAL, state: 'missing', faults: [] });
    await install(disk);
    tell(disk, failure('schtasks', '/Query', 'fail', 1, 1));
    expect(await status(disk)).toEqual({
      name: SELF_HEAL,
      state: 'unreadable',
      faults: ['its file is there, and schtasks ends with exit code 1'],
    });
  });

  it('does not believe a schtasks that knows a task without its file', async () => {
    const disk = labDisk();
    tell(disk, failure('schtasks', '/Query', 'nothing'));
    expect(await status(disk)).toMatchObject({ state: 'unreadable', faults: [`its file ${TASK_FILE} is gone`] });
  });
});

describe('removeTask', () => {
  it.each([
    [
      'fails',
      failure('schtasks', '/Delete', 'fail', 1, 5),
      'iis-ssl-heal is still there: schtasks ended with exit code 5',
    ],
    [
      'lies',
      failure('schtasks', '/Delete', 'nothing'),
      'iis-ssl-heal is still there: schtasks said that it was removed',
    ],
  ])('says what is still there where schtasks %s', async (_name, told, why) => {
    const disk = labDisk();
    await install(disk);
    tell(disk, told);
    expect(await removeTask(SELF_HEAL, machineOn(disk))).toBe(why);
    expect(await removeTask(SELF_HEAL, machineOn(disk))).toBeUndefined();
  });

  it('knows our tasks by name, and nobody else', async () => {
    const disk = labDisk();
    await install(disk);
    disk.write('C:\\Windows\\System32\\Tasks\\iis-ssl-healing', Buffer.alloc(0));
    disk.write('C:\\Windows\\System32\\Tasks\\iis-ssl-heal-owner-S-1-5-21-1-2-3-1001', Buffer.alloc(0));
    expect(await registeredNames(machineOn(disk))).toMatchObject({
      value: ['iis-ssl-heal', 'iis-ssl-heal-owner-S-1-5-21-1-2-3-1001'],
    });
  });
});
