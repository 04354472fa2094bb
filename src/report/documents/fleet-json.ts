// The document of report --fleet --json.

import { type Fleet, type FleetServer, outcomeOfFleet } from '../../fleet/fleet.ts';
import { exitCodeOf } from '../../model/run/run-outcome.ts';
import { VERSION } from '../../model/version.ts';
import type { FleetDocument } from './fleet-document.ts';

/** All of it. */
export const fleetJson = (fleet: Fleet): FleetDocument => ({
  schema: 1,
  version: VERSION,
  madeAt: fleet.madeAt,
  staleAfterHours: fleet.staleAfterHours,
  exitCode: exitCodeOf(outcomeOfFleet(fleet)) as FleetDocument['exitCode'],
  counts: { servers: fleet.servers.length, ...fleet.counts, notUnderstood: fleet.notUnderstood.length },
  servers: fleet.servers.map(serverJson),
  groups: fleet.groups,
  certificates: fleet.certificates.map(({ thumbprint, subject, notAfter, isExpired, servers }) => ({
    thumbprint,
    subject,
    notAfter: iso(notAfter),
    expired: isExpired,
    servers,
  })),
  remarks: fleet.remarks,
  notUnderstood: fleet.notUnderstood,
});

function serverJson({ name, state, remarks, isStale, older, row }: FleetServer): FleetDocument['servers'][number] {
  const { kinds: _grouped, certificates: _shared, isCut: _said, doubt: _told, collectedAt, nextExpiry, ...plain } = row;
  return {
    name,
    state,
    remarks,
    stale: isStale,
    older,
    ...plain,
    ...(collectedAt !== undefined && { collectedAt: iso(collectedAt) }),
    ...(nextExpiry !== undefined && { nextExpiry: iso(nextExpiry) }),
  };
}

const iso = (time: number): string => new Date(time).toISOString();
