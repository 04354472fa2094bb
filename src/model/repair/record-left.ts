// What steps leave at an endpoint, told by what then holds.

import { endpointKey } from '../server/evidence.ts';
import type { Endpoint, SslRecord } from '../server/ssl-record.ts';
import type { Step } from './plan.ts';

/** The record that is there in the end, or `none`; undefined where the steps leave it alone. */
export function recordLeft(steps: readonly Pick<Step, 'holds'>[], endpoint: Endpoint): SslRecord | 'none' | undefined {
  const key = endpointKey(endpoint);
  const left = steps.flatMap(({ holds }): readonly (SslRecord | 'none')[] => {
    if (holds.kind === 'record-absent') return endpointKey(holds.endpoint) === key ? ['none'] : [];
    return 'record' in holds && endpointKey(holds.record.endpoint) === key ? [holds.record] : [];
  });
  return left.at(-1);
}
