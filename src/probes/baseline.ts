// The last state that was seen healthy, as an earlier run of ours remembered it.

import { readBaselineFile } from '../formats/baseline.ts';
import type { Baseline } from '../model/evidence.ts';
import { type Known, known } from '../model/known.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret } from './reading.ts';
import { requestsFor } from './requests.ts';

/** Undefined where none was ever saved. */
export async function readBaseline(reader: EvidenceReader): Promise<Known<Baseline | undefined>> {
  const reading = await reader.read(requestsFor(reader.places).baseline);
  return reading.result === 'absent' ? known(undefined, reading.source) : interpret(reading, readBaselineFile);
}
