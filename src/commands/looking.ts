// Looks at a target as a person waits for it.

import { collect } from '../evidence/collect.ts';
import type { EvidenceReader } from '../evidence/readers/evidence-reader.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { startLooking } from '../report/terminal/looking.ts';
import { screen } from './screen.ts';
import type { Streams } from './streams.ts';

/** Everything that can be read, and meanwhile a line at a terminal. */
export const lookAt = (reader: EvidenceReader, streams: Streams): Promise<Evidence> =>
  whileLooking(streams, (found) => collect(reader, 'everything', { found }));

/** The same line for whatever else looks at a server. `found` is told how many https bindings there are. */
export async function whileLooking<T>(
  { stderr, env }: Streams,
  look: (found: (bindings: number) => void) => Promise<T>,
): Promise<T> {
  const looking = startLooking({ ...shape(stderr), write: (text) => screen().write(text) }, env);
  try {
    return await look(looking.found);
  } finally {
    looking.end();
  }
}

const shape = ({ isTTY, columns }: Streams['stderr']) => ({
  ...(isTTY !== undefined && { isTTY }),
  ...(columns !== undefined && { columns }),
});
