// Which IP addresses the lab has. Without a list in lab.json: loopback, two of its own, and those that its configuration and
// records name, as if somebody had given them to it. `foreignAddresses` are another member's of its farm (KB 2548832).

import type { LabServer } from '../server.ts';
import { readRecords } from './http-sys.ts';
import { placesOf, sitesOf } from './sites.ts';

const LOOPBACK = ['127.0.0.1', '::1'];

/** From the ranges for documentation. */
const OWN = ['192.0.2.9', '2001:db8::9'];

/** Its addresses, IPv6 without brackets, loopback first. */
export function ownAddresses(server: LabServer): readonly string[] {
  const { addresses, foreignAddresses = [] } = server.facts;
  const all = [...LOOPBACK, ...(addresses ?? [...OWN, ...named(server)])];
  return [...new Set(all)].filter((ip) => !foreignAddresses.includes(ip));
}

/** False for an address that the lab does not have; `0.0.0.0` and `[::]` are any of its own. */
export const hasAddress = (server: LabServer, ip: string): boolean =>
  isWildcard(ip) || ownAddresses(server).includes(bare(ip));

/** `0.0.0.0` or `::`, with or without brackets. */
export const isWildcard = (ip: string): boolean => ['0.0.0.0', '::'].includes(bare(ip));

/** IPv6 without its brackets. */
export const bare = (ip: string): string => ip.replace(/^\[|\]$/g, '');

function named(server: LabServer): readonly string[] {
  const ofRecords = readRecords(server).filter(({ table }) => table === 'ip');
  const ips = [
    ...placesOf(sitesOf(server)).map(({ ip }) => ip),
    ...ofRecords.map(({ endpoint }) => endpoint.slice(0, endpoint.lastIndexOf(':'))),
  ];
  return ips.filter((ip) => !isWildcard(ip)).map(bare);
}
