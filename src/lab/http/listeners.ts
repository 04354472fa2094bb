// Where the lab's http.sys listens. It opens a port for whoever has registered there: IIS for its started sites, another
// product for its record. An open port is heard at every address of the server, unless the listen-only list says where.

import { findValue } from '../registry/registry-values.ts';
import type { LabServer } from '../server.ts';
import { findService } from '../services/services.ts';
import { answerOf } from '../unknowns.ts';
import { bare, hasAddress, isWildcard, ownAddresses } from './addresses.ts';
import { HTTP_PARAMETERS, LAB_IIS_APP_ID, type LabRecord, NO_APP_ID, readRecords } from './http-sys.ts';
import { placesOf, sitesOf } from './sites.ts';

/** An address and a port. */
export interface Place {
  /** `192.0.2.4` or `[2001:db8::4]`; `0.0.0.0` and `[::]` stand for any address of the server without a record of its own. */
  readonly ip: string;
  readonly port: number;
}

/** An endpoint by the name of its record, and where its connections come in. */
export interface Listening extends Place {
  /** `0.0.0.0:443`, `www.example.test:443`, or `443` for the central store. */
  readonly endpoint: string;
}

/** All endpoints that can be connected to, as the sites stand in the configuration; then those that only a record names. */
export function listening(server: LabServer): readonly Listening[] {
  const places = [...placesOf(sitesOf(server)), ...readRecords(server).map(placeOfRecord)];
  const all = places.flatMap(({ endpoint, ip, port }) => [
    { endpoint, ip, port },
    { endpoint: `${ip}:${port}`, ip, port },
  ]);
  const ears = earsOf(server);
  return all
    .filter((place) => hearsWith(ears, place))
    .filter(({ endpoint }, index, own) => own.findIndex((other) => other.endpoint === endpoint) === index);
}

/** Every address of the server with every port that is heard there: the places that a visitor can come to. */
export function visitorPlaces(server: LabServer): readonly Place[] {
  const { addresses, ports } = earsOf(server);
  return addresses.flatMap((ip) => [...ports].map((port) => ({ ip: ip.includes(':') ? `[${ip}]` : ip, port })));
}

/** Whether a TCP connection to this place comes about. */
export const hears = (server: LabServer, place: Place): boolean =>
  takerOf(server, place) !== undefined || hearsWith(earsOf(server), place);

/** Another program than http.sys that listens there. */
export const takerOf = ({ facts }: LabServer, { ip, port }: Place) =>
  (facts.otherListeners ?? []).find(
    (other) => other.port === port && (isWildcard(other.ip) ? ofFamily(ip, other.ip) : bare(other.ip) === bare(ip)),
  );

/** The places where http.sys itself listens, as netstat shows them. */
export function httpSysListens(server: LabServer): readonly Place[] {
  const only = listenOnlyList(server);
  const everywhere = only.length === 0 ? ['0.0.0.0', '[::]'] : only.filter((ip) => hasAddress(server, ip));
  const { ports } = earsOf(server);
  return everywhere.flatMap((ip) =>
    [...ports].map((port) => ({ ip: bare(ip).includes(':') ? `[${bare(ip)}]` : ip, port })),
  );
}

interface Ears {
  readonly addresses: readonly string[];
  readonly ports: ReadonlySet<number>;
}

function hearsWith({ addresses, ports }: Ears, { ip, port }: Place): boolean {
  if (!ports.has(port)) return false;
  return isWildcard(ip) ? addresses.some((own) => ofFamily(own, ip)) : addresses.includes(bare(ip));
}

function earsOf(server: LabServer): Ears {
  const addresses = ownAddresses(server);
  const only = listenOnlyList(server);
  const heard = addresses.filter(
    (own) => only.length === 0 || only.some((ip) => (isWildcard(ip) ? ofFamily(own, ip) : bare(ip) === own)),
  );
  const taken = (port: number) =>
    (server.facts.otherListeners ?? []).some((other) => other.port === port && isWildcard(other.ip));
  return { addresses: heard, ports: new Set([...openPorts(server, addresses)].filter((port) => !taken(port))) };
}

const ofFamily = (own: string, ip: string): boolean => own.includes(':') === ip.includes(':');

/** The list in force; none is everywhere. */
function listenOnlyList(server: LabServer): readonly string[] {
  const [written, started] = [writtenList(server), server.facts.listensOn ?? []];
  if (written.join() === started.join()) return written;
  return answerOf(server.facts, 'listen-list-change') === 'at-once' ? written : started;
}

/** ListenOnlyList, as `netsh http add iplisten` writes it. */
export function writtenList(server: LabServer): readonly string[] {
  const value = findValue(server.registry, HTTP_PARAMETERS, 'ListenOnlyList');
  const lines = value?.data.toString('utf16le').split('\0') ?? [];
  return lines.map((line) => line.trim().toLowerCase()).filter((line) => line !== '');
}

/** HTTP starts, and reads its list. */
export function readListenList(server: LabServer): void {
  const written = writtenList(server);
  if (written.length > 0) server.facts.listensOn = written;
  else delete server.facts.listensOn;
}

function openPorts(server: LabServer, addresses: readonly string[]): ReadonlySet<number> {
  const runs = (service: string) => findService(server, service)?.running === true;
  if (!runs('HTTP')) return new Set();
  const sites = sitesOf(server);
  const iisRuns = runs('W3SVC');
  const isOwn = ({ ip }: Place) => isWildcard(ip) || addresses.includes(bare(ip));
  const ofSites = iisRuns ? placesOf(sites.filter(({ started }) => started)).filter(isOwn) : [];
  const sitePorts = new Set(placesOf(sites).map(({ port }) => port));
  // Who has a port that no site names is not known: the application id of IIS stands in many a guide for other programs.
  const opensAlone = (record: LabRecord) =>
    isOfIis(record) ? iisRuns && !sitePorts.has(placeOfRecord(record).port) : true;
  const ofRecords = readRecords(server).filter(opensAlone).map(placeOfRecord).filter(isOwn);
  return new Set([...ofSites, ...ofRecords].map(({ port }) => port));
}

const isOfIis = ({ appId }: LabRecord): boolean => [LAB_IIS_APP_ID, NO_APP_ID].includes(appId);

function placeOfRecord({ table, endpoint }: LabRecord): Listening {
  const port = Number(/(\d+)$/.exec(endpoint)?.[1]);
  return { endpoint, port, ip: table === 'ip' ? endpoint.slice(0, endpoint.lastIndexOf(':')) : '0.0.0.0' };
}
