// Whether a site binding is of this server at all: a farm on shared configuration carries the bindings of its other members
// (KB 2548832), and IIS passes over an address that the server does not have.

import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { SiteBinding } from '../../model/server/iis-config.ts';
import { addressOfBinding, endpointOfBinding } from './endpoint.ts';

/** For a binding that names an address: false where this server has none such, undefined where nobody knows. */
export function isOnThisServer(
  { information, sslFlags }: SiteBinding,
  { addresses, handshakes }: Pick<Evidence, 'addresses' | 'handshakes'>,
): boolean | undefined {
  const address = addressOfBinding(information)?.replace(/%.*$/, '');
  if (address === undefined || isEverywhere(address)) return true;
  if (!addresses.known) return undefined;
  // It was greeted, so the list is not as it was.
  const endpoint = endpointOfBinding(information, sslFlags);
  const greeted = endpoint.ok && endpoint.value.table === 'ip' && handshakes.has(endpointKey(endpoint.value));
  return greeted || addresses.value.includes(address);
}

/** All addresses, and loopback. */
const isEverywhere = (address: string): boolean => /^(?:0\.0\.0\.0|127(?:\.\d+){3}|::1?)$/.test(address);
