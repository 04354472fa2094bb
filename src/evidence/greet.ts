// Greets an endpoint as visitors do: door by door, each address of a door in turn until one gives a certificate.

import { addressOfBinding, endpointOfBinding, hostOfBinding, portOf } from '../formats/http-sys/endpoint.ts';
import { isOnThisServer } from '../formats/http-sys/on-this-server.ts';
import { groupBy } from '../model/once.ts';
import { type Evidence, endpointKey, type Greeted, type Greeting, type Handshake } from '../model/server/evidence.ts';
import { httpsBindings } from '../model/server/iis-config.ts';
import type { Known } from '../model/server/known.ts';
import type { Endpoint } from '../model/server/ssl-record.ts';
import { type Door, doorsOf, surroundings, type Visitors } from './doors.ts';

/** An endpoint, the first of its sites, who comes to it, and the doors through which they do. */
export interface Visited extends Visitors {
  readonly endpoint: Endpoint;
  /** The id of a site that it is open for, where it is for any. */
  readonly site: number;
  readonly doors: readonly Door[];
}

/**
 * Every endpoint that a site binding names, with its doors; none where nobody is to be greeted: all of its sites are stopped,
 * or its address is another server's.
 */
export function visitedEndpoints(state: Evidence): ReadonlyMap<string, Visited> {
  const bound = bindingsOf(state);
  // Only a record by address keeps others out: sites that share an address by host name are told apart there.
  const byAddress = bound.filter(({ endpoint }) => endpoint.table === 'ip');
  const around = surroundings(
    state,
    byAddress.map(({ address, port }) => ({ address, port })),
  );
  const groups = groupBy(bound, ({ endpoint }) => endpointKey(endpoint));
  return new Map(
    [...groups].map(([key, all]) => {
      const open = all.filter(({ isOpen }) => isOpen);
      const { endpoint, site } = (open[0] ?? all[0]) as (typeof all)[number];
      const who = { names: open.map(({ name }) => name), through: open.map(({ address }) => address) };
      return [key, { endpoint, site, ...who, doors: open.length === 0 ? [] : doorsOf(endpoint, who, around) }];
    }),
  );
}

function bindingsOf(state: Evidence) {
  const sites = state.config.known ? state.config.value.sites : [];
  return sites.flatMap((site) =>
    httpsBindings(site).flatMap((binding) => {
      const endpoint = endpointOfBinding(binding.information, binding.sslFlags);
      if (!endpoint.ok) return [];
      const isOpen = site.stopped !== true && isOnThisServer(binding, state) !== false;
      const [address, name] = [addressOfBinding(binding.information) ?? '0.0.0.0', hostOfBinding(binding.information)];
      return [{ endpoint: endpoint.value, site: site.id, address, port: portOf(endpoint.value), name, isOpen }];
    }),
  );
}

type ShakeHands = (greeting: Greeting) => Promise<Known<Handshake>>;

/** Greets at all doors at once. */
export async function greetDoors(doors: readonly Door[], shakeHands: ShakeHands): Promise<readonly Greeted[]> {
  const all = await Promise.all(doors.map((door) => greetDoor(door, shakeHands)));
  return all.flat();
}

/**
 * Tries the addresses of a door in turn; what did not give a certificate is kept beside what did. Of a door that was left in
 * its middle nobody knows whether it is shut.
 */
export async function greetDoor(door: Door, shakeHands: ShakeHands): Promise<readonly Greeted[]> {
  const tried: Greeted[] = [];
  for (const greeting of door) {
    const got = await shakeHands(greeting);
    if (!got.known && got.unasked) return [{ greeting, got }];
    tried.push({ greeting, got });
    if (got.known && got.value.outcome === 'certificate') break;
  }
  return tried;
}
