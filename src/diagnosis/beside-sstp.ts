// What a repair means to SSTP (Routing and Remote Access), which shares the records of all addresses at 443 with IIS and
// compares their hash with its own: another one there, and VPN clients stay outside. The one place for every plan.

import { recordAt } from '../chain/records/records.ts';
import type { Condition, Step } from '../model/repair/plan.ts';
import type { Repair } from '../model/repair/playbook.ts';
import { type Evidence, endpointKey } from '../model/server/evidence.ts';
import type { Endpoint } from '../model/server/ssl-record.ts';

const SHARED: readonly Endpoint[] = ['0.0.0.0:443', '[::]:443'].map((name) => ({ table: 'ip', name }));

const AUTOMATIC = 2;

/** The repair as it is; where SSTP starts by itself and the hash changes there, nobody makes it without a word. */
export function besideSstp(made: Repair, { services, records }: Evidence): Repair {
  if (!services.known || services.value.get('SstpSvc')?.start !== AUTOMATIC) return made;
  const changed = SHARED.filter((endpoint) => {
    const present = records.known ? (recordAt(records.value, endpoint)?.thumbprint ?? '') : undefined;
    const left = hashLeft(made.steps, endpoint);
    return left !== undefined && left !== present;
  });
  if (changed.length === 0) return made;
  const names = changed.map(({ name }) => name).join(' and ');
  return {
    ...made,
    risk: made.risk === 'safe' ? 'disruptive' : made.risk,
    effects: [
      ...made.effects,
      `SSTP (Routing and Remote Access) starts by itself here and compares the certificate of ${names} with its own: until it is given the same one, VPN clients cannot connect.`,
    ],
  };
}

/** The hash that the steps leave there, '' for none; undefined where they leave the record alone. */
function hashLeft(steps: readonly Step[], { table, name }: Endpoint): string | undefined {
  const key = endpointKey({ table, name });
  return steps.flatMap(({ holds }) => (keyOf(holds) === key ? [hashOf(holds)] : [])).at(-1);
}

function keyOf(holds: Condition): string | undefined {
  if (holds.kind === 'record-absent') return endpointKey(holds.endpoint);
  return 'record' in holds ? endpointKey(holds.record.endpoint) : undefined;
}

const hashOf = (holds: Condition): string => ('record' in holds ? holds.record.thumbprint : '');
