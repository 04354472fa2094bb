// Looks at a target as a person waits for it.

import { collect } from '../evidence/collect.ts';
import type { EvidenceReader } from '../evidence/readers/evidence-reader.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { startLooking } from '../report/terminal/looking.ts';
import type { Streams } from './streams.ts';

/** Everything that can be read, and meanwhile a line at a terminal. */
export async function lookAt(reader: EvidenceReader, { stderr, env }: Streams): Promise<Evidence> {
  const looking = startLooking({ ...shape(stderr), write: (text) => process.stderr.write(text) }, env);
  try {
    return await collect(reader, 'everything', looking.found);
  } finally {
    looking.end();
  }
}

const shape = ({ isTTY, columns }: Streams['stderr']) => ({
  ...(isTTY !== undefined && { isTTY }),
  ...(columns !== undefined && { columns }),
});
