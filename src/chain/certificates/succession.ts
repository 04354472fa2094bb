// What has taken the place of a certificate. Microsoft's own rebinding once bound one site's certificate to all of them (Q&A
// 487546): so nothing is a successor that lacks a host name of the endpoint or a name of the old certificate, whatever speaks for it.

import type { CertificateFacts, StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { ableCertificates, ableFor, type CandidateCertificate, isReady, keylessFor } from './able.ts';
import { calledName, notAllCertificates, validityAt } from './certificates.ts';
import {
  couldFollow,
  hasName,
  hostsAt,
  isBackEnd,
  isExchangeOwn,
  isSameKind,
  keepsNames,
  type Predecessor,
  predecessorOf,
  signBetween,
} from './predecessor.ts';
import { usableBySystem } from './usable.ts';

/** What could take the place of a record's certificate. */
export interface Succession {
  /** Empty where nothing but its key keeps a certificate from it: `why` names that one. */
  readonly offered: readonly CandidateCertificate[];
  /** The one that nobody has to choose. */
  readonly certain?: CandidateCertificate;
  /** Something beside its names shows that it is the successor. */
  readonly shown: boolean;
  /** On what that rests, or why only a person can choose: one clause. */
  readonly why: string;
}

/** The certain successor of a certificate that still serves, once less than a third of its time is left: lifetimes are 6 days and 398. */
export function successorOf(
  certificate: StoreCertificate,
  record: SslRecord,
  evidence: Evidence,
): CandidateCertificate | undefined {
  const { facts, archived } = certificate;
  if (!isLate(facts, evidence.collectedAt) || archived || !facts.serverAuth || !isOurs(record)) return undefined;
  const usable = usableBySystem(certificate, evidence);
  if (!usable.known || !usable.value || notAllCertificates(evidence) !== undefined) return undefined;
  const { certain, shown } = successionAt(record, evidence) ?? {};
  return certain !== undefined && shown && isReady(certain) ? certain : undefined;
}

function isLate({ notBefore, notAfter }: CertificateFacts, at: string): boolean {
  const [from, until] = [Date.parse(notBefore), Date.parse(notAfter)];
  return validityAt({ notBefore, notAfter }, at) === 'valid' && until - Date.parse(at) < (until - from) / 3;
}

/** Of a certificate that is not known only the host names tell; undefined where nothing fits, or nothing tells. */
export function successionAt(record: SslRecord, evidence: Evidence): Succession | undefined {
  const old = predecessorOf(record, evidence);
  if (old === undefined && hostsAt(record, evidence).includes('') && !isBackEnd(record, evidence)) return undefined;
  const fitting = fittingFor(old, record, evidence);
  if (fitting.length === 0) return withoutKey(old, record, evidence);
  const keeping = fitting.filter(({ certificate }) => keepsNames(certificate, old));
  const signOf = ({ certificate }: CandidateCertificate) => signBetween(certificate, record, old);
  const shown = keeping.filter((each) => signOf(each) !== undefined);
  const certain = onlyOne(shown.length > 0 ? shown : keeping);
  if (certain === undefined) return { offered: fitting, shown: false, why: reasonToAsk(keeping) };
  const why = signOf(certain) ?? 'nothing else that is usable here has its names';
  return { offered: fitting, certain, shown: shown.length > 0, why };
}

function reasonToAsk([only, ...others]: readonly CandidateCertificate[]): string {
  if (only === undefined) return 'nothing here has every name of the old certificate';
  return others.length > 0 ? SEVERAL : (only.doubt ?? SEVERAL);
}

const SEVERAL = 'several certificates could take its place';

/**
 * Able to serve, for every host name of the endpoint and longer than the old one. Without every name of that it is offered only
 * where the old one had not the host names itself: somebody had bound the wrong one.
 */
function fittingFor(
  old: Predecessor | undefined,
  record: SslRecord,
  evidence: Evidence,
): readonly CandidateCertificate[] {
  const all = isBackEnd(record, evidence)
    ? ableCertificates(evidence).filter(({ certificate }) => isExchangeOwn(certificate, evidence))
    : namesToHave(old, record, evidence).flatMap((name) => ableFor(name, evidence));
  return [...new Set(all)].filter(({ certificate }) => isOffered(certificate, old, record, evidence));
}

const isOffered = (
  certificate: StoreCertificate,
  old: Predecessor | undefined,
  record: SslRecord,
  evidence: Evidence,
): boolean =>
  couldFollow(certificate, old, record, evidence) &&
  (keepsNames(certificate, old) || isBackEnd(record, evidence) || !hasHosts(old, record, evidence));

/** One of which every successor has. */
const namesToHave = (old: Predecessor | undefined, record: SslRecord, evidence: Evidence): readonly string[] =>
  (old && hasHosts(old, record, evidence) ? old.names : hostsAt(record, evidence).filter((host) => host !== '')).slice(
    0,
    1,
  );

/** Whether it was for all who come to the endpoint. */
const hasHosts = (old: Predecessor | undefined, record: SslRecord, evidence: Evidence): boolean =>
  hostsAt(record, evidence).every((host) => host === '' || hasName(old, host));

/** A renewal that somebody imported without its key, or whose key was lost since. */
function withoutKey(old: Predecessor | undefined, record: SslRecord, evidence: Evidence): Succession | undefined {
  if (isBackEnd(record, evidence)) return undefined;
  const all = namesToHave(old, record, evidence).flatMap((name) => keylessFor(name, evidence));
  const found = all.find((certificate) => isOffered(certificate, old, record, evidence));
  if (found === undefined) return undefined;
  const which = `${calledName(found)} in LocalMachine\\${found.store}`;
  return { offered: [], shown: false, why: `${which} could take its place, but SYSTEM cannot use its key` };
}

/** Whether it could take the place of the certificate of this record too. */
export const fitsAt = (thumbprint: string, record: SslRecord, evidence: Evidence): boolean =>
  fittingFor(predecessorOf(record, evidence), record, evidence).some(
    ({ certificate }) =>
      certificate.thumbprint === thumbprint && keepsNames(certificate, predecessorOf(record, evidence)),
  );

/** A program that renews leaves a pile: of one issuer and for the same names the newest counts. Any other two are a choice. */
function onlyOne(all: readonly CandidateCertificate[]): CandidateCertificate | undefined {
  const ready = all.filter(isReady);
  const [newest, second] = (ready.length > 0 ? ready : all.filter(({ stranded }) => stranded)).toSorted(
    (a, b) => startOf(b) - startOf(a),
  );
  if (newest === undefined || (second && startOf(second) === startOf(newest))) return undefined;
  return all.every((each) => isSameKind(each.certificate, newest.certificate)) ? newest : undefined;
}

const startOf = ({ certificate }: CandidateCertificate): number => Date.parse(certificate.facts.notBefore);
