// Many servers on one page: how each stands, which faults they share, what expires next. Pure.

import { isAhead, type Seen } from './newest.ts';
import type { Row } from './row.ts';
import { certificatesOf, type FaultGroup, groupsOf, type SharedCertificate } from './shared.ts';

/** How a server stands here and now. `stale`: it was not faulty when it was last looked at, and that was too long ago. */
export const STATES = ['faulty', 'unknown', 'stale', 'healthy'] as const;
/** One of them. */
export type FleetState = (typeof STATES)[number];

/** A server. */
export interface FleetServer {
  /** Its name, and where others have the same one its place too: no two are called alike. */
  readonly name: string;
  readonly state: FleetState;
  /** Why it stands otherwise than its own verdict says, and what is to be known of when it was looked at. */
  readonly remarks: readonly string[];
  readonly isStale: boolean;
  readonly row: Row;
  readonly older: number;
}

/** Something that could not be taken for a server. */
export interface NotUnderstood {
  readonly place: string;
  readonly why: string;
}

/** What is not of one server: named as it was seen. */
export interface Remark {
  readonly about: string;
  readonly says: string;
}

/** All of it. */
export interface Fleet {
  /** ISO 8601 in UTC. */
  readonly madeAt: string;
  readonly staleAfterHours: number;
  readonly counts: Readonly<Record<FleetState, number>>;
  /** Worst first. */
  readonly servers: readonly FleetServer[];
  /** Those that most servers have first. */
  readonly groups: readonly FaultGroup[];
  /** In the order in which they expire. */
  readonly certificates: readonly SharedCertificate[];
  readonly remarks: readonly Remark[];
  readonly notUnderstood: readonly NotUnderstood[];
}

/** What was read. */
export interface Gathered {
  readonly seen: readonly Seen[];
  readonly ahead: readonly string[];
  readonly notUnderstood: readonly NotUnderstood[];
}

/** `now` in milliseconds since 1970. */
export function fleetOf({ seen, ahead, notUnderstood }: Gathered, now: number, staleAfterHours: number): Fleet {
  const names = namesOf(seen.map(({ row }) => row));
  const servers = seen
    .map((each): FleetServer => ({ name: names.get(each.row) ?? '', ...each, ...standing(each, now, staleAfterHours) }))
    .sort(worstFirst);
  const counts: Record<FleetState, number> = { faulty: 0, unknown: 0, stale: 0, healthy: 0 };
  for (const { state } of servers) counts[state] += 1;
  return {
    madeAt: new Date(now).toISOString(),
    staleAfterHours,
    counts,
    servers,
    groups: groupsOf(servers),
    certificates: certificatesOf(servers, now),
    remarks: [...ahead.map((about) => ({ about, says: FROM_THE_FUTURE })), ...alikes(seen.map(({ row }) => row))],
    notUnderstood,
  };
}

const FROM_THE_FUTURE =
  'it says that it was looked at in the future: not used, since there is another look at that server';

/** Of a fleet in which nothing was seen nothing can be said. */
export function outcomeOfFleet({
  counts,
  servers,
  notUnderstood,
}: Fleet): 'nothing-to-do' | 'faults-remain' | 'unknown' {
  if (counts.faulty > 0) return 'faults-remain';
  return servers.length > counts.healthy || servers.length === 0 || notUnderstood.length > 0
    ? 'unknown'
    : 'nothing-to-do';
}

function standing({ row }: Seen, now: number, hours: number): Pick<FleetServer, 'state' | 'remarks' | 'isStale'> {
  const age = row.collectedAt === undefined ? undefined : now - row.collectedAt;
  const isStale = age === undefined || age > hours * 3_600_000;
  const future = isAhead(row, now);
  const remarks = [
    ...(row.doubt === undefined ? [] : [`sent as healthy, and not taken for it: ${row.doubt}`]),
    ...(future ? ['it says that it was looked at in the future: one of the clocks is wrong'] : []),
    ...(age === undefined ? ['nobody knows when it was looked at'] : []),
    ...(age !== undefined && isStale ? [`stale: not looked at for more than ${hours} hours`] : []),
    ...(row.isCut ? ['it has more kinds of fault than are grouped here'] : []),
  ];
  return { remarks, isStale, state: stateOf(row, isStale, future) };
}

/** A fault that was seen is told until somebody has looked again. */
function stateOf({ verdict }: Row, isStale: boolean, isFuture: boolean): FleetState {
  if (verdict === 'faulty') return 'faulty';
  if (isStale) return 'stale';
  return isFuture ? 'unknown' : verdict;
}

function worstFirst(a: FleetServer, b: FleetServer): number {
  return (
    STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
    b.row.broken - a.row.broken ||
    b.row.warnings - a.row.warnings ||
    (a.name < b.name ? -1 : 1)
  );
}

const baseName = (place: string): string => place.replace(/^.*[\\/]/, '');

const plainName = ({ computer, place }: Row): string => computer ?? baseName(place);

function namesOf(rows: readonly Row[]): ReadonlyMap<Row, string> {
  const count = new Map<string, number>();
  for (const row of rows) count.set(plainName(row), (count.get(plainName(row)) ?? 0) + 1);
  return new Map(
    rows.map((row) => [row, count.get(plainName(row)) === 1 ? plainName(row) : `${plainName(row)} (${row.place})`]),
  );
}

/** Two servers of one name, and one MachineGuid of two names. */
function alikes(rows: readonly Row[]): readonly Remark[] {
  const named = new Map<string, number>();
  const ids = new Map<string, string[]>();
  for (const row of rows) {
    if (row.computer !== undefined) named.set(row.computer, (named.get(row.computer) ?? 0) + 1);
    if (row.machineGuid !== undefined) {
      const same = ids.get(row.machineGuid) ?? [];
      same.push(plainName(row));
      ids.set(row.machineGuid, same);
    }
  }
  return [
    ...[...named].flatMap(([about, count]) =>
      count === 1
        ? []
        : [{ about, says: `${count} servers have this name, and are told apart by their MachineGuid or file` }],
    ),
    ...[...ids].flatMap(([id, names]) =>
      names.length === 1
        ? []
        : [
            {
              about: names.slice(0, 8).join(', '),
              says: `${names.length} servers with one MachineGuid (${id}): cloned, or one that was renamed`,
            },
          ],
    ),
  ];
}
