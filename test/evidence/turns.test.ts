import { describe, expect, it } from 'vitest';
import type { Door } from '../../src/evidence/doors.ts';
import type { Visited } from '../../src/evidence/greet.ts';
import { AT_ONCE, BEGUN_WITHIN_MS, type Greetings, greetInTurns } from '../../src/evidence/turns.ts';
import { GREETING_SECONDS } from '../../src/formats/http-sys/visitors.ts';
import type { Greeted, Greeting, Handshake } from '../../src/model/server/evidence.ts';
import type { Known } from '../../src/model/server/known.ts';
import { have } from '../support/evidence-folder.ts';

const doorOf = (...addresses: readonly string[]): Door =>
  addresses.map((address) => ({ address, port: 443, name: '' }));

const visitedAt = (name: string, site: number, doors: readonly Door[]): readonly [string, Visited] => [
  name,
  { endpoint: { table: 'ip', name }, site, names: [''], through: [], doors },
];

const NO_ANSWER = have<Handshake>({ outcome: 'no-tls', detail: 'no answer' });

/** Greetings that each take so long for nothing, on a clock that goes as fast as they end. */
async function greetAll(all: readonly (readonly [string, Visited])[], takesMs: number, how: Greetings = {}) {
  const began = Date.parse('2026-03-01T12:00:00Z');
  let [time, running, most] = [began, 0, 0];
  const asked: Greeting[] = [];
  const ends: { readonly at: number; readonly end: () => void }[] = [];
  const handshake = (greeting: Greeting) =>
    new Promise<Known<Handshake>>((resolve) => {
      asked.push(greeting);
      running += 1;
      most = Math.max(most, running);
      const end = () => {
        running -= 1;
        resolve(NO_ANSWER);
      };
      ends.push({ at: time + takesMs, end });
    });
  let done = false;
  const greeting = greetInTurns(new Map(all), { handshake, now: () => new Date(time) }, how).finally(() => {
    done = true;
  });
  while (!done) {
    await new Promise(setImmediate);
    const next = ends.shift();
    if (next === undefined) continue;
    time = next.at;
    next.end();
  }
  return { asked, most, seconds: (time - began) / 1000, greeted: await greeting };
}

const isAnswered = ({ got }: Greeted): boolean => got.known;
const FAMILIES = [doorOf('127.0.0.1', '192.0.2.7'), doorOf('::1', '2001:db8::7')];
const dead = (count: number, doors: readonly Door[]) =>
  Array.from({ length: count }, (_, index) => visitedAt(`192.0.2.7:${index + 1}`, index, doors));

describe('endpoints that are all dead', () => {
  it('are 500 within the time, 256 connections at once, each at one door at least', async () => {
    const { most, seconds, greeted } = await greetAll(dead(500, FAMILIES), 5_000);
    expect({ most, size: greeted.size }).toEqual({ most: AT_ONCE, size: 500 });
    expect(seconds).toBeLessThanOrEqual(GREETING_SECONDS);
    for (const all of greeted.values())
      expect(all.filter(isAnswered).map(({ greeting }) => greeting?.address)).toEqual(
        expect.arrayContaining(['127.0.0.1', '192.0.2.7']),
      );
  });

  it('are never waited for longer, however many they are; whom nobody greeted is not called dead', async () => {
    for (const takes of [3_000, 5_000]) {
      const doors = [...FAMILIES, doorOf('192.0.2.8'), doorOf('192.0.2.9')];
      const { most, seconds, greeted } = await greetAll(dead(2_000, doors), takes);
      expect(most).toBe(AT_ONCE);
      expect(seconds * 1000).toBeLessThanOrEqual(BEGUN_WITHIN_MS + takes);
      const left = [...greeted.values()].flat().find((each) => !isAnswered(each));
      expect(left?.got).toMatchObject({
        known: false,
        unasked: true,
        why: 'the 30 s for all greetings were over before its turn',
      });
    }
  });

  it('say nothing of a door that was left in its middle: behind it somebody may answer', async () => {
    const { greeted } = await greetAll(dead(1, [doorOf('127.0.0.1', '192.0.2.7')]), BEGUN_WITHIN_MS + 1);
    expect([...greeted.values()].flat()).toMatchObject([
      { greeting: { address: '192.0.2.7' }, got: { known: false, unasked: true } },
    ]);
  });
});

describe('the order', () => {
  const two = (name: string, site: number) =>
    visitedAt(name, site, [doorOf(`${name} first`), doorOf(`${name} second`)]);
  const all = [two('a1', 1), two('a2', 1), two('b1', 2), two('a3', 1), two('c1', 3)];

  it('has each site once before the second endpoint of one, and each endpoint before its second door', async () => {
    const { asked } = await greetAll(all, 1);
    expect(asked.map(({ address }) => address)).toEqual([
      ...['a1 first', 'b1 first', 'c1 first'],
      ...['a2 first', 'b1 second', 'c1 second'],
      ...['a3 first', 'a1 second', 'a2 second', 'a3 second'],
    ]);
  });

  it('has what the look is about before all others', async () => {
    const { asked } = await greetAll(all, 1, { first: new Set(['a3', 'c1', 'gone']) });
    expect(asked.slice(0, 4).map(({ address }) => address)).toEqual(['a3 first', 'c1 first', 'a3 second', 'c1 second']);
    expect(asked).toHaveLength(10);
  });

  it('changes nothing of what is kept: the endpoints as they stood, the doors as they were', async () => {
    const { greeted } = await greetAll(all, 1, { first: new Set(['c1']) });
    expect([...greeted.keys()]).toEqual(['a1', 'a2', 'b1', 'a3', 'c1']);
    expect(greeted.get('a3')?.map(({ greeting }) => greeting?.address)).toEqual(['a3 first', 'a3 second']);
  });

  it('is counted by endpoints that had their turn', async () => {
    const told: string[] = [];
    await greetAll(all, 1, { greeted: (done, of) => told.push(`${done} of ${of}`) });
    expect(told).toEqual(['1 of 5', '2 of 5', '3 of 5', '4 of 5', '5 of 5']);
  });
});

it('gives each look its own time', async () => {
  let time = 0;
  const machine = { handshake: async () => NO_ANSWER, now: () => new Date(time) };
  const all = new Map(dead(1, [doorOf('192.0.2.7')]));
  await greetInTurns(all, machine);
  time = BEGUN_WITHIN_MS * 2;
  expect([...(await greetInTurns(all, machine)).values()].flat()).toMatchObject([{ got: NO_ANSWER }]);
});
