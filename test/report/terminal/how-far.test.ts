import { describe, expect, it } from 'vitest';
import { type Clock, countOf, type HowFar, startHowFar } from '../../../src/report/terminal/how-far.ts';

const TERMINAL = { isTTY: true, columns: 40 };
const E = '\r\u001b[K';

/** A clock that is turned by hand. */
function clockOf(): Clock & { readonly turn: (milliseconds: number) => void } {
  let time = 0;
  const timers = new Set<{ readonly call: () => void; readonly every: number; next: number }>();
  return {
    now: () => time,
    every: (every, call) => {
      const timer = { call, every, next: time + every };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    turn: (milliseconds) => {
      for (const end = time + milliseconds; time < end; ) {
        time += 1;
        for (const timer of timers)
          if (timer.next === time) {
            timer.next += timer.every;
            timer.call();
          }
      }
    },
  };
}

/** What is written while this is done. */
function written(
  shape: object,
  work: (howFar: HowFar, turn: (milliseconds: number) => void) => void,
  env: Record<string, string> = {},
  words?: string,
): string {
  const text: string[] = [];
  const clock = clockOf();
  const howFar = startHowFar({ ...shape, write: (more) => text.push(more) }, env, words, clock);
  work(howFar, clock.turn);
  howFar.end();
  clock.turn(60_000);
  return text.join('');
}

describe('how far long work is', () => {
  it('is one line of a terminal, renewed a few times a second, and nothing of it stays', () => {
    const text = written(TERMINAL, ({ at }, turn) => {
      at('1 of 3');
      turn(600);
      at('2 of 3');
      at('3 of 3');
      turn(200);
    });
    expect(text).toBe(`${E}1 of 3${E}3 of 3${E}`);
  });

  it('is told of work that lets no timer run', () => {
    let time = 0;
    const text: string[] = [];
    const clock = { now: () => time, every: () => () => {} };
    const howFar = startHowFar({ ...TERMINAL, write: (more) => text.push(more) }, {}, '', clock);
    for (let done = 1; done <= 10; done += 1) {
      time += 100;
      howFar.at(`${done} of 10`);
    }
    howFar.end();
    expect(text.join('')).toBe(`${E}5 of 10${E}7 of 10${E}9 of 10${E}`);
  });

  it('is cut to the width', () => {
    const text = written({ isTTY: true, columns: 5 }, (_, turn) => turn(600), {}, 'Looking at the server');
    expect(text).toBe(`${E}Look${E}`);
  });

  it.each([
    ['a pipe', {}, {}, '2 of 9\n4 of 9\n'],
    ['TERM=dumb', TERMINAL, { TERM: 'dumb' }, '1 of 9\n3 of 9\n5 of 9\n'],
    ['a terminal without a width', { isTTY: true, columns: 0 }, {}, '1 of 9\n3 of 9\n5 of 9\n'],
  ])('is a line in ten seconds for %s', (_name, shape, env, lines) => {
    const text = written(
      shape,
      ({ at }, turn) => {
        for (let done = 1; done <= 5; done += 1) {
          at(`${done} of 9`);
          turn(5_000);
        }
      },
      env,
    );
    expect(text).toBe(lines);
  });

  it('is not told twice where nothing moves', () => {
    expect(written({}, ({ at }, turn) => [at('1 of 9'), turn(60_000)])).toBe('1 of 9\n');
  });

  it('is nothing for work that is short, and nothing after its end', () => {
    expect(written(TERMINAL, ({ at }, turn) => [at('1 of 9'), turn(499)])).toBe('');
    expect(written({}, ({ at }, turn) => [at('1 of 9'), turn(9_999)])).toBe('');
  });

  it('is a count', () => {
    expect(countOf('Greeting endpoints', 120, 500)).toBe('Greeting endpoints: 120 of 500');
  });
});
