// A move takes permissions along as one act, as NTFS does, although the lab keeps them in a file beside.

import { describe, expect, it } from 'vitest';
import type { Disk } from '../../../src/lab/disk/disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import { moveWithSddl, sddlsAtOnce, setKeySddl, storedSddl } from '../../../src/lab/permissions/acls.ts';
import { newLab } from '../../support/new-lab.ts';

const FROM = 'C:\\Windows\\new';
const TO = 'C:\\ProgramData\\ours';
const CLOSED = 'O:BAG:SYD:PAI(A;OICI;FA;;;BA)';

/** A disk that does no more than so many changes. */
function dying(disk: Disk, changes: number): Disk {
  let left = changes;
  const alive =
    <Arguments extends readonly unknown[]>(act: (...args: Arguments) => void) =>
    (...args: Arguments) => {
      if (left-- <= 0) throw new Error('killed');
      act(...args);
    };
  return { ...disk, write: alive(disk.write), rename: alive(disk.rename), remove: alive(disk.remove) };
}

const start = () => {
  const { disk } = newLab({});
  disk.makeFolder(`${FROM}\\in`);
  for (const path of [FROM, `${FROM}\\in`]) setKeySddl(openLab(disk), path, CLOSED);
  return disk;
};

describe('a folder that is moved', () => {
  it('has its permissions where it is, wherever the lab is killed', () => {
    const places = new Set<string>();
    for (let changes = 0; ; changes += 1) {
      const disk = start();
      try {
        moveWithSddl(openLab(dying(disk, changes)), FROM, TO);
        expect(storedSddl(openLab(disk), FROM)).toBeUndefined();
        break;
      } catch (error) {
        expect((error as Error).message).toBe('killed');
      }
      const place = disk.list(TO) === undefined ? FROM : TO;
      places.add(place);
      for (const path of [place, `${place}\\in`]) expect(storedSddl(openLab(disk), path), `${changes}`).toBe(CLOSED);
    }
    expect([...places]).toEqual([FROM, TO]);
  });

  it('leaves what is in its way, and the permissions of both, as they were', () => {
    const disk = start();
    disk.makeFolder(TO);
    expect(() => moveWithSddl(openLab(disk), FROM, TO)).toThrow('denied');
    expect([FROM, TO].map((path) => storedSddl(openLab(disk), path))).toEqual([CLOSED, undefined]);
  });

  it('leaves no permissions where it could not be put', () => {
    const disk = start();
    const nowhere = 'C:\\not\\there';
    expect(() => moveWithSddl(openLab(disk), FROM, nowhere)).toThrow('absent');
    expect([FROM, nowhere].map((path) => storedSddl(openLab(disk), path))).toEqual([CLOSED, undefined]);
  });
});

describe('the permissions of many files', () => {
  it('are written once, also where the work ends early', () => {
    const { disk } = newLab({});
    let written = 0;
    const counting: Disk = {
      ...disk,
      write: (...args) => {
        written += 1;
        disk.write(...args);
      },
    };
    const paths = Array.from({ length: 100 }, (_each, at) => `${FROM}\\${at}`);
    const server = { ...openLab(disk), disk: counting };
    const work = () =>
      sddlsAtOnce(server, () => {
        for (const path of paths) setKeySddl(server, path, CLOSED);
        expect(storedSddl(server, paths[99] ?? '')).toBe(CLOSED);
        throw new Error('no more');
      });
    expect(work).toThrow('no more');
    expect(written).toBe(1);
    expect(paths.map((path) => storedSddl(openLab(disk), path))).toEqual(paths.map(() => CLOSED));
  });
});
