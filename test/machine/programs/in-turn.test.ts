import { describe, expect, it } from 'vitest';
import { inTurn } from '../../../src/machine/programs/in-turn.ts';

/** Work that ends when it is told to, with what it has begun so far. */
function works() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work =
    (name: number, fails = false) =>
    () => {
      begun.push(name);
      return new Promise<number>((done, failed) => {
        ends[name] = () => (fails ? failed(new Error(`${name}`)) : done(name));
      });
    };
  return { begun, end: (name: number) => ends[name]?.(), work };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('in turn', () => {
  it('no more than so many go on at once, and the others follow in their order', async () => {
    const { begun, end, work } = works();
    const turn = inTurn(2);
    const all = [0, 1, 2, 3].map((name) => turn(work(name)));
    expect(begun).toEqual([0, 1]);
    end(1);
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    end(0);
    end(2);
    await settle();
    end(3);
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
  });

  it('what fails makes room for the next, and its failure is its own', async () => {
    const { begun, end, work } = works();
    const turn = inTurn(1);
    const first = turn(work(0, true));
    const second = turn(work(1));
    end(0);
    await expect(first).rejects.toThrow('0');
    await settle();
    end(1);
    expect([await second, begun]).toEqual([1, [0, 1]]);
    const third = turn(work(2));
    end(2);
    expect(await third).toBe(2);
  });
});
