// The gate before our data folder: every way in of every machine that we hand out.

import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { labMachine } from '../../src/machine/lab/lab-machine.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { serverOn } from '../../src/machine/windows/windows-server.ts';
import { programFolder } from '../support/program-folder.ts';
import { labDisk, machineOn } from '../support/run-lab.ts';
import { command, DATA, forge, link, newServer } from '../support/squatter.ts';

const FILE = `${DATA}\\baseline.json`;
const bytes = Buffer.from('x');

/** Every function of a machine that takes a path, on a path in the folder. */
const WAYS: Readonly<Record<string, (machine: Machine, path: string) => Promise<{ readonly result: string }>>> = {
  read: (machine, path) => machine.read(path),
  list: (machine, path) => machine.list(path),
  write: (machine, path) => machine.write(path, bytes),
  remove: (machine, path) => machine.remove(path),
  makeFolder: (machine, path) => machine.makeFolder(path),
  'rename from': (machine, path) => machine.rename(path, 'C:\\elsewhere'),
  'rename to': (machine, path) => machine.rename('C:\\lab.json', path),
};

const squatted = () => {
  const disk = labDisk();
  disk.makeFolder(`${DATA}\\runs`);
  disk.write(FILE, bytes);
  return disk;
};

describe('a folder without its proof', () => {
  it.each(Object.entries(WAYS))('is not entered by %s, however the path is written', async (_name, way) => {
    for (const path of [FILE, FILE.toUpperCase(), FILE.replace('\\iis', '\\.\\iis'), `C:\\x\\..${FILE.slice(2)}`]) {
      const disk = squatted();
      const before = disk.files();
      const answer = await way(machineOn(disk), path);
      expect(answer).toMatchObject({ detail: expect.stringContaining(`${DATA} is not ours`) });
      expect(disk.files()).toEqual(before);
    }
  });

  it('is not entered on this very server either', async () => {
    const { places } = programFolder({});
    const path = `${places.programData}\\iis-ssl-heal\\x`;
    const server = serverOn({ ...programFolder({}), hostPath: () => '/' });
    expect(await server.read(path)).toMatchObject({ result: 'failed' });
    expect(await server.write(path, bytes)).toMatchObject({ result: 'denied' });
  });

  it('that is not there is absent, and nothing is made in it', async () => {
    const machine = machineOn(labDisk());
    const answers = await Promise.all(Object.values(WAYS).map((way) => way(machine, FILE)));
    expect(answers.map(({ result }) => result)).toEqual([
      'absent',
      'absent',
      'absent',
      'ok',
      'absent',
      'absent',
      'absent',
    ]);
  });
});

describe('our own folder', () => {
  it('is entered', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    await prepareDataFolder(machine);
    expect(await machine.write(FILE, bytes)).toEqual({ result: 'ok' });
    expect(await machine.read(FILE)).toMatchObject({ result: 'ok' });
  });

  it('and every other place are read up to the size that is asked for, and no further', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    await prepareDataFolder(machine);
    await machine.write(FILE, bytes);
    disk.write('C:\\Users\\olga\\large.bin', Buffer.alloc(64));
    for (const path of [FILE, 'C:\\Users\\olga\\large.bin'])
      expect(await machine.read(path, 0)).toMatchObject({
        result: 'failed',
        detail: expect.stringContaining('larger than'),
      });
  });

  it('is judged anew where another lies in its place, by the same process too', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    await prepareDataFolder(machine);
    await machine.write(FILE, bytes);
    disk.remove(DATA);
    disk.makeFolder(DATA);
    disk.write(FILE, bytes);
    expect(await machine.read(FILE)).toMatchObject({ result: 'failed' });
  });

  it.each([
    'baseline.json',
    'config.json',
    'pause',
    'self-heal.json',
    'lock.json',
    'log\\self-heal.jsonl',
    'runs\\0001-x',
  ])('has no link %s that is followed', async (name) => {
    const lab = newServer();
    await command('baseline save', lab);
    const disk = folderDisk(lab);
    disk.remove(`${DATA}\\${name}`);
    link(lab, `${DATA}\\${name}`, 'C:\\Users\\Public');
    const machine = labMachine(disk, { as: 'owner', targetArguments: '' });
    const refused = { detail: `${DATA}\\${name} is a link, which is not followed` };
    expect(await machine.list(`${DATA}\\${name}`)).toMatchObject(refused);
    expect(await machine.read(`${DATA}\\${name}\\x`)).toMatchObject(refused);
    expect(await machine.write(`${DATA}\\${name}`, bytes)).toMatchObject(refused);
  });

  it('asks the proofs of a server: without HKLM nothing of it is read', async () => {
    const disk = labDisk();
    await prepareDataFolder(machineOn(disk));
    await machineOn(disk).write(FILE, bytes);
    const server = openLab(disk);
    server.registry.deleteKey('HKEY_LOCAL_MACHINE\\SOFTWARE\\iis-ssl-heal');
    server.save();
    expect(await machineOn(disk).read(FILE)).toMatchObject({ result: 'failed' });
  });
});

it('a transfer file is written over no other one, and what a dead run has left goes first', async () => {
  const lab = newServer('stranded-key');
  forge(lab);
  await command('schedule install', lab);
  folderDisk(lab).write(`${DATA}\\work\\${'A'.repeat(40)}.pfx`, bytes);
  expect((await command('fix', lab)).code).toBe(0);
  expect(folderDisk(lab).list(`${DATA}\\work`)?.files).toEqual([]);
});
