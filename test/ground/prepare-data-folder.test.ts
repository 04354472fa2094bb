// How our folder comes into being: born closed, proved, moved to its place; and every moment in which that can be cut off.

import { describe, expect, it } from 'vitest';
import { judgeOwnFolder, PROOFS } from '../../src/ground/own-folder.ts';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { setKeySddl, storedSddl } from '../../src/lab/permissions/acls.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Command } from '../../src/model/repair/command.ts';
import { Crash, mortal } from '../support/mortal.ts';
import { failure, labDisk, machineOn, tell } from '../support/run-lab.ts';

const DATA = 'C:\\ProgramData\\iis-ssl-heal';
const EVIL = Buffer.from('{"forged":true}');

/** What lies below ProgramData and Windows and has our name in its own. */
const named = (disk: MemoryDisk): readonly string[] =>
  ['C:\\ProgramData', 'C:\\Windows'].flatMap((path) =>
    (disk.list(path)?.folders ?? []).filter((name) => name.startsWith('iis-ssl-heal')),
  );

/** Everything that is done to the machine, in order, with the paths in it; `before` is done first. */
function watched(machine: Machine, before: (what: string) => void = () => {}): { machine: Machine; done: string[] } {
  const done: string[] = [];
  const note = (what: string) => {
    before(what);
    done.push(what.replace(/[0-9a-f]{64}/g, 'ID').replace(/new-\d+-[0-9a-f]{32}/g, 'new'));
  };
  const run = (command: Command) =>
    note(`${command.program} ${command.args.filter((arg) => typeof arg === 'string').join(' ')}`);
  const changing = ({ program, args }: Command) => !(program === 'reg' && args[0] === 'query') && args[1] !== '/save';
  return {
    done,
    machine: {
      ...machine,
      run: (command, secrets) => {
        if (changing(command)) run(command);
        return machine.run(command, secrets);
      },
      write: (path, bytes, how) => {
        note(`write ${path}`);
        return machine.write(path, bytes, how);
      },
      makeFolder: (path) => {
        note(`make ${path}`);
        return machine.makeFolder(path);
      },
      rename: (from, to) => {
        note(`rename ${from} ${to}`);
        return machine.rename(from, to);
      },
    },
  };
}

const ADMINS = '/inheritance:r /grant:r *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F';

describe('the data folder', () => {
  it('is closed before anything lies in it, proved before it is in its place, and made once', async () => {
    const disk = labDisk();
    const { machine, done } = watched(machineOn(disk));
    expect(await prepareDataFolder(machine)).toEqual({ ok: true, value: [] });
    const NEW = 'C:\\Windows\\iis-ssl-heal.new';
    expect(done.slice(0, 10)).toEqual([
      `make ${NEW}`,
      `icacls ${NEW} /setowner *S-1-5-32-544`,
      `icacls ${NEW} ${ADMINS}`,
      `write ${NEW}\\id-ID`,
      ...['work', 'backups', 'runs', 'log'].map((name) => `make ${NEW}\\${name}`),
      `reg add ${PROOFS} /v ID /t REG_SZ /d ${DATA} /f`,
      `rename ${NEW} ${DATA}`,
    ]);
    expect(named(disk)).toEqual(['iis-ssl-heal']);
    expect(storedSddl(openLab(disk), DATA)).toBe('O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)');
    done.length = 0;
    expect(await prepareDataFolder(machine)).toEqual({ ok: true, value: [] });
    expect(done).toEqual([]);
  });

  it.each([
    ['/setowner', 'it could not be closed to other users'],
    ['/inheritance:r', 'it could not be closed to other users'],
    ['add', `${PROOFS} cannot be written`],
  ])('does not stay where %s cannot be done, and says so', async (argument, why) => {
    const disk = labDisk();
    tell(disk, failure(argument === 'add' ? 'reg' : 'icacls', argument, 'fail'));
    expect(await prepareDataFolder(machineOn(disk))).toEqual({
      ok: false,
      error: { unmade: true, why: `${DATA} cannot be made: ${why}` },
    });
    expect(named(disk)).toEqual([]);
  });

  it('is not made where an ordinary account could put another in its place', async () => {
    const disk = labDisk();
    const server = openLab(disk);
    setKeySddl(server, 'C:\\ProgramData', 'O:SYG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;BU)');
    server.save();
    const { machine, done } = watched(machineOn(disk));
    const why = expect.stringContaining('C:\\ProgramData can be changed by');
    expect(await prepareDataFolder(machine)).toEqual({ ok: false, error: { why } });
    expect(named(disk)).toEqual([]);
    expect(done.filter((what) => what.startsWith('write') || what.startsWith('reg'))).toEqual([]);
  });

  it('does not believe a reg that ends with 0 and has written nothing', async () => {
    const disk = labDisk();
    tell(disk, failure('reg', 'add', 'nothing'));
    expect(await prepareDataFolder(machineOn(disk))).toMatchObject({ ok: false });
    expect(named(disk)).toEqual([]);
  });

  it('is whole, or made again, wherever the making is cut off: before each act and in the middle of each write', async () => {
    for (const cut of ['before', 'torn'] as const) {
      for (let number = 0; ; number += 1) {
        const disk = labDisk();
        const dies = await prepareDataFolder(mortal(machineOn(disk), number, cut)).then(
          () => false,
          (error: unknown) => error instanceof Crash || Promise.reject(error),
        );
        if (!dies) {
          expect(number).toBeGreaterThan(cut === 'before' ? 9 : 0);
          break;
        }
        const where = `${cut} ${number}: ${named(disk)}`;
        expect((await judgeOwnFolder(machineOn(disk))).state, where).toMatch(/^(?:absent|ours)$/);
        expect(await prepareDataFolder(machineOn(disk)), where).toEqual({ ok: true, value: [] });
        expect(named(disk), where).toEqual(['iis-ssl-heal']);
      }
    }
  });

  it('is one folder where two first runs make it at once, each cut between any two acts of the other', async () => {
    for (let number = 0; number < 10; number += 1) {
      const disk = labDisk();
      let at = 0;
      let other: ReturnType<typeof prepareDataFolder> | undefined;
      const alive = { ...machineOn(disk), isAlive: () => true };
      const { machine } = watched(alive, () => {
        if (at++ === number) other = prepareDataFolder(alive);
      });
      const both = [await prepareDataFolder(machine), await other];
      expect(both, `at ${number}`).toEqual([
        { ok: true, value: [] },
        { ok: true, value: [] },
      ]);
      expect(named(disk), `at ${number}`).toEqual(['iis-ssl-heal']);
    }
  });

  it('of somebody who was faster by an instant is moved aside, however often: then it is said', async () => {
    const squat = (disk: MemoryDisk) => {
      disk.makeFolder(`${DATA}\\runs\\0001-x`);
      disk.write(`${DATA}\\config.json`, EVIL);
    };
    const once = labDisk();
    let left = 1;
    const fast = (disk: MemoryDisk) =>
      watched({ ...machineOn(disk) }, (what) => {
        if (what.startsWith('rename C:\\Windows') && left-- > 0) squat(disk);
      }).machine;
    expect(await prepareDataFolder(fast(once))).toMatchObject({ ok: true, value: [{ why: expect.any(String) }] });
    expect(once.read(`${DATA}\\config.json`)).toBeUndefined();
    const always = labDisk();
    left = 100;
    expect(await prepareDataFolder(fast(always))).toMatchObject({ ok: false, error: { unmade: true } });
    expect(named(always).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  it('is never moved aside where the proofs cannot be read: ours could be the one', async () => {
    const disk = labDisk();
    await prepareDataFolder(machineOn(disk));
    for (const told of [
      [failure('reg', PROOFS, 'fail', 1, 1)],
      [failure('reg', PROOFS, 'hang')],
      [failure('reg', PROOFS, 'fail', 1, 1), failure('reg', 'HKLM\\SOFTWARE', 'fail', 2, 1)],
      [failure('reg', PROOFS, 'nothing'), failure('reg', 'HKLM\\SOFTWARE', 'nothing', 2)],
    ]) {
      tell(disk, ...told);
      const why = `${DATA} is not used: ${PROOFS} cannot be read`;
      expect(await prepareDataFolder(machineOn(disk))).toEqual({ ok: false, error: { why } });
      const server = openLab(disk);
      server.facts.told.length = 0;
      server.save();
    }
    expect(named(disk)).toEqual(['iis-ssl-heal']);
    expect(await prepareDataFolder(machineOn(disk))).toEqual({ ok: true, value: [] });
  });

  it('on another drive than Windows is born below a folder that is closed first', async () => {
    const disk = labDisk();
    // The lab has one drive: that Windows is elsewhere is only said to what chooses the place.
    const { machine, done } = watched({ ...machineOn(disk), systemRoot: 'D:\\Windows' });
    expect(await prepareDataFolder(machine)).toEqual({ ok: true, value: [] });
    const OUTER = 'C:\\ProgramData\\iis-ssl-heal.new';
    expect(done.slice(0, 6)).toEqual([
      `make ${OUTER}`,
      `icacls ${OUTER} /setowner *S-1-5-32-544`,
      `icacls ${OUTER} ${ADMINS}`,
      `make ${OUTER}\\iis-ssl-heal.new`,
      `icacls ${OUTER}\\iis-ssl-heal.new /setowner *S-1-5-32-544`,
      `icacls ${OUTER}\\iis-ssl-heal.new ${ADMINS}`,
    ]);
    expect(named(disk)).toEqual(['iis-ssl-heal']);
  });

  it('is not made in a folder that somebody has put something into before it was closed', async () => {
    const disk = labDisk();
    const { machine } = watched({ ...machineOn(disk), systemRoot: 'D:\\Windows' }, (what) => {
      const outer = /^icacls (\S+) \/setowner/.exec(what)?.[1];
      if (outer !== undefined) disk.write(`${outer}\\x`, EVIL);
    });
    expect(await prepareDataFolder(machine)).toMatchObject({
      ok: false,
      error: { why: expect.stringContaining('was changed by somebody else while it was made') },
    });
    expect(disk.list(DATA)).toBeUndefined();
  });

  it('that cannot be listed is not used', async () => {
    const machine: Machine = { ...machineOn(labDisk()), list: async () => ({ result: 'denied', detail: 'no' }) };
    expect(await prepareDataFolder(machine)).toEqual({ ok: false, error: { why: `${DATA} cannot be read: no` } });
  });

  it('is made where a file of that name lay, which is moved aside', async () => {
    const disk = labDisk();
    disk.write(DATA, EVIL);
    const prepared = await prepareDataFolder(machineOn(disk));
    expect(prepared).toMatchObject({ ok: true, value: [{ why: `${DATA} is not ours: it is a file` }] });
    expect(disk.read(prepared.ok ? prepared.value[0]!.movedTo : '')).toEqual(EVIL);
  });

  it('keeps to itself what was set on the folder in its place', async () => {
    const disk = labDisk();
    disk.makeFolder(DATA);
    setKeySddl(openLab(disk), DATA, 'O:S-1-5-21-9-9-9-1G:SYD:PAI(A;OICI;FA;;;WD)');
    const prepared = await prepareDataFolder(machineOn(disk));
    const movedTo = prepared.ok ? prepared.value[0]!.movedTo : '';
    expect(storedSddl(openLab(disk), movedTo)).toContain(';;;WD)');
    expect(storedSddl(openLab(disk), DATA)).toBe('O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)');
  });
});
