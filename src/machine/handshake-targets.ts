// Which address to greet for an endpoint of this server: its own, or loopback; never a name that DNS would answer.

import { domainToASCII } from 'node:url';
import { addressOf, portOf } from '../formats/http-sys/endpoint.ts';
import { type Endpoint, isCentralStore } from '../model/ssl-record.ts';
import type { HandshakeTarget } from './tls-handshake.ts';

const LOOPBACK = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** More addresses than these are not tried. */
const MOST_ADDRESSES = 4;

/**
 * The targets to try in turn until one is connected to; none for a central certificate store endpoint, whose
 * certificate depends on a name that the record does not hold. Loopback comes first, then the server's `addresses`:
 * a listen-only list of http.sys (`netsh http show iplisten`) may leave loopback out.
 */
export function handshakeTargets(endpoint: Endpoint, addresses: readonly string[]): readonly HandshakeTarget[] {
  if (isCentralStore(endpoint)) return [];
  const port = portOf(endpoint);
  const place = addressOf(endpoint);
  const loopback = endpoint.table === 'sni' ? '127.0.0.1' : LOOPBACK.get(place);
  if (loopback === undefined) return [{ host: place, port }];
  const ofFamily = addresses.filter((address) => address.includes(':') === loopback.includes(':'));
  const hosts = [loopback, ...ofFamily.slice(0, MOST_ADDRESSES)];
  // A wildcard record answers for any name below it; the name goes over the wire in ASCII.
  const serverName = domainToASCII(place.replace(/^\*\./, 'www.'));
  return hosts.map((host) => ({ host, port, ...(endpoint.table === 'sni' && { serverName }) }));
}
