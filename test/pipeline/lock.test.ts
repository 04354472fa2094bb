// One change at a time, whoever dies in between.

import { describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/memory-disk.ts';
import { labMachine } from '../../src/machine/lab-machine.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Identity } from '../../src/model/evidence.ts';
import { changeServer } from '../../src/pipeline/change.ts';
import { lockOwner, takeLock } from '../../src/pipeline/lock.ts';
import { labDisk } from './run-lab.ts';

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

  it('that is being written at this moment is waited for', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from('{"tok'));
    const naps: number[] = [];
    const sleep: Machine['sleep'] = async (milliseconds) => {
      naps.push(milliseconds);
      disk.write(LOCK, Buffer.from(`{"token":"x","processId":1,"since":"today","who":"karl"}`));
    };
    const lock = await takeLock({ ...machine, sleep }, 'olga');
    expect(lock).toMatchObject({ held: false, owner: { who: 'karl' } });
    expect(naps).toEqual([250]);
  });

  it('of a dead owner is left to whoever moved it away first', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from('{"token":"x","processId":77,"since":"","who":"a"}'));
    const rename: Machine['rename'] = async () => {
      disk.write(LOCK, Buffer.from('{"token":"y","processId":1,"since":"today","who":"karl"}'));
      return { result: 'absent', detail: 'it is gone' };
    };
    expect(await takeLock({ ...machine, rename }, 'olga')).toMatchObject({ held: false, owner: { who: 'karl' } });
  });

  it('of a dead owner is left to whoever wrote one after it was moved away', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    const start = (full: boolean) => {
      disk.write(LOCK, Buffer.from('{"token":"x","processId":77,"since":"","who":"a"}'));
      const rename: Machine['rename'] = async (from, to) => {
        const moved = await machine.rename(from, to);
        if (!full) disk.write(LOCK, Buffer.from('{"token":"y","processId":1,"since":"today","who":"karl"}'));
        return moved;
      };
      const write: Machine['write'] = async (path, ...rest) =>
        full && disk.read(path) === undefined
          ? { result: 'full', detail: 'the disk is full' }
          : machine.write(path, ...rest);
      return takeLock({ ...machine, rename, write }, 'olga');
    };
    expect(await start(false)).toMatchObject({ held: false, owner: { who: 'karl' } });
    expect(await start(true)).toMatchObject({ held: false, full: true });
    expect(disk.list(DATA)?.files).toEqual([expect.stringMatching(/^id-/)]);
  });

  it('is not held where another one lies there after it was written', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    const write: Machine['write'] = async () => {
      disk.write(LOCK, Buffer.from('{"token":"y","processId":1,"since":"today","who":"karl"}'));
      return { result: 'ok' };
    };
    expect(await takeLock({ ...machine, write }, 'olga')).toMatchObject({ held: false, owner: { who: 'karl' } });
    const lost: Machine['write'] = async () => ({ result: 'ok' });
    disk.remove(LOCK);
    expect(await takeLock({ ...machine, write: lost }, 'olga')).toEqual({
      held: false,
      owner: undefined,
      why: 'another run is changing this server',
    });
  });

  it('has an owner while that one lives', async () => {
    const disk = labDisk();
    await change(process(disk, 1, 1));
    expect(await lockOwner(process(disk, 2, 1, 2))).toBeUndefined();
    await takeLock(process(disk, 1, 1), 'olga');
    expect(await lockOwner(process(disk, 2, 1, 2))).toMatchObject({ who: 'olga', processId: 1 });
    expect(await lockOwner(process(disk, 2, 2))).toBeUndefined();
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
