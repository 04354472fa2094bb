// One change at a time, whoever dies in between.

import { describe, expect, it } from 'vitest';
import { digest } from '../../../src/chain/memory/fingerprint.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { labMachine } from '../../../src/machine/lab/lab-machine.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Identity } from '../../../src/model/server/evidence.ts';
import { changeServer } from '../../../src/repair/change/change.ts';
import { lockOwner, takeLock } from '../../../src/repair/change/lock.ts';
import { labDisk } from '../../support/run-lab.ts';

const DATA = 'C:\\ProgramData\\iis-ssl-heal';
const LOCK = `${DATA}\\lock.json`;
const OLGA: Identity = { sid: 'S-1-5-21-1-2-3-1001', name: 'WEB01\\olga', elevated: true };

const change = (machine: Machine, act: () => Promise<string> = async () => 'changed') =>
  changeServer(machine, OLGA, () => {}, act);

const lockOf = (processId: number | string): string => `{"token":"x","processId":${processId},"since":"","who":"a"}`;

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
      expect(refused).toMatchObject({ ok: false, error: { outcome: 'refused' } });
      expect(!refused.ok && refused.error.why).toMatch(
        /another run is changing this server by WEB01\\olga since .* \(process 1\)/,
      );
      return 'first';
    });
    expect(result).toEqual({ ok: true, value: 'first' });
    expect(await change(second)).toEqual({ ok: true, value: 'changed' });
    expect(disk.read(LOCK)).toBeUndefined();
  });

  it('of a dead owner is taken over, also where its file was cut off', async () => {
    for (const left of ['{"token":"x","processId":77,"since":"","who":"a"}', '{"token":', '']) {
      const disk = labDisk();
      await change(process(disk, 1, 1));
      disk.write(LOCK, Buffer.from(left));
      expect(await change(process(disk, 2, 2))).toMatchObject({ ok: true });
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
    expect(lock).toMatchObject({ ok: false, error: { owner: { who: 'karl' } } });
    expect(naps).toEqual([250]);
  });

  it.each([
    ['another one by then, which somebody is writing', 'null', ''],
    ['nothing at first', undefined, '{"tok'],
  ])('that makes no sense, and was %s, is left alone', async (_name, first, then) => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from(first ?? KARLS));
    const meanwhile: Machine = {
      ...machine,
      // Let go between our write, which it refused, and our look at it.
      write: async (...args) => {
        const written = await machine.write(...args);
        if (first === undefined) disk.remove(LOCK);
        return written;
      },
      sleep: async () => disk.write(LOCK, Buffer.from(then)),
    };
    expect(await takeLock(meanwhile, 'olga')).toMatchObject({ ok: false, error: { owner: undefined } });
    expect(Buffer.from(disk.read(LOCK) ?? [])).toEqual(Buffer.from(then));
  });

  const DEAD = '{"token":"x","processId":77,"since":"","who":"a"}';
  const KARLS = '{"token":"y","processId":1,"since":"today","who":"karl"}';

  /** The machine, whose lock is Karl's from the moment on that `at` is called with the lock's path for the `nth` time. */
  function karlAt(at: 'read' | 'remove', nth: number, disk: MemoryDisk): Machine {
    const machine = process(disk, 2, 1, 2);
    let count = 0;
    const meet = (path: string) => {
      if (path === LOCK && ++count === nth) disk.write(LOCK, Buffer.from(KARLS));
    };
    if (at === 'read') {
      return {
        ...machine,
        read: async (path) => {
          meet(path);
          return machine.read(path);
        },
      };
    }
    return {
      ...machine,
      remove: async (path) => {
        const removed = await machine.remove(path);
        meet(path);
        return removed;
      },
    };
  }

  it('of a dead owner is left to whoever took it over first: it is read again before it is removed', async () => {
    for (const left of [DEAD, 'null', '']) {
      const disk = labDisk();
      await change(process(disk, 1, 1));
      disk.write(LOCK, Buffer.from(left));
      const lock = await takeLock(karlAt('read', left === DEAD ? 2 : 3, disk), 'olga');
      expect(lock, left).toMatchObject({ ok: false, error: { owner: { who: 'karl' } } });
      expect(disk.read(LOCK)?.toString(), left).toBe(KARLS);
    }
  });

  it('of a dead owner is left to whoever wrote one after it was removed', async () => {
    const disk = labDisk();
    await change(process(disk, 1, 1));
    disk.write(LOCK, Buffer.from(DEAD));
    expect(await takeLock(karlAt('remove', 1, disk), 'olga')).toMatchObject({
      ok: false,
      error: { owner: { who: 'karl' } },
    });
    expect(disk.read(LOCK)?.toString()).toBe(KARLS);
  });

  it('of a dead owner that finds no room is not held', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from(DEAD));
    const write: Machine['write'] = async (path, ...rest) =>
      disk.read(path) === undefined ? { result: 'full', detail: 'no room' } : machine.write(path, ...rest);
    expect(await takeLock({ ...machine, write }, 'olga')).toMatchObject({ ok: false, error: { full: true } });
    expect(disk.read(LOCK)).toBeUndefined();
  });

  it('that cannot be read is somebody’s, and is not removed', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from(DEAD));
    const read: Machine['read'] = async (path) =>
      path === LOCK ? { result: 'failed', detail: 'busy' } : machine.read(path);
    expect(await takeLock({ ...machine, read }, 'olga')).toMatchObject({ ok: false });
    expect(disk.read(LOCK)?.toString()).toBe(DEAD);
  });

  it('that is released while it is looked at is taken', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from(KARLS));
    let first = true;
    const read: Machine['read'] = async (path) => {
      if (path === LOCK && first) disk.remove(LOCK);
      if (path === LOCK) first = false;
      return machine.read(path);
    };
    expect(await takeLock({ ...machine, read }, 'olga')).toMatchObject({ ok: true });
  });

  it.each(['null', '[]', '5', '"x"', '{}', '{"token":1}', ...[0, -1, 1.5, '"1"'].map(lockOf)])(
    'that is %s is no lock',
    async (left) => {
      const disk = labDisk();
      // A process group would answer for the ids 0 and -1.
      const machine = { ...process(disk, 2), isAlive: () => true };
      await change(machine);
      disk.write(LOCK, Buffer.from(left));
      expect(await lockOwner(machine)).toBeUndefined();
      expect(await change(machine)).toEqual({ ok: true, value: 'changed' });
    },
  );

  it('B9: of a process that ended is dead, although its id is another process now, as after a reboot', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from('{"token":"gone","processId":1,"since":"today","who":"karl","holds":true}'));
    expect(await lockOwner(machine)).toBeUndefined();
    expect(await change(machine)).toEqual({ ok: true, value: 'changed' });
  });

  it('of a system that holds no names goes by the process id', async () => {
    const disk = labDisk();
    const nameless = (machine: Machine): Machine => ({ ...machine, hold: async () => ({ held: 'impossible' }) });
    const first = nameless(process(disk, 1, 1, 2));
    await change(first, async () => {
      expect(await change(nameless(process(disk, 2, 1, 2)))).toMatchObject({
        ok: false,
        error: { outcome: 'refused' },
      });
      expect(await change(nameless(process(disk, 2, 2)))).toMatchObject({ ok: true });
      return '';
    });
  });

  it('that another one is taking over at this moment is left to that one', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 2);
    await change(machine);
    disk.write(LOCK, Buffer.from(DEAD));
    const other = await machine.hold(`takes-over-${digest(DEAD)}`);
    expect(await takeLock(machine, 'olga')).toMatchObject({ ok: false });
    if (other.held === 'now') await other.letGo();
    expect(await takeLock(machine, 'olga')).toMatchObject({ ok: true });
  });

  it('is not held where another one lies there after it was written', async () => {
    const disk = labDisk();
    const machine = process(disk, 2, 1, 2);
    await change(machine);
    const write: Machine['write'] = async () => {
      disk.write(LOCK, Buffer.from('{"token":"y","processId":1,"since":"today","who":"karl"}'));
      return { result: 'ok' };
    };
    expect(await takeLock({ ...machine, write }, 'olga')).toMatchObject({
      ok: false,
      error: { owner: { who: 'karl' } },
    });
    const lost: Machine['write'] = async () => ({ result: 'ok' });
    disk.remove(LOCK);
    expect(await takeLock({ ...machine, write: lost }, 'olga')).toEqual({
      ok: false,
      error: { owner: undefined, why: 'another run is changing this server' },
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
    if (lock.ok) await lock.value.release();
    expect(disk.read(LOCK)?.toString()).toContain('karl');
  });
});
