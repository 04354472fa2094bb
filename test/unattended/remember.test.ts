// What a healthy look leaves behind: one file of our own, or a reason; the server itself never changes.

import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import type { CallerName } from '../../src/lab/callers.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { setKeySddl } from '../../src/lab/permissions/acls.ts';
import type { Machine, WriteResult } from '../../src/machine/machine.ts';
import { takeLock } from '../../src/repair/change/lock.ts';
import { openJournal } from '../../src/repair/journal/journal.ts';
import { rememberHealthy } from '../../src/unattended/remember.ts';
import { diagnoseLab, failure, labDisk, machineOn, ourFiles, stateOf, tell } from '../support/run-lab.ts';

const DATA = 'C:\\ProgramData\\iis-ssl-heal';
const FILE = `${DATA}\\baseline.json`;

/** What a check does after its look, and what is there then. */
async function remember(disk: MemoryDisk, machine: Machine = machineOn(disk)) {
  const diagnosis = await diagnoseLab(machine);
  const before = stateOf(disk);
  const done = await rememberHealthy(machine, diagnosis);
  expect(stateOf(disk)).toEqual(before);
  return done;
}

/** A healthy server whose data folder is there, as a run leaves it. */
async function usedLab(): Promise<MemoryDisk> {
  const disk = labDisk();
  await prepareDataFolder(machineOn(disk));
  return disk;
}

describe('a healthy server', () => {
  it('is remembered once; the second look writes nothing', async () => {
    const disk = labDisk();
    expect(await remember(disk)).toEqual({ ok: true });
    expect(ourFiles(disk)).toEqual(['baseline.json']);
    const diagnosis = await diagnoseLab(machineOn(disk));
    const files = new Map(disk.files());
    const still = async () => {
      throw new Error('nothing is to be done');
    };
    const idle: Machine = { ...machineOn(disk), run: still, write: still, read: still, list: still, makeFolder: still };
    expect(await rememberHealthy(idle, diagnosis)).toMatchObject({ ok: false, error: { why: 'nothing has changed' } });
    expect(new Map(disk.files())).toEqual(files);
  });

  it.each<CallerName>(['owner', 'system', 'other-admin'])('is remembered by %s', async (as) => {
    const disk = labDisk();
    expect(await remember(disk, machineOn(disk, as))).toEqual({ ok: true });
  });
});

describe('nothing is remembered, and nothing said', () => {
  const quietly = async (disk: MemoryDisk, machine: Machine, why: RegExp) => {
    const before = ourFiles(disk);
    const done = await remember(disk, machine);
    expect(done).toMatchObject({ ok: false, error: { worthSaying: false } });
    expect(!done.ok && done.error.why).toMatch(why);
    expect(ourFiles(disk)).toEqual(before);
  };

  it.each(['stranded-key', 'stale-hash', 'lost-binding'])('of a server with %s', async (fault) => {
    const disk = labDisk({ faults: [fault] });
    await quietly(disk, machineOn(disk), /healthy/);
    expect(disk.list(DATA)).toBeUndefined();
  });

  it('of a diagnosis by some playbooks only', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const diagnosis = await diagnoseLab(machineOn(disk));
    const done = await rememberHealthy(machineOn(disk), { ...diagnosis, findings: [], verdict: 'healthy' });
    expect(done).toMatchObject({ ok: false, error: { worthSaying: false } });
    expect(disk.list(DATA)).toBeUndefined();
  });

  it('by somebody who is not elevated', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    const identity = await machine.identity();
    if (!identity.known) throw new Error(identity.why);
    const user = { ...identity, value: { ...identity.value, elevated: false } };
    await quietly(disk, { ...machine, identity: async () => user }, /elevated/);
    expect(disk.list(DATA)).toBeUndefined();
  });

  it('while a run that was cut off waits to be taken back', async () => {
    const disk = await usedLab();
    const machine = machineOn(disk);
    const identity = await machine.identity();
    if (!identity.known) throw new Error(identity.why);
    await openJournal(machine, identity.value, '0.0.0');
    await quietly(disk, machine, /cut off/);
  });

  it('while another run holds the lock', async () => {
    const disk = await usedLab();
    const machine = { ...machineOn(disk), isAlive: () => true };
    await takeLock(machine, 'karl');
    await quietly(disk, machine, /another run is changing this server by karl/);
  });

  it('where the records were read from the list of netsh', async () => {
    const disk = labDisk();
    tell(disk, failure('reg', 'Services\\HTTP', 'hang'), failure('reg', 'HTTP\\Parameters', 'hang'));
    await quietly(disk, machineOn(disk), /every setting/);
  });

  it('where the file is closed', async () => {
    const disk = await usedLab();
    await quietly(
      disk,
      withWrites(disk, () => ({ result: 'denied', detail: 'access is denied' })),
      /access is denied/,
    );
  });
});

/** The machine whose writes of the baseline end as told. */
const withWrites = (disk: MemoryDisk, ended: (path: string) => WriteResult | undefined): Machine => {
  const machine = machineOn(disk);
  return {
    ...machine,
    write: async (path, bytes, how) =>
      (path.startsWith(FILE) ? ended(path) : undefined) ?? machine.write(path, bytes, how),
  };
};

describe('a person hears of it', () => {
  it('where the disk is full, at any write, and what was remembered stays whole', async () => {
    for (let at = 0; ; at += 1) {
      const disk = await usedLab();
      const machine = machineOn(disk);
      let count = 0;
      const full: Machine = {
        ...machine,
        write: async (path, bytes, how) =>
          count++ === at ? { result: 'full', detail: 'the disk is full' } : machine.write(path, bytes, how),
      };
      const done = await remember(disk, full);
      if (count <= at) {
        expect({ at, done }).toEqual({ at: 2, done: { ok: true } });
        return;
      }
      expect({ at, done }).toMatchObject({ at, done: { ok: false, error: { worthSaying: true } } });
      expect(!done.ok && done.error.why).toContain('the disk is full');
      expect(ourFiles(disk)).toEqual([]);
    }
  });

  it('where the data folder is open to others: what lies there is not read, and nothing is written', async () => {
    const disk = await usedLab();
    const server = openLab(disk);
    setKeySddl(server, DATA, 'O:BAG:SYD:PAI(A;OICI;FA;;;WD)');
    server.save();
    expect(await remember(disk)).toMatchObject({
      ok: false,
      error: { worthSaying: true, why: expect.stringContaining(`${DATA} can be changed by S-1-1-0; close it first: `) },
    });
    expect(disk.read(FILE)).toBeUndefined();
  });

  it('where the file is damaged, which is left as it is', async () => {
    const disk = await usedLab();
    disk.write(FILE, Buffer.from('{"formatVersion":1}'));
    const done = await remember(disk);
    expect(done).toMatchObject({ ok: false, error: { worthSaying: true } });
    expect(!done.ok && done.error.why).toBe(
      `${FILE} cannot be read (the baseline has format version 1, and this program reads 2); to put a new one in its place: iis-ssl-heal baseline save`,
    );
    expect(disk.read(FILE)?.toString()).toBe('{"formatVersion":1}');
  });

  it('where it was damaged between the look and the writing', async () => {
    const disk = await usedLab();
    const machine = machineOn(disk);
    const diagnosis = await diagnoseLab(machine);
    disk.write(FILE, Buffer.from('{'));
    expect(await rememberHealthy(machine, diagnosis)).toMatchObject({ ok: false, error: { worthSaying: true } });
    expect(disk.read(FILE)?.toString()).toBe('{');
  });
});
