// Long work as a person waits for it: a look at a target above all.

import { collect, type Look } from '../evidence/collect.ts';
import type { EvidenceReader } from '../evidence/readers/evidence-reader.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { countOf, type HowFar, startHowFar, UNTOLD } from '../report/terminal/how-far.ts';
import { screen } from './screen.ts';
import type { Streams } from './streams.ts';

/** Everything that can be read, and meanwhile how far that is. */
export const lookAt = (reader: EvidenceReader, streams: Streams): Promise<Evidence> =>
  whileLooking(streams, (look) => collect(reader, 'everything', look));

/** The same for whatever else looks at a server; it tells what it finds. */
export const whileLooking = <T>(streams: Streams, work: (look: Look) => Promise<T>): Promise<T> =>
  sayingHowFar(streams, 'Looking at the server ...', ({ at }) =>
    work({
      found: (bindings) => at(`Looking at ${bindings} https ${bindings === 1 ? 'binding' : 'bindings'} ...`),
      greeted: (done, of) => at(countOf('Greeting endpoints', done, of)),
    }),
  );

/** Says how far this work is, as long as it takes. */
export async function sayingHowFar<T>(
  streams: Streams,
  words: string,
  work: (howFar: HowFar) => Promise<T>,
): Promise<T> {
  const howFar = howFarOn(streams, words);
  try {
    return await work(howFar);
  } finally {
    howFar.end();
  }
}

/** Drawn at a terminal; lines go where all lines for people go, and nowhere where nobody hears those. */
export function howFarOn({ err, stderr, env, untold }: Streams, words = ''): HowFar {
  if (untold) return UNTOLD;
  const { isTTY, columns } = stderr;
  const write = isTTY === true ? (text: string) => screen().write(text) : err;
  const shape = { ...(isTTY !== undefined && { isTTY }), ...(columns !== undefined && { columns }) };
  return startHowFar({ ...shape, write }, env, words);
}
