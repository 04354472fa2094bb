// What stands around every change: safe ground, one change at a time, and earlier runs taken back first.

import { describe, expect, it } from 'vitest';
import { setKeySddl } from '../../src/lab/acls.ts';
import type { MemoryDisk } from '../../src/lab/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { labMachine } from '../../src/machine/lab-machine.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Identity } from '../../src/model/evidence.ts';
import { changeServer } from '../../src/pipeline/change.ts';
import { takeLock } from '../../src/pipeline/lock.ts';
import { labDisk, machineOn } from './run-lab.ts';

const DATA = 'C:\\ProgramData\\iis-ssl-heal';
const LOCK = `${DATA}\\lock.json`;
const OLGA: Identity = { sid: 'S-1-5-21-1-2-3-1001', name: 'WEB01\\olga', elevated: true };

const change = (machine: Machine, act: () => Promise<string> = async () => 'changed') =>
  changeServer(machine, OLGA, () => {}, act);

/** A second process over the same disk; the process ids that are alive are given. */
const process = (disk: MemoryDisk, processId: number, ...alive: readonly number[]): Machine =>
  labMachine(disk, {
    as: 'owner',
    targetArguments: '',
    processId,
    isAlive: (id) => alive.includes(id),
    sleep: async () => {},
  });

describe('the lock', () => {
  it('keeps a second change out while the first is at work, and names its owner', async () => {
    const disk = labDisk();
    const first = process(disk, 1, 1, 2);
    const second = process(disk, 2, 1, 2);
    const result = await change(first, async () => {
      const refused = await change(second);
      expect(refused).toMatchObject({ begun: false, exitCode: 7 });
      expect(!refused.begun && refused.why).toMatch(
        /another run is changing this server by WEB01\\olga since .* \(process 1\)/,
      );
      return 'first';
    });
    expect(result).toEqual({ begun: true, result: 'first' });
    expect(await change(second)).toEqual({ begun: true, result: 'changed' });
    expect(disk.read(LOCK)).toBeUndefined();
  });

  it('of a dead owner is taken over, also where its file was cut off', async () => {
    for (const left of ['{"token":"x","processId":77,"since":"","who":"a"}', '{"token":', '']) {
      const disk = labDisk();
      await change(process(disk, 1, 1));
      disk.write(LOCK, Buffer.from(left));
      expect(await change(process(disk, 2, 2))).toMatchObject({ begun: true });
      expect(disk.read(LOCK)).toBeUndefined();
    }
  });

  it('is released where the change throws', async () => {
    const disk = labDisk();
    const broken = change(process(disk, 1, 1), async () => {
      throw new Error('a bug');
    });
    await expect(broken).rejects.toThrow('a bug');
    expect(disk.read(LOCK)).toBeUndefined();
  });

  it('that somebody else has taken in the meantime is not released', async () => {
    const disk = labDisk();
    await change(process(disk, 1, 1));
    const lock = await takeLock(process(disk, 1, 1), 'olga');
    disk.write(LOCK, Buffer.from('{"token":"other","processId":2,"since":"","who":"karl"}'));
    if (lock.held) await lock.release();
    expect(disk.read(LOCK)?.toString()).toContain('karl');
  });
});

describe('the ground', () => {
  /** A data folder that an earlier run has made, with this list. */
  async function folderWith(sddl: string, path = DATA): Promise<Machine> {
    const disk = labDisk();
    await change(machineOn(disk));
    const server = openLab(disk);
    setKeySddl(server, path, `O:BAG:SY${sddl}`);
    server.save();
    return machineOn(disk);
  }

  it.each([
    ['Users may write there', 'D:PAI(A;OICI;FA;;;BA)(A;OICI;0x2;;;BU)', 'S-1-5-32-545'],
    ['Everyone may do all', 'D:PAI(A;OICI;FA;;;WD)', 'S-1-1-0'],
    ['one account may change its permissions', 'D:PAI(A;;FA;;;SY)(A;;WD;;;S-1-5-21-9-9-9-1)', 'S-1-5-21-9-9-9-1'],
    ['Authenticated Users may write', 'D:PAI(A;;GW;;;AU)', 'S-1-5-11'],
  ])('is refused where %s (7), with the command that mends it', async (_name, sddl, who) => {
    const refused = await change(await folderWith(sddl));
    expect(refused).toMatchObject({ begun: false, exitCode: 7 });
    const why = refused.begun ? '' : refused.why;
    expect(why).toContain(who);
    expect(why).toContain(`icacls.exe ${DATA} /inheritance:r /grant:r`);
  });

  it.each([
    ['only Administrators and SYSTEM may write', 'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)'],
    ['Users may read', 'D:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)'],
    ['a right is only handed down', 'D:PAI(A;OICI;FA;;;BA)(A;OICIIO;FA;;;BU)'],
    ['the caller has rights', `D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;${OLGA.sid})`],
    ['a right is denied', 'D:PAI(D;;FA;;;BU)(A;OICI;FA;;;BA)'],
  ])('is safe where %s', async (_name, sddl) => {
    expect(await change(await folderWith(sddl))).toMatchObject({ begun: true });
  });

  it('is closed where the folder is there and empty: a cut-off run, or somebody, has made it beforehand', async () => {
    const disk = labDisk();
    disk.makeFolder(DATA);
    const server = openLab(disk);
    setKeySddl(server, DATA, 'O:S-1-5-21-9-9-9-1G:SYD:PAI(A;OICI;FA;;;WD)');
    server.save();
    expect(await change(machineOn(disk))).toMatchObject({ begun: true });
    expect(disk.read('C:\\acls.json')?.toString()).not.toContain('S-1-5-21-9-9-9-1');
  });

  it('is refused where a folder above can be replaced, and safe where files may only be added there', async () => {
    const above = 'C:\\ProgramData';
    expect(await change(await folderWith('D:P(A;;FA;;;BA)(A;;0x40;;;BU)', above))).toMatchObject({ begun: false });
    expect(await change(await folderWith('D:P(A;;FA;;;BA)(A;;0x6;;;BU)', above))).toMatchObject({ begun: true });
  });

  it('is refused where permissions cannot be read, and where a folder is a link', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    const mute: Machine = {
      ...machine,
      run: async (command, secrets) =>
        command.args[1] === '/save' ? { started: false, why: 'failed', detail: '' } : machine.run(command, secrets),
    };
    expect(await change(mute)).toMatchObject({ begun: false, exitCode: 7 });
    const linked: Machine = { ...machine, isLink: async (path) => path === DATA };
    const refused = await change(linked);
    expect(!refused.begun && refused.why).toContain(`${DATA} is a link`);
  });

  it('of the program itself is looked at where it lies on the server', async () => {
    const disk = labDisk();
    disk.makeFolder('C:\\tools');
    const server = openLab(disk);
    setKeySddl(server, 'C:\\tools', 'O:BAG:SYD:PAI(A;OICI;FA;;;WD)');
    server.save();
    const refused = await change({ ...machineOn(disk), programFolder: 'C:\\tools' });
    expect(!refused.begun && refused.why).toContain('C:\\tools can be changed by S-1-1-0');
  });
});
