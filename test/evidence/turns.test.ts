import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FEW } from '../../src/evidence/again.ts';
import type { Door } from '../../src/evidence/doors.ts';
import type { Visited } from '../../src/evidence/greet.ts';
import { AT_ONCE, BEGUN_WITHIN_MS, type Greetings, greetInTurns } from '../../src/evidence/turns.ts';
import { GREETING_SECONDS } from '../../src/formats/http-sys/visitors.ts';
import { tlsHandshake } from '../../src/machine/windows/tls-handshake.ts';
import type { Greeted, Greeting, Handshake } from '../../src/model/server/evidence.ts';
import type { Known } from '../../src/model/server/known.ts';
import { have } from '../support/evidence-folder.ts';

const doorOf = (...addresses: readonly string[]): Door =>
  addresses.map((address) => ({ address, port: 443, name: '' }));

const visitedAt = (name: string, site: number, doors: readonly Door[]): readonly [string, Visited] => [
  name,
  { endpoint: { table: 'ip', name }, site, names: [''], through: [], doors },
];

const NO_ANSWER = have<Handshake>({ outcome: 'no-tls', detail: 'no answer', silent: true });
const KEPT = have<Handshake>({ outcome: 'no-tls', detail: 'no answer' });
const CERTIFICATE = have<Handshake>({ outcome: 'certificate', thumbprint: 'AA', protocol: 'TLSv1.3' });
const RESET = have<Handshake>({ outcome: 'no-tls', detail: 'ECONNRESET' });

interface Answer {
  readonly takesMs: number;
  readonly got: Known<Handshake>;
}
/** What a greeting gets, how often it was asked before, and which of all greetings it is. */
type Server = (greeting: Greeting, before: number, index: number) => Answer;

/** Greetings that each take so long, for nothing where no server is given, on a clock that goes as fast as they end. */
async function greetAll(all: readonly (readonly [string, Visited])[], takes: number | Server, how: Greetings = {}) {
  const server: Server = typeof takes === 'number' ? () => ({ takesMs: takes, got: NO_ANSWER }) : takes;
  const began = Date.parse('2026-03-01T12:00:00Z');
  let [time, running, most] = [began, 0, 0];
  const asked: Greeting[] = [];
  const ends: { readonly at: number; readonly end: () => void }[] = [];
  const handshake = (greeting: Greeting) =>
    new Promise<Known<Handshake>>((resolve) => {
      const { takesMs, got } = server(greeting, asked.filter((each) => each === greeting).length, asked.length);
      asked.push(greeting);
      running += 1;
      most = Math.max(most, running);
      const end = () => {
        running -= 1;
        resolve(got);
      };
      ends.push({ at: time + takesMs, end });
      ends.sort((a, b) => a.at - b.at);
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

describe('silence among many connections at once', () => {
  const late = (before: number, index: number) => before === 0 && index % 10 === 0;
  const each = (count: number) =>
    Array.from({ length: count }, (_, index) => visitedAt(`${index}`, index, [doorOf('192.0.2.7')]));
  const outcomes = (greeted: ReadonlyMap<string, readonly Greeted[]>) => {
    const all = [...greeted.values()].map(([one]) => one?.got);
    const count = (is: (got: Known<Handshake> | undefined) => boolean | undefined) => all.filter(is).length;
    return {
      certificates: count((got) => got?.known && got.value.outcome === 'certificate'),
      dead: count((got) => got?.known && got.value.outcome !== 'certificate'),
      notChecked: count((got) => got?.known === false && got.unasked),
    };
  };

  it('is asked once more, and what answers then is taken', async () => {
    const { asked, greeted } = await greetAll(each(200), (_, before, index) =>
      late(before, index) ? { takesMs: 5_000, got: NO_ANSWER } : { takesMs: 100, got: CERTIFICATE },
    );
    expect(outcomes(greeted)).toEqual({ certificates: 200, dead: 0, notChecked: 0 });
    expect(asked).toHaveLength(220);
  });

  it('is asked so by few at a time', async () => {
    let [silent, running, most] = [200, 0, 0];
    const handshake = async () => {
      if (silent-- > 0) return NO_ANSWER;
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      return CERTIFICATE;
    };
    const greeted = await greetInTurns(new Map(each(200)), { handshake, now: () => new Date(0) });
    expect({ most, ...outcomes(greeted) }).toEqual({ most: FEW, certificates: 200, dead: 0, notChecked: 0 });
  });

  it('is silence where it is silent twice, without a mark in what is kept', async () => {
    const { asked, greeted } = await greetAll(each(200), (_, _before, index) =>
      index % 100 === 0 ? { takesMs: 5_000, got: NO_ANSWER } : { takesMs: 100, got: CERTIFICATE },
    );
    expect(outcomes(greeted)).toEqual({ certificates: 199, dead: 1, notChecked: 0 });
    expect(asked).toHaveLength(202);
    expect(greeted.get('0')).toStrictEqual([{ greeting: { address: '192.0.2.7', port: 443, name: '' }, got: KEPT }]);
  });

  it('is no refusal and no reset: those are asked once, as is who was silent among few', async () => {
    const reset = await greetAll(each(200), () => ({ takesMs: 5_000, got: RESET }));
    expect(reset.asked).toHaveLength(200);
    const few = await greetAll(each(FEW), 5_000);
    expect(few.asked).toHaveLength(FEW);
    expect(outcomes(few.greeted)).toEqual({ certificates: 0, dead: FEW, notChecked: 0 });
  });

  it('is asked at the door where it was, whose other addresses keep what they gave', async () => {
    const doors = Array.from({ length: 20 }, (_, index) =>
      visitedAt(`${index}`, index, [doorOf('192.0.2.7', '192.0.2.8', '192.0.2.9')]),
    );
    const { asked, greeted } = await greetAll(doors, ({ address }, before) => {
      if (address === '192.0.2.7') return { takesMs: 100, got: RESET };
      return { takesMs: 5_000, got: address === '192.0.2.8' && before > 0 ? CERTIFICATE : NO_ANSWER };
    });
    expect(asked).toHaveLength(20 * 3 + 20);
    for (const all of greeted.values()) expect(all.map(({ got }) => got)).toEqual([RESET, CERTIFICATE]);
  });

  describe('that no time is left to ask again', () => {
    /** The last 200 of 712, greeted in the last 5 s of the time, are silent; all before them take so long for a certificate. */
    const lastSilent = (takesMs: number) =>
      greetAll(each(712), (_, _before, index) =>
        index < 512
          ? { takesMs: BEGUN_WITHIN_MS / 2, got: CERTIFICATE }
          : { takesMs, got: index % 2 ? NO_ANSWER : CERTIFICATE },
      );

    it('is silence where those who answered meanwhile were quick', async () => {
      const { greeted } = await lastSilent(2_000);
      expect(outcomes(greeted)).toEqual({ certificates: 612, dead: 100, notChecked: 0 });
    });

    it('is not checked where those who answered meanwhile were slow', async () => {
      const { greeted } = await lastSilent(4_000);
      expect(outcomes(greeted)).toEqual({ certificates: 612, dead: 0, notChecked: 100 });
    });

    it('is not checked where nobody answered meanwhile, and those before were slow', async () => {
      const { greeted } = await greetAll(each(712), (_, _before, index) =>
        index < 512 ? { takesMs: BEGUN_WITHIN_MS / 2, got: CERTIFICATE } : { takesMs: 5_000, got: NO_ANSWER },
      );
      expect(outcomes(greeted)).toEqual({ certificates: 512, dead: 0, notChecked: 200 });
    });

    it('is not checked where one who was asked again showed a certificate', async () => {
      // Four rounds of silence leave the time for two more of those few.
      const { greeted } = await greetAll(each(AT_ONCE * 4), (_, before) => ({
        takesMs: 5_000,
        got: before === 0 ? NO_ANSWER : CERTIFICATE,
      }));
      expect(outcomes(greeted)).toEqual({ certificates: FEW * 2, dead: 0, notChecked: AT_ONCE * 4 - FEW * 2 });
    });

    it('is silence where whoever was asked again was silent again', async () => {
      const { greeted } = await greetAll(each(AT_ONCE * 4), 5_000);
      expect(outcomes(greeted)).toEqual({ certificates: 0, dead: AT_ONCE * 4, notChecked: 0 });
    });
  });

  it('is none of a real server that answers who comes alone', async () => {
    const pem = (name: string) => readFileSync(`test/fixtures/tls/${name}.pem`);
    const tls = createTlsServer({ cert: pem('default'), key: pem('default-key') }, (socket) =>
      socket.on('error', () => {}),
    );
    let come = 0;
    const sockets: Socket[] = [];
    const front = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      if (++come > 40 || come % 3 > 0) tls.emit('connection', socket);
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      front.close();
    });
    await new Promise<void>((ready) => front.listen(0, '127.0.0.1', ready));
    const { port } = front.address() as AddressInfo;
    const handshake = async (greeting: Greeting) => have(await tlsHandshake({ ...greeting, port }, 2_500));
    const greeted = await greetInTurns(
      new Map(each(40).map(([key, at]) => [key, { ...at, doors: [doorOf('127.0.0.1')] }])),
      {
        handshake,
        now: () => new Date(0),
      },
    );
    expect(outcomes(greeted)).toEqual({ certificates: 40, dead: 0, notChecked: 0 });
    expect(come).toBeGreaterThanOrEqual(40 + 13);
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
  expect([...(await greetInTurns(all, machine)).values()].flat()).toMatchObject([{ got: KEPT }]);
});
