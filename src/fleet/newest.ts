// Several looks at one server: the newest counts, and the others are counted. One after the other, so that of each server one row
// is kept, however many are sent.

import { nameCut } from './limits.ts';
import type { Row } from './row.ts';

/** A clock may be a little ahead of ours. */
const AHEAD = 5 * 60_000;

/** What was sent twice, or at a time that has not come. */
export interface Seen {
  readonly row: Row;
  /** Other looks at the same server that were passed over. */
  readonly older: number;
}

/** Rows in, one of each server out. */
export interface Newest {
  readonly take: (row: Row) => void;
  readonly all: () => readonly Seen[];
  /** Places of looks from the future that were passed over: an honest one was there. */
  readonly ahead: () => readonly string[];
}

/** `now` in milliseconds since 1970. */
export function newest(now: number): Newest {
  const kept = new Map<string, Seen>();
  const ahead: string[] = [];
  return {
    take: (row) => {
      const before = kept.get(identityOf(row));
      const isLater = before === undefined || isBetter(row, before.row, now);
      const passed = isLater ? before?.row : row;
      if (passed !== undefined && isAhead(passed, now)) ahead.push(passed.place);
      kept.set(identityOf(row), {
        row: isLater ? row : before.row,
        older: before === undefined ? 0 : before.older + 1,
      });
    },
    all: () => [...kept.values()],
    ahead: () => ahead,
  };
}

/**
 * Machines that were cloned share their MachineGuid, and of two servers none may hide the other: so it is the same server only
 * where the name is the same too. Where neither is known, each file is a server of its own. A name that was cut tells nobody.
 */
function identityOf({ machineGuid, computer, place }: Row): string {
  const name = computer === undefined ? undefined : computer.toUpperCase();
  if (machineGuid !== undefined) return JSON.stringify(['guid', machineGuid, name]);
  return name === undefined || nameCut(name) !== name
    ? JSON.stringify(['place', place])
    : JSON.stringify(['name', name]);
}

/** Looked at in the future, as our clock has it: nobody knows when. */
export const isAhead = ({ collectedAt }: Row, now: number): boolean =>
  collectedAt !== undefined && collectedAt > now + AHEAD;

const WORST_FIRST: readonly Row['verdict'][] = ['faulty', 'unknown', 'healthy'];

/** A clock that is ahead would win for ever, so it loses against each that is not; at the same moment the worse is believed. */
function isBetter(row: Row, before: Row, now: number): boolean {
  const ahead = Number(isAhead(row, now)) - Number(isAhead(before, now));
  if (ahead !== 0) return ahead < 0;
  const later = (row.collectedAt ?? 0) - (before.collectedAt ?? 0);
  if (later !== 0) return later > 0;
  return WORST_FIRST.indexOf(row.verdict) < WORST_FIRST.indexOf(before.verdict);
}
