// Which IP addresses the lab has: those that its configuration and records name, as if somebody had given them to it, except
// the ones that `foreignAddresses` of lab.json names. Those are of another member of its farm (KB 2548832).

import type { LabServer } from './server.ts';

/** False for an address that the lab was told to be another computer's. */
export const hasAddress = ({ facts }: LabServer, ip: string): boolean =>
  !(facts.foreignAddresses ?? []).includes(ip.replace(/^\[|\]$/g, ''));

/** Its addresses, IPv6 without brackets. `places` are all that something of it was to listen on. */
export function addressesOf(places: readonly { readonly ip: string }[]): readonly string[] {
  const named = places.map(({ ip }) => ip.replace(/^\[|\]$/g, '')).filter((ip) => ip !== '0.0.0.0' && ip !== '::');
  return [...new Set(['127.0.0.1', '::1', ...named])];
}
