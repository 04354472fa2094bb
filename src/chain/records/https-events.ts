// What the event logs say of an endpoint: the newest event of each number, how often it came, and its error code. An event
// never decides alone that something is broken; Security may not be readable, and both logs reach back some days only.

import { readEndpoint } from '../../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../../model/once.ts';
import type { Fact } from '../../model/repair/finding.ts';
import type { EventRecord, Evidence } from '../../model/server/evidence.ts';
import { asciiHost } from '../../model/server/host-name.ts';
import { describeSource, type Known, type Source } from '../../model/server/known.ts';
import type { Endpoint } from '../../model/server/ssl-record.ts';

/** Events of one number about one thing. */
export interface Logged {
  readonly id: number;
  readonly count: number;
  /** ISO 8601 in UTC. */
  readonly last: string;
  /** The error code of the newest, as hex; '' where it has none. */
  readonly code: string;
  readonly source: Source;
}

/** Of http.sys: a record's certificate could not be used; a record deleted, a record made; no place to listen. */
export const NOT_USABLE = 15021;
export const DELETED = 15300;
export const MADE = 15301;
export const NOT_BOUND = 15005;
const HTTP_EVENTS: readonly number[] = [NOT_USABLE, DELETED, MADE, NOT_BOUND];
/** Of Schannel: the key could not be opened, or is not named. Of the Security log: a key, a key file. */
const SCHANNEL_EVENTS: readonly number[] = [36870, 36869];
const KEY_EVENTS: readonly number[] = [5061, 5058];

/** What http.sys has logged of this endpoint. */
const eventsAt = (endpoint: Endpoint, evidence: Evidence): readonly Logged[] =>
  (isAnyLogged(evidence) && ofEndpoints(evidence).get(nameOf(endpoint))) || [];

/** Whether http.sys has logged anything of any endpoint: on most servers it has not. */
export const isAnyLogged = (evidence: Evidence): boolean => ofEndpoints(evidence).size > 0;

/** The newest event of this number at the endpoint. */
export const loggedAt = (id: number, endpoint: Endpoint, evidence: Evidence): Logged | undefined =>
  eventsAt(endpoint, evidence).find((each) => each.id === id);

/** Whether the event came after every other of this number; times are all ISO 8601 in UTC. */
export const isNewer = (one: Logged | undefined, other: Logged | undefined): one is Logged =>
  one !== undefined && (other === undefined || one.last > other.last);

/** The facts that events add to what is said of these endpoints and key containers. */
export function eventFacts(
  endpoints: readonly Endpoint[],
  containers: readonly string[],
  evidence: Evidence,
): readonly Fact[] {
  const http = endpoints.flatMap((endpoint) => eventsAt(endpoint, evidence));
  const keys = containers.flatMap((container) => ofContainers(evidence).get(container.toLowerCase()) ?? []);
  // Schannel names neither endpoint nor certificate: only beside what http.sys or a key itself has logged is it told.
  const schannel = keys.length > 0 || http.some(({ id }) => id === NOT_USABLE) ? ofSchannel(evidence) : [];
  return [...http, ...schannel, ...keys].map(({ id, count, last, code, source }) => ({
    name: `event${id}`,
    value: `${count === 1 ? 'once' : `${count} times, last`} at ${last}${code && `, ${code}`}`,
    source: describeSource(source),
  }));
}

const ofEndpoints = once((evidence: Evidence) => {
  const http = eventsOf(evidence.systemEvents, HTTP_EVENTS, 'Microsoft-Windows-HttpEvent');
  return byThing(http, ({ data }) => data.Endpoint && endpointName(data.Endpoint), evidence.systemEvents.source);
});

/** Those of http.sys, which is process 4; before Windows Server 2016 or so they name no process. Remote Desktop logs them too. */
const ofSchannel = once((evidence: Evidence) => {
  const { systemEvents } = evidence;
  const all = eventsOf(systemEvents, SCHANNEL_EVENTS, 'Schannel');
  const found = byThing(
    all,
    ({ data }) => ((data.CallerProcessId ?? '4') === '4' ? 'http.sys' : ''),
    systemEvents.source,
  );
  return found.get('http.sys') ?? [];
});

const ofContainers = once((evidence: Evidence) => {
  const { securityEvents } = evidence;
  const failures = eventsOf(securityEvents, KEY_EVENTS, 'Microsoft-Windows-Security-Auditing').filter(
    ({ data }) => Number(data.ReturnCode ?? 0) !== 0,
  );
  return byThing(failures, ({ data }) => data.KeyName?.toLowerCase(), securityEvents.source);
});

const eventsOf = (log: Known<readonly EventRecord[]>, ids: readonly number[], from: string): readonly EventRecord[] =>
  log.known ? log.value.filter(({ id, provider }) => ids.includes(id) && provider === from) : [];

/** By what they are about; what is about nothing is left out. */
function byThing(
  events: readonly EventRecord[],
  thingOf: (event: EventRecord) => string | undefined,
  source: Source,
): ReadonlyMap<string, readonly Logged[]> {
  const things = groupBy(events, (event) => thingOf(event) ?? '');
  return new Map(
    [...things].flatMap(([thing, all]) =>
      thing === '' ? [] : [[thing, [...groupBy(all, ({ id }) => id).values()].map((same) => loggedOf(same, source))]],
    ),
  );
}

function loggedOf(same: readonly EventRecord[], source: Source): Logged {
  const newest = same.reduce((one, other) => (other.time > one.time ? other : one));
  return { id: newest.id, count: same.length, last: newest.time, code: codeOf(newest), source };
}

/** A Schannel or Security event names its code; of http.sys the last four bytes of the data are the NTSTATUS. */
function codeOf({ id, data }: EventRecord): string {
  const named = data.ErrorCode ?? data.ReturnCode ?? '';
  if (/^0x[0-9a-f]{1,8}$/i.test(named)) return `0x${named.slice(2).toUpperCase()}`;
  const [, bytes = ''] = (id === NOT_USABLE && /([0-9a-f]{8})$/i.exec(data.Binary ?? '')) || [];
  return bytes && `0x${Buffer.from(bytes, 'hex').reverse().toString('hex').toUpperCase()}`;
}

const nameOf = ({ table, name }: Endpoint): string => (table === 'ip' ? name : ascii(name));

/** http.sys writes an endpoint as its record has it. */
function endpointName(text: string): string {
  const read = readEndpoint('ip', text.trim());
  return read.ok ? read.value.name : ascii(text.trim());
}

const ascii = (name: string): string => name.replace(/^[^:]*/, (host) => asciiHost(host));
