// Two fixes at once on one lab: what one of them has changed is not lost to the other.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { alone } from '../../../src/lab/disk/alone.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

afterEach(() => void vi.restoreAllMocks());

describe('processes that change one lab', () => {
  it('lose nothing of what another one has changed', async () => {
    const [lab, folder] = [temporaryFolder(), temporaryFolder()];
    const program = join(folder, 'turn-taker.mjs');
    const source = join(import.meta.dirname, '../../support/turn-taker.ts');
    buildSync({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', outfile: program });
    const takers = ['a', 'b', 'c'].map((name) => fork(program, [lab, name, '100']));
    const codes = await Promise.all(takers.map(async (taker) => (await once(taker, 'exit'))[0] as unknown));
    expect(codes).toEqual([0, 0, 0]);
    expect(Object.keys(JSON.parse(readFileSync(join(lab, 'acls.json'), 'utf8')) as object)).toHaveLength(300);
    expect(readdirSync(lab)).toEqual(['acls.json']);
  });

  it.each([
    ['of a process that is dead', String(2 ** 30)],
    ['that names no process', 'nobody'],
  ])('do not wait for a turn %s', (_whose, owner) => {
    const lab = temporaryFolder();
    symlinkSync(owner, join(lab, 'lab.turn'));
    expect(alone(lab, () => readdirSync(lab))).toEqual(['lab.turn']);
    expect(readdirSync(lab)).toEqual([]);
  });

  it('take no turn away that somebody has taken while its last owner was found dead', () => {
    const lab = temporaryFolder();
    const mark = join(lab, 'lab.turn');
    const DEAD = 2 ** 30;
    symlinkSync(String(DEAD), mark);
    let [looks, hasEnded] = [0, false];
    vi.spyOn(process, 'kill').mockImplementation((owner) => {
      if (owner === DEAD) {
        unlinkSync(mark);
        symlinkSync('1', mark);
        throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
      }
      // The other one is looked at a few times before it has done.
      if (++looks === 3) {
        unlinkSync(mark);
        hasEnded = true;
      }
      return true;
    });
    expect(alone(lab, () => hasEnded)).toBe(true);
    expect(readdirSync(lab)).toEqual([]);
  });

  it('give the turn back when what they do fails', () => {
    const lab = temporaryFolder();
    const failing = () =>
      alone(lab, () => {
        throw new Error('failed');
      });
    expect(failing).toThrow('failed');
    expect(readdirSync(lab)).toEqual([]);
  });

  it('act where there is no folder to take a turn in', () => {
    expect(alone(join(temporaryFolder(), 'none'), () => 'done')).toBe('done');
  });
});
