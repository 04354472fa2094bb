// What stands around every change: safe ground, and a journal and a lock that can be written.

import { describe, expect, it } from 'vitest';
import { openLab } from '../../../src/lab/open.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import type { Machine, WriteResult } from '../../../src/machine/machine.ts';
import type { RunResult } from '../../../src/model/repair/command.ts';
import type { Identity } from '../../../src/model/server/evidence.ts';
import { changeServer } from '../../../src/repair/change/change.ts';
import { JournalError } from '../../../src/repair/journal/journal.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const DATA = 'C:\\ProgramData\\iis-ssl-heal';
const LOCK = `${DATA}\\lock.json`;
const OLGA: Identity = { sid: 'S-1-5-21-1-2-3-1001', name: 'WEB01\\olga', elevated: true };

const change = (machine: Machine, act: () => Promise<string> = async () => 'changed') =>
  changeServer(machine, OLGA, () => {}, act);

describe('a change that cannot be written down', () => {
  const full: WriteResult = { result: 'full', detail: 'the disk is full' };
  const never = async () => {
    throw new Error('begun all the same');
  };

  it('is not begun where the data folder cannot be made (5)', async () => {
    const machine: Machine = { ...machineOn(labDisk()), makeFolder: async () => full };
    expect(await change(machine, never)).toEqual({
      ok: false,
      error: { why: `${DATA} cannot be made: the disk is full`, outcome: 'rolled-back' },
    });
  });

  it('is not begun where there is no room for the lock (7), and says that it is the disk', async () => {
    const machine = machineOn(labDisk());
    const write: Machine['write'] = async (path, ...rest) => (path === LOCK ? full : machine.write(path, ...rest));
    expect(await change({ ...machine, write }, never)).toEqual({
      ok: false,
      error: { why: `${LOCK} cannot be written: the disk is full`, outcome: 'refused', full: true },
    });
  });

  it('ends with 5 where its journal cannot be begun, and gives the lock back', async () => {
    const disk = labDisk();
    const refused = await change(machineOn(disk), async () => {
      throw new JournalError('no journal');
    });
    expect(refused).toEqual({ ok: false, error: { why: 'no journal', outcome: 'rolled-back' } });
    expect(disk.read(LOCK)).toBeUndefined();
  });

  it('is a bug where the folder is made in a way that nobody thought of', async () => {
    const makeFolder = async () => {
      throw new Error('a bug');
    };
    await expect(change({ ...machineOn(labDisk()), makeFolder }, never)).rejects.toThrow('a bug');
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
    ['a right is only handed down to what is made there', 'D:PAI(A;OICI;FA;;;BA)(A;OICIIO;FA;;;BU)', 'S-1-5-32-545'],
    ['the caller has rights of his own', `D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;${OLGA.sid})`, OLGA.sid],
    ['somebody may make it a link', 'D:PAI(A;OICI;FA;;;BA)(A;;0x100;;;BU)', 'S-1-5-32-545'],
    ['a right holds here and below', 'D:PAI(A;OICI;FA;;;BA)(A;CIOI;FA;;;BU)', 'S-1-5-32-545'],
    ['Users may write under a condition', 'D:PAI(A;OICI;FA;;;BA)(XA;OICI;FA;;;BU;(@User.Title=="PM"))', 'S-1-5-32-545'],
  ])('is refused where %s (7), with the command that mends it', async (_name, sddl, who) => {
    const refused = await change(await folderWith(sddl));
    expect(refused).toMatchObject({ ok: false, error: { outcome: 'refused' } });
    const why = refused.ok ? '' : refused.error.why;
    expect(why).toContain(who);
    expect(why).toContain(`icacls.exe ${DATA} /reset and then `);
    expect(why).toContain(`icacls.exe ${DATA} /inheritance:r /grant:r`);
  });

  it.each([
    ['only Administrators and SYSTEM may write', 'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)'],
    ['Users may read', 'D:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)'],
    ['who makes something there owns it', 'D:PAI(A;OICI;FA;;;BA)(A;OICIIO;FA;;;CO)(A;;FA;;;CO)'],
    [
      'Windows itself may install there',
      'D:PAI(A;;FA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;;FA;;;BA)',
    ],
    ['a right is denied under a condition', 'D:PAI(XD;;FA;;;BU;(Exists Title))(A;OICI;FA;;;BA)'],
    ['a right is denied', 'D:PAI(D;;FA;;;BU)(A;OICI;FA;;;BA)'],
  ])('is safe where %s', async (_name, sddl) => {
    expect(await change(await folderWith(sddl))).toMatchObject({ ok: true });
  });

  it('is refused where a folder above can be replaced, and safe where files may only be added there', async () => {
    const above = 'C:\\ProgramData';
    expect(await change(await folderWith('D:P(A;;FA;;;BA)(A;;0x40;;;BU)', above))).toMatchObject({ ok: false });
    expect(await change(await folderWith('D:P(A;;FA;;;BA)(A;;0x6;;;BU)', above))).toMatchObject({ ok: true });
  });

  const nothing = Buffer.alloc(0);
  const saved = (text: string): RunResult => ({
    started: true,
    exitCode: 0,
    stdout: nothing,
    stderr: nothing,
    output: Buffer.from(`iis-ssl-heal\r\n${text}\r\n`, 'utf16le'),
  });
  const unread = 'accounts that are not known: its permissions cannot be read';
  const everybody = `everybody; close it first: C:\\Windows\\System32\\icacls.exe ${DATA} /reset and then `;

  it.each<[string, RunResult, string]>([
    ['icacls could not be started', { started: false, why: 'failed', detail: '' }, unread],
    ['icacls saved nothing', { started: true, exitCode: 0, stdout: nothing, stderr: nothing }, unread],
    ['the list cannot be understood', saved('D:PAI(A;OICI;ZZ;;;BA)'), unread],
    ['there is no list, which lets everybody in', saved('D:NO_ACCESS_CONTROL'), everybody],
  ])('is refused where %s', async (_name, answer, who) => {
    const machine = machineOn(labDisk());
    await change(machine);
    const run: Machine['run'] = async (command, secrets) =>
      command.args[0] === DATA && command.args[1] === '/save' ? answer : machine.run(command, secrets);
    const refused = await change({ ...machine, run });
    expect(refused).toMatchObject({ ok: false, error: { outcome: 'refused' } });
    expect(!refused.ok && refused.error.why).toContain(`can be changed by ${who}`);
  });

  it('of the program itself is looked at where it lies on the server', async () => {
    const disk = labDisk();
    disk.makeFolder('C:\\tools');
    const server = openLab(disk);
    setKeySddl(server, 'C:\\tools', 'O:BAG:SYD:PAI(A;OICI;FA;;;WD)');
    server.save();
    const refused = await change({ ...machineOn(disk), programFolder: 'C:\\tools' });
    expect(!refused.ok && refused.error.why).toContain('C:\\tools can be changed by S-1-1-0');
  });
});
