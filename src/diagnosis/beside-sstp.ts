// What a repair means to SSTP (Routing and Remote Access), which shares the records of all addresses at 443 with IIS and
// compares their hash with its own: another one there, and VPN clients stay outside. The one place for every plan.

import { recordAt } from '../chain/records/records.ts';
import type { Repair } from '../model/repair/playbook.ts';
import { recordLeft } from '../model/repair/record-left.ts';
import type { Evidence } from '../model/server/evidence.ts';
import type { Endpoint } from '../model/server/ssl-record.ts';

const SHARED: readonly Endpoint[] = ['0.0.0.0:443', '[::]:443'].map((name) => ({ table: 'ip', name }));

const AUTOMATIC = 2;

/**
 * The repair as it is; where the hash changes there and SSTP starts by itself, or nobody could read whether it does, it is
 * not made without a word.
 */
export function besideSstp(made: Repair, { services, records }: Evidence): Repair {
  if (services.known && services.value.get('SstpSvc')?.start !== AUTOMATIC) return made;
  const changed = SHARED.filter((endpoint) => {
    const present = records.known ? (recordAt(records.value, endpoint)?.thumbprint ?? '') : undefined;
    const left = recordLeft(made.steps, endpoint);
    return left !== undefined && (left === 'none' ? '' : left.thumbprint) !== present;
  });
  if (changed.length === 0) return made;
  const names = changed.map(({ name }) => name).join(' and ');
  return {
    ...made,
    risk: made.risk === 'safe' ? 'disruptive' : made.risk,
    effects: [
      ...made.effects,
      `SSTP (Routing and Remote Access) ${services.known ? 'starts by itself here' : 'may start by itself here, which could not be read,'} and compares the certificate of ${names} with its own: until it is given the same one, VPN clients cannot connect.`,
    ],
  };
}
