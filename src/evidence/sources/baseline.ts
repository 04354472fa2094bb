// The last state that was seen healthy, as an earlier run of ours remembered it.

import type { Evidence } from '../../model/server/evidence.ts';
import { known, unknown } from '../../model/server/known.ts';
import { readBaselineFile } from '../../own-files/baseline.ts';
import { interpret, type Reading } from '../readers/reading.ts';
import type { Read } from './source.ts';

/** Undefined where none was ever saved. */
export function readBaseline(
  [reading]: readonly Reading[],
  { recorded }: { readonly recorded: boolean },
): Read<Evidence['baseline']> {
  if (reading?.result === 'absent') return { value: known(undefined, reading.source) };
  const baseline = interpret(reading, readBaselineFile);
  // On a live server it is a file of our own, which says nothing of the server; a damaged one has a command of its own.
  return { value: baseline.known || recorded ? baseline : unknown(baseline.why, baseline.source) };
}
