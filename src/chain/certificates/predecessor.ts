// What may follow a certificate, by what is known of it: its entry, or what a healthy state remembers.

import { portOf } from '../../formats/http-sys/endpoint.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { asciiHost } from '../../model/server/host-name.ts';
import { IIS_APP_ID, type SslRecord } from '../../model/server/ssl-record.ts';
import { bindingsAt } from '../bindings.ts';
import { certificateNamed, coversHost, findCertificate, isOfComputer, namesFor, namesOf } from './certificates.ts';

/** The certificate that a record names. */
export interface Predecessor {
  readonly thumbprint: string;
  /** In A-labels; never empty. */
  readonly names: readonly string[];
  readonly notAfter: string;
  readonly entry?: StoreCertificate;
}

/** Undefined where nothing is known of it, or it has no name to compare. */
export function predecessorOf({ store, thumbprint }: SslRecord, evidence: Evidence): Predecessor | undefined {
  const own = findCertificate(evidence, store, thumbprint);
  const entry = (own.known ? own.value : undefined) ?? certificateNamed(thumbprint, evidence);
  const facts = entry?.facts ?? rememberedFacts(thumbprint, evidence);
  if (facts === undefined || facts.names.length === 0) return undefined;
  return { thumbprint, names: facts.names.map(asciiHost), notAfter: facts.notAfter, ...(entry && { entry }) };
}

const rememberedFacts = (thumbprint: string, { baseline }: Evidence) =>
  (baseline.known ? (baseline.value?.states ?? []) : [])
    .flatMap(({ certificates }) => certificates)
    .find((each) => each.thumbprint === thumbprint);

/** Another one than the record's, for every host of its endpoint, and longer than the old one. */
export const couldFollow = (
  certificate: StoreCertificate,
  old: Predecessor | undefined,
  record: SslRecord,
  evidence: Evidence,
): boolean =>
  certificate.thumbprint !== record.thumbprint &&
  hostsAt(record, evidence).every((host) => host === '' || coversHost(certificate, host)) &&
  (old === undefined || Date.parse(certificate.facts.notAfter) > Date.parse(old.notAfter));

/** Of all bindings of its endpoint, in A-labels; '' for one without. */
export const hostsAt = ({ endpoint }: SslRecord, evidence: Evidence): readonly string[] =>
  bindingsAt(endpoint, evidence).map(({ host }) => host);

/** Whether it had this host name, by itself or by a wildcard. */
export const hasName = (old: Predecessor | undefined, host: string): boolean =>
  namesFor(host).some((name) => old?.names.includes(name));

/** Whether it has every name that the old one had. */
export const keepsNames = (certificate: StoreCertificate, old: Predecessor | undefined): boolean =>
  old === undefined || old.names.every((name) => coversHost(certificate, name));

/** What shows that it is the successor, as one clause. Which of the two carries property 64 is not established. */
export function signBetween(
  certificate: StoreCertificate,
  { thumbprint }: SslRecord,
  old: Predecessor | undefined,
): string | undefined {
  const entry = old?.entry;
  if (entry?.renewal === certificate.thumbprint || certificate.renewal === thumbprint)
    return 'the renewal property (64) links the two';
  if (entry === undefined) return undefined;
  if (isSameKind(certificate, entry)) return 'it has the same issuer and the same names';
  // What somebody has made for a test may have the friendly name and the key of the real one.
  if (certificate.facts.selfSigned && !entry.facts.selfSigned) return undefined;
  if (entry.friendlyName !== '' && certificate.friendlyName === entry.friendlyName)
    return `it has the same friendly name, "${entry.friendlyName}"`;
  return entry.facts.publicKey === certificate.facts.publicKey ? 'it has the same public key' : undefined;
}

/** Of one issuer and for the same names. */
export function isSameKind(one: StoreCertificate, other: StoreCertificate): boolean {
  const [a, b] = [new Set(namesOf(one)), new Set(namesOf(other))];
  return one.facts.issuer === other.facts.issuer && a.size === b.size && [...a].every((name) => b.has(name));
}

/** Exchange keeps a certificate of its own on its back end, which its front end alone comes to. */
export const isBackEnd = (record: SslRecord, evidence: Evidence): boolean =>
  bindingsAt(record.endpoint, evidence).some(({ site }) => /^exchange back end$/i.test(site.name)) ||
  (portOf(record.endpoint) === 444 && record.appId === IIS_APP_ID);

/** That certificate: Exchange makes it at its installation. */
export const isExchangeOwn = (certificate: StoreCertificate, evidence: Evidence): boolean =>
  certificate.friendlyName === 'Microsoft Exchange' &&
  certificate.facts.selfSigned &&
  isOfComputer(certificate, evidence);
