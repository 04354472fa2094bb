import { describe, expect, it } from 'vitest';
import { greetDoors } from '../../src/evidence/greet.ts';
import { AT_ONCE, BEGUN_WITHIN_MS, inTurns } from '../../src/evidence/turns.ts';
import type { Greeted, Greeting, Handshake } from '../../src/model/server/evidence.ts';
import type { Known } from '../../src/model/server/known.ts';
import { have } from '../support/evidence-folder.ts';

/** Endpoints that all take this long for nothing, on a clock that goes as fast as they end. */
async function greetAll(endpoints: number, doors: readonly (readonly string[])[], takesMs: number) {
  const began = Date.parse('2026-03-01T12:00:00Z');
  let [time, running, most] = [began, 0, 0];
  const ends: { readonly at: number; readonly end: () => void }[] = [];
  const handshake = (_greeting: Greeting) =>
    new Promise<Known<Handshake>>((resolve) => {
      running += 1;
      most = Math.max(most, running);
      const end = () => {
        running -= 1;
        resolve(have<Handshake>({ outcome: 'no-tls', detail: 'no answer' }));
      };
      ends.push({ at: time + takesMs, end });
    });
  const inTurn = inTurns({ handshake, now: () => new Date(time) });
  const all = Array.from({ length: endpoints }, () =>
    greetDoors(
      doors.map((door) => door.map((address) => ({ address, port: 443, name: '' }))),
      inTurn,
    ),
  );
  const greeted: (readonly Greeted[])[] = [];
  const done = Promise.all(all.map(async (each) => greeted.push(await each)));
  while (greeted.length < endpoints) {
    await new Promise(setImmediate);
    const next = ends.shift();
    if (next === undefined) continue;
    time = next.at;
    next.end();
  }
  await done;
  return { most, seconds: (time - began) / 1000, greeted };
}

const answered = ({ got }: Greeted): boolean => got.known;

describe('endpoints that are all dead', () => {
  const families = [
    ['127.0.0.1', '192.0.2.7'],
    ['::1', '2001:db8::7'],
  ];

  it('are 500 in 20 s, each in both families, 256 connections at once', async () => {
    const { most, seconds, greeted } = await greetAll(500, families, 5_000);
    expect({ most, seconds }).toEqual({ most: AT_ONCE, seconds: 20 });
    for (const all of greeted)
      expect(all.filter(answered).map(({ greeting }) => greeting?.address)).toEqual(
        expect.arrayContaining(['127.0.0.1', '::1']),
      );
  });

  it('are never waited for longer, however many they are; whom nobody greeted is not called dead', async () => {
    for (const takes of [3_000, 5_000]) {
      const { most, seconds, greeted } = await greetAll(2_000, [...families, ['192.0.2.8'], ['192.0.2.9']], takes);
      expect(most).toBe(AT_ONCE);
      expect(seconds * 1000).toBeLessThanOrEqual(BEGUN_WITHIN_MS + takes);
      const left = greeted.flat().find((each) => !answered(each));
      expect(left?.got).toMatchObject({ known: false, why: 'too many others did not answer in time' });
    }
  });

  it('leave the next look its own time', async () => {
    let time = 0;
    const got = have<Handshake>({ outcome: 'no-tls', detail: 'no answer' });
    const inTurn = inTurns({ handshake: async () => got, now: () => new Date(time) });
    const greeting = { address: '192.0.2.7', port: 443, name: '' };
    await inTurn(greeting);
    time = BEGUN_WITHIN_MS * 2;
    expect(await inTurn(greeting)).toBe(got);
  });
});
