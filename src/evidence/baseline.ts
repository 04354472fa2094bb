// The last state that was seen healthy, as an earlier run of ours remembered it.

import type { Baseline } from '../model/evidence.ts';
import { type Known, known, unknown } from '../model/known.ts';
import { readBaselineFile } from '../own-files/baseline.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret } from './reading.ts';
import { requestsFor } from './requests.ts';

/** Undefined where none was ever saved. */
export async function readBaseline(reader: EvidenceReader): Promise<Known<Baseline | undefined>> {
  const reading = await reader.read(requestsFor(reader.places).baseline);
  if (reading.result === 'absent') return known(undefined, reading.source);
  const baseline = interpret(reading, readBaselineFile);
  // On a live server it is a file of our own, which says nothing of the server; a damaged one has a command of its own.
  return baseline.known || reader.recorded ? baseline : unknown(baseline.why, baseline.source);
}
