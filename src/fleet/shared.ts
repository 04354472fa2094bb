// What several servers have in common: kinds of fault, certificates. Pure.

import { MOST_CERTIFICATES } from './limits.ts';
import { type KindOfFault, kindKey, type Row, type UsedCertificate } from './row.ts';

/** A kind of fault, and who has it. */
export interface FaultGroup extends KindOfFault {
  readonly servers: readonly string[];
}

/** A certificate, and who uses it. */
export interface SharedCertificate extends UsedCertificate {
  readonly isExpired: boolean;
  readonly servers: readonly string[];
}

/** A server by the name that no other has. */
interface Named {
  readonly name: string;
  readonly row: Row;
}

/** Those that somebody has no HTTPS by first, then those that most servers have. */
export function groupsOf(servers: readonly Named[]): readonly FaultGroup[] {
  const groups = new Map<string, { kind: KindOfFault; readonly servers: string[] }>();
  for (const { name, row } of servers)
    for (const kind of row.kinds) {
      const key = kindKey(kind);
      const group = groups.get(key) ?? { kind, servers: [] };
      if (kind.severity === 'broken') group.kind = kind;
      group.servers.push(name);
      groups.set(key, group);
    }
  return [...groups.values()]
    .map(({ kind, servers: whose }) => ({ ...kind, servers: whose }))
    .sort(
      (a, b) =>
        Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
        b.servers.length - a.servers.length ||
        (a.playbook + a.code < b.playbook + b.code ? -1 : 1),
    );
}

/** In the order in which they expire; `now` in milliseconds since 1970. */
export function certificatesOf(servers: readonly Named[], now: number): readonly SharedCertificate[] {
  const all = new Map<string, { certificate: UsedCertificate; readonly servers: string[] }>();
  for (const { name, row } of servers)
    for (const certificate of row.certificates) {
      const shared = all.get(certificate.thumbprint) ?? { certificate, servers: [] };
      // One thumbprint is one certificate: of two that say otherwise, one is wrong, and the sooner is told.
      if (certificate.notAfter < shared.certificate.notAfter) shared.certificate = certificate;
      shared.servers.push(name);
      all.set(certificate.thumbprint, shared);
    }
  const sorted = [...all.values()]
    .map(({ certificate, servers: whose }) => ({
      ...certificate,
      isExpired: certificate.notAfter <= now,
      servers: whose,
    }))
    .sort((a, b) => a.notAfter - b.notAfter || (a.thumbprint < b.thumbprint ? -1 : 1));
  const past = sorted.filter(({ isExpired }) => isExpired).slice(-MOST_CERTIFICATES);
  return [...past, ...sorted.slice(sorted.findLastIndex(({ isExpired }) => isExpired) + 1).slice(0, MOST_CERTIFICATES)];
}
