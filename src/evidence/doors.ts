// How visitors come to an endpoint: through which addresses of this server, and by which names.

import { addressOf, isLinkLocal, isLoopback, isWildcard, portOf } from '../formats/http-sys/endpoint.ts';
import { listensOn, MOST_ADDRESSES, MOST_NAMES, nameToAsk } from '../formats/http-sys/visitors.ts';
import { groupBy } from '../model/once.ts';
import type { Evidence, Greeting } from '../model/server/evidence.ts';
import type { Endpoint } from '../model/server/ssl-record.ts';

/** Greetings to be tried in turn until one is answered with a certificate: they are as good as each other to a visitor. */
export type Door = readonly Greeting[];

/** Who comes to an endpoint, by its bindings. */
export interface Visitors {
  /** In A-labels; '' for a binding without a host name. */
  readonly names: readonly string[];
  /** The addresses that its bindings name; a wildcard stands for all. */
  readonly through: readonly string[];
}

/** An address and a port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What the doors of an endpoint depend on. */
export interface Surroundings {
  /** All addresses of this server. */
  readonly addresses: readonly string[];
  /** By port, the addresses that a record names, and those that a site binding names: something of its own may answer there. */
  readonly recorded: ReadonlyMap<number, ReadonlySet<string>>;
  readonly bound: ReadonlyMap<number, ReadonlySet<string>>;
  /** Empty: http.sys listens on every address. */
  readonly listenList: readonly string[];
  /** What was found for an earlier endpoint, by its port and addresses: thousands of host names share them. */
  readonly found: Map<string, readonly (readonly string[])[]>;
}

/**
 * The doors of an endpoint. One of certain addresses has a door for each. One of all addresses has one for those that no
 * other record or binding claims, in each family, and one more for each address of this server that has a record of its own
 * at the port: there, that record may answer. A name below a wildcard is one that no record has for itself.
 */
export function doorsOf(endpoint: Endpoint, { names, through }: Visitors, around: Surroundings): readonly Door[] {
  const port = portOf(endpoint);
  const asked = [...new Set(names)].slice(0, MOST_NAMES).map(nameToAsk);
  return addressesOf(endpoint, through, around).flatMap((addresses) =>
    asked.map((name) => addresses.map((address) => ({ address, port, name }))),
  );
}

function addressesOf(endpoint: Endpoint, through: readonly string[], around: Surroundings) {
  const certain = [...new Set(endpoint.table === 'ip' ? [addressOf(endpoint)] : through)];
  const key = `${portOf(endpoint)} ${certain.join()}`;
  const addresses = around.found.get(key) ?? addressDoors(portOf(endpoint), certain, around);
  around.found.set(key, addresses);
  return addresses;
}

function addressDoors(port: number, certain: readonly string[], around: Surroundings) {
  const own = certain.filter((address) => !isWildcard(address));
  if (own.length > 0 && own.length === certain.length) return own.slice(0, MOST_ADDRESSES).map((each) => [each]);
  const { addresses, listenList } = around;
  const [recorded, bound] = [around.recorded, around.bound].map((places) => places.get(port) ?? NONE);
  // Nothing listens on what the list leaves out: the diagnosis says so by the list itself.
  const reachable = addresses.filter((address) => !isLinkLocal(address) && listensOn(address, listenList));
  const families = certain.join() === '::' ? [isIpv6] : [isIpv4, isIpv6];
  // Whoever comes to an address that a site has bound for itself is that site's visitor.
  const open = reachable.filter((address) => !bound?.has(address) && families.some((is) => is(address)));
  const general = families.map((ofFamily) => inTurn(open.filter((each) => ofFamily(each) && !recorded?.has(each))));
  // A host name may be bound to all addresses and to one of them beside.
  const special = [...own, ...open.filter((address) => recorded?.has(address))];
  return [...general.filter((door) => door.length > 0), ...special.slice(0, MOST_ADDRESSES).map((each) => [each])];
}

/** Loopback first, and one address of the network behind it: http.sys has been seen to reset loopback alone (KB5066835). */
function inTurn(addresses: readonly string[]): readonly string[] {
  const outside = addresses.filter((address) => !isLoopback(address));
  return [...addresses.filter(isLoopback).slice(0, 1), ...outside.slice(0, 1)];
}

/** The surroundings that this evidence shows; `bound` is what site bindings name. */
export function surroundings(
  { addresses, records, listenList }: Pick<Evidence, 'addresses' | 'records' | 'listenList'>,
  bound: readonly Place[],
): Surroundings {
  const ofRecords = (records.known ? records.value : [])
    .filter(({ endpoint }) => endpoint.table === 'ip')
    .map(({ endpoint }) => ({ address: addressOf(endpoint), port: portOf(endpoint) }));
  return {
    addresses: addresses.known ? addresses.value : ['127.0.0.1'],
    recorded: addressesByPort(ofRecords),
    bound: addressesByPort(bound),
    listenList: listenList.known ? listenList.value : [],
    found: new Map(),
  };
}

const NONE: ReadonlySet<string> = new Set();

const addressesByPort = (places: readonly Place[]): ReadonlyMap<number, ReadonlySet<string>> =>
  new Map(
    [...groupBy(places, ({ port }) => port)].map(([port, all]) => [port, new Set(all.map(({ address }) => address))]),
  );

const isIpv6 = (address: string): boolean => address.includes(':');
const isIpv4 = (address: string): boolean => !isIpv6(address);
