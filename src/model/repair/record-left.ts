// What steps leave at an endpoint, told by what then holds.

import { once } from '../once.ts';
import { endpointKey } from '../server/evidence.ts';
import type { Endpoint, SslRecord } from '../server/ssl-record.ts';
import type { Step } from './plan.ts';

/** The record that is there in the end, or `none`; undefined where the steps leave it alone. */
export function recordLeft(steps: readonly Pick<Step, 'holds'>[], endpoint: Endpoint): SslRecord | 'none' | undefined {
  return recordsLeft(steps).get(endpointKey(endpoint));
}

/** The same for every endpoint that the steps speak of, by its key (see endpointKey): the last step decides. */
export const recordsLeft = once((steps: readonly Pick<Step, 'holds'>[]): ReadonlyMap<string, SslRecord | 'none'> => {
  const left = new Map<string, SslRecord | 'none'>();
  for (const { holds } of steps) {
    if (holds.kind === 'record-absent') left.set(endpointKey(holds.endpoint), 'none');
    else if ('record' in holds) left.set(endpointKey(holds.record.endpoint), holds.record);
  }
  return left;
});
