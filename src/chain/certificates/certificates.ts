// Finding certificates in the LocalMachine stores that were read.

import { hash } from 'node:crypto';
import type { StoreExport } from '../../formats/certificates/store-export.ts';
import { once } from '../../model/once.ts';
import {
  type CertificateFacts,
  isServerStore,
  type StoreCertificate,
  unreadableEntry,
} from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { asciiHost } from '../../model/server/host-name.ts';
import { andThen, type Known, known, type Source, unknown } from '../../model/server/known.ts';

/**
 * The certificate with that thumbprint in that LocalMachine store ('' = MY), if it is one that http.sys serves from; undefined
 * when it is certain that the store lacks it.
 */
export const findCertificate = (
  evidence: Evidence,
  store: string,
  thumbprint: string,
): Known<StoreCertificate | undefined> =>
  isServerStore(store) ? entryIn(evidence, store, thumbprint) : notRead(evidence, store);

/** The same of any store that plans rest on. */
export function entryIn(evidence: Evidence, store: string, thumbprint: string): Known<StoreCertificate | undefined> {
  const source = storeSource(store);
  if (source === undefined) return notRead(evidence, store);
  const unreadable = evidence.unreadableEntries.filter((entry) => isSameStore(entry.store, store));
  return andThen(evidence[source], (certificates, from) => entryNamed(thumbprint, { certificates, unreadable }, from));
}

const notRead = ({ storeMy }: Evidence, store: string): Known<never> =>
  unknown(`the store ${store} is not one that is read`, storeMy.source);

/** The entry with that thumbprint. One that is not found is unknown while an unreadable entry may be it. */
export function entryNamed(
  thumbprint: string,
  { certificates, unreadable }: StoreExport,
  source: Source,
): Known<StoreCertificate | undefined> {
  const found = byThumbprint(certificates).get(thumbprint);
  const hidden = unreadable.find((entry) => (entry.thumbprint ?? thumbprint) === thumbprint);
  return found === undefined && hidden !== undefined ? unknown(unreadableEntry(hidden), source) : known(found, source);
}

/**
 * Why the certificates of this server are not all known, as one clause; undefined where both stores were read to the last
 * entry. Nobody may choose among certificates that are not all known.
 */
export function notAllCertificates(evidence: Evidence): string | undefined {
  const stores: readonly (readonly [string, Known<unknown>])[] = [
    ['MY', evidence.storeMy],
    ['WebHosting', evidence.storeWebHosting],
  ];
  const whys = [
    ...stores.flatMap(([name, store]) => (store.known ? [] : [`LocalMachine\\${name} was not read: ${store.why}`])),
    ...evidence.unreadableEntries.filter(({ store }) => isServerStore(store)).map(unreadableEntry),
  ];
  return whys[0] && whys.join('; ');
}

const isSameStore = (one: string, other: string): boolean =>
  (one || 'MY').toLowerCase() === (other || 'MY').toLowerCase();

/** The source that tells of the LocalMachine store of that name, whatever its spelling; '' is MY. */
export function storeSource(store: string): StoreSource | undefined {
  const name = store.toLowerCase() || 'my';
  return Object.hasOwn(SOURCES, name) ? SOURCES[name as keyof typeof SOURCES] : undefined;
}

const SOURCES = { my: 'storeMy', webhosting: 'storeWebHosting', ca: 'storeCa', root: 'storeRoot' } as const;

/** The fields of the evidence that are stores of the machine which plans may rest on. */
export type StoreSource = (typeof SOURCES)[keyof typeof SOURCES];

/** All entries of the stores that were read. */
export const allCertificates = once(({ storeMy, storeWebHosting }: Evidence): readonly StoreCertificate[] => [
  ...(storeMy.known ? storeMy.value : []),
  ...(storeWebHosting.known ? storeWebHosting.value : []),
]);

const byThumbprint = once(
  (entries: readonly StoreCertificate[]) => new Map(entries.map((entry) => [entry.thumbprint, entry])),
);

/** SHA-1 of the DER, as Windows names a certificate. */
export const thumbprintOf = (der: Uint8Array): string => hash('sha1', der).toUpperCase();

/** The certificate with that thumbprint, in whichever of them. */
export const certificateNamed = (thumbprint: string, evidence: Evidence): StoreCertificate | undefined =>
  byThumbprint(allCertificates(evidence)).get(thumbprint);

type Validity = Pick<CertificateFacts, 'notBefore' | 'notAfter'>;

/** At a time as ISO 8601. Both ends of the validity count (RFC 5280, 4.1.2.5). */
export function validityAt({ notBefore, notAfter }: Validity, at: string): 'not-yet' | 'valid' | 'expired' {
  // Times of one form come in the order of their text: each chain is asked several times, and three are parsed each time.
  if (isWhole(at) && isWhole(notBefore) && isWhole(notAfter))
    return at < notBefore ? 'not-yet' : at > notAfter ? 'expired' : 'valid';
  const moment = Date.parse(at);
  if (moment < Date.parse(notBefore)) return 'not-yet';
  return moment > Date.parse(notAfter) ? 'expired' : 'valid';
}

/** `2026-03-01T12:00:00.000Z` */
const isWhole = (time: string): boolean => time.length === 24 && time[10] === 'T' && time[23] === 'Z';

/** The names of a certificate that cover a host: its own, and the wildcard one level above it. */
export const namesFor = (host: string): readonly string[] =>
  host.includes('.') ? [host, `*${host.slice(host.indexOf('.'))}`] : [host];

/** A certificate's DNS names as A-labels, as most certificates have them anyhow. */
export const namesOf = ({ facts }: Pick<StoreCertificate, 'facts'>): readonly string[] => facts.names.map(asciiHost);

/** Whether a client that asks for this host accepts the certificate's name. */
export function coversHost(certificate: Pick<StoreCertificate, 'facts'>, host: string): boolean {
  const covering = namesFor(host);
  return certificate.facts.names.some((name) => covering.includes(asciiHost(name)));
}

/** The name a person knows a certificate by: its first DNS name, else its subject. */
export const nameOf = ({ facts }: Pick<StoreCertificate, 'facts'>): string => facts.names[0] ?? facts.subject;

/** Enough of a thumbprint to tell two certificates apart at a glance; facts and JSON have all 40 digits. */
export const shortThumbprint = (thumbprint: string): string => thumbprint.slice(0, 8);

/** As sentences speak of a certificate, of which two may have one name: `shop.example.test (0ACC3C27)`. */
export const calledName = (certificate: Pick<StoreCertificate, 'facts' | 'thumbprint'>): string =>
  `${nameOf(certificate)} (${shortThumbprint(certificate.thumbprint)})`;

/** The first label of a name is the computer's name, or a name covers its DNS name. */
export function isOfComputer(certificate: StoreCertificate, { computerName, dnsDomain }: Evidence): boolean {
  if (!computerName.known) return false;
  const computer = asciiHost(computerName.value);
  if (namesOf(certificate).some((name) => name.split('.')[0] === computer)) return true;
  return dnsDomain.known && coversHost(certificate, `${computer}.${asciiHost(dnsDomain.value)}`);
}

/** Whether it is rather the clock of the server that is wrong: of several certificates not one is valid now. */
export function clockIsDoubtful(evidence: Evidence): boolean {
  const all = allCertificates(evidence).filter(({ archived }) => !archived);
  return all.length > 1 && all.every(({ facts }) => validityAt(facts, evidence.collectedAt) !== 'valid');
}
