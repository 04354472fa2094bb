// What is kept of one server while the others are read: small, whatever was sent.

import { judged } from './judged.ts';
import { MOST_CERTIFICATES, MOST_KINDS, nameCut, textCut } from './limits.ts';
import type { SentDocument } from './sent-document.ts';

/** Faults of one kind on one server; the worst of them. */
export interface KindOfFault {
  readonly playbook: string;
  /** As the finding has it; '' where an earlier version has not said it. */
  readonly code: string;
  readonly severity: 'broken' | 'warning';
}

/** What makes two faults of one kind. */
export const kindKey = ({ playbook, code }: Pick<KindOfFault, 'playbook' | 'code'>): string =>
  JSON.stringify([playbook, code]);

/** A certificate that a binding has. */
export interface UsedCertificate {
  readonly thumbprint: string;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
}

/** One look at one server. */
export interface Row {
  /** The file or folder, as it would be named on a command line. */
  readonly place: string;
  readonly kind: 'document' | 'evidence';
  readonly computer?: string;
  readonly machineGuid?: string;
  readonly osBuild?: number;
  readonly version?: string;
  /** Milliseconds since 1970; absent where nobody knows when it was collected. */
  readonly collectedAt?: number;
  /** Never better than what was sent. */
  readonly verdict: SentDocument['verdict'];
  /** Why it is worse. */
  readonly doubt?: string;
  /** The first line of its report; '' where it has none. */
  readonly says: string;
  readonly bindings: number;
  readonly broken: number;
  readonly warnings: number;
  readonly notChecked: number;
  /** Each once. */
  readonly kinds: readonly KindOfFault[];
  /** Those that expire next, and those that have expired last. */
  readonly certificates: readonly UsedCertificate[];
  /** When the next of all of them expires, in milliseconds since 1970. */
  readonly nextExpiry?: number;
  /** What was sent of faults or certificates and is more than is kept. */
  readonly isCut: boolean;
}

/** Where it was found, and whether when it was looked at is known. */
export interface Origin {
  readonly place: string;
  readonly kind: Row['kind'];
  readonly isDated: boolean;
}

/** The row of what was sent; `now` in milliseconds since 1970. */
export function rowOf(sent: SentDocument, { place, kind, isDated }: Origin, now: number): Row {
  const { server, version, findings, chains, notChecked } = sent;
  const kinds = kindsOf(sent);
  const certificates = certificatesOf(sent);
  const { shown, next } = expiring(certificates, now);
  return {
    place,
    kind,
    ...(server.computer && { computer: nameCut(server.computer) }),
    ...(isGuid(server.machineGuid) && { machineGuid: server.machineGuid.toLowerCase() }),
    ...(server.osBuild !== undefined && { osBuild: server.osBuild }),
    ...(version !== undefined && { version: nameCut(version) }),
    ...(isDated && { collectedAt: Date.parse(sent.collectedAt) }),
    ...judged(sent),
    says: textCut(sent.summary?.says ?? ''),
    bindings: chains.length,
    broken: findings.filter(({ severity }) => severity === 'broken').length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
    notChecked: notChecked.length,
    kinds: kinds.slice(0, MOST_KINDS),
    certificates: shown,
    ...(next !== undefined && { nextExpiry: next }),
    isCut: kinds.length > MOST_KINDS,
  };
}

const isGuid = (text: string | undefined): text is string =>
  text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

function kindsOf({ findings }: SentDocument): readonly KindOfFault[] {
  const kinds = new Map<string, KindOfFault>();
  for (const { playbook, severity, code } of findings) {
    if (severity === 'note') continue;
    const kind = { playbook: nameCut(playbook), code: nameCut(code), severity };
    if (severity === 'broken' || !kinds.has(kindKey(kind))) kinds.set(kindKey(kind), kind);
  }
  return [...kinds.values()];
}

function certificatesOf({ chains }: SentDocument): readonly UsedCertificate[] {
  const all = new Map<string, UsedCertificate>();
  for (const { certificate } of chains) {
    if (certificate === undefined || !/^[0-9A-F]{40}$/i.test(certificate.thumbprint)) continue;
    const thumbprint = certificate.thumbprint.toUpperCase();
    all.set(thumbprint, {
      thumbprint,
      subject: nameCut(certificate.subject),
      notAfter: Date.parse(certificate.notAfter),
    });
  }
  return [...all.values()];
}

/** Both kept apart: many that have expired long ago must not hide the one that expires tomorrow. */
function expiring(all: readonly UsedCertificate[], now: number) {
  const sorted = [...all].sort((a, b) => a.notAfter - b.notAfter);
  const past = sorted.filter(({ notAfter }) => notAfter <= now).slice(-MOST_CERTIFICATES);
  const coming = sorted.filter(({ notAfter }) => notAfter > now);
  return { shown: [...past, ...coming.slice(0, MOST_CERTIFICATES)], next: coming[0]?.notAfter };
}
