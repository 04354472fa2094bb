// Every SSL record of http.sys, also those that no site binding has: whose it is, what it names, and whether that holds.

import { addressOf, canonicalIp, hostOfBinding, portOf } from '../../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../../model/once.ts';
import type { Severity } from '../../model/repair/finding.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Chain, Link, LinkCode } from '../../model/server/chain.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import { asciiHost } from '../../model/server/host-name.ts';
import { isOurs, isOwnerless, ownerName } from '../../model/server/record-owner.ts';
import { isCentralStore, REJECT, type SslRecord } from '../../model/server/ssl-record.ts';
import { calledName, findCertificate, shortThumbprint, validityAt } from '../certificates/certificates.ts';
import { chainsAt, chainsWithHost } from '../join.ts';
import { newestState } from '../memory/remembered.ts';
import { shadowWords } from '../words.ts';
import { recordAt } from './records.ts';
import { hasAddress, isVisited, type Shadow, shadowAt } from './shadows.ts';

/** Why a record is as it is; codes never change once released. */
export type RecordCode =
  | LinkCode
  | 'record-shadows'
  | 'record-leftover'
  | 'record-foreign'
  | 'record-ownerless'
  | 'binding-gone';

/** One record, with its verdict. */
export interface JudgedRecord {
  readonly record: SslRecord;
  /** The product that registered it: `IIS`, `nobody`, `another program`. */
  readonly owner: string;
  /** Those whose bindings use it. */
  readonly chains: readonly Chain[];
  /** The certificate that it names; undefined also where that is not known. */
  readonly certificate: StoreCertificate | undefined;
  readonly state: Severity | 'ok' | 'unknown';
  readonly code: RecordCode;
  /** One clause. */
  readonly says: string;
}

/** All records, in their order. Empty where they were not read. */
export const judgedRecords = once((evidence: Evidence): readonly JudgedRecord[] =>
  evidence.records.known ? evidence.records.value.map((record) => judgedRecord(record, evidence)) : [],
);

type Verdict = Pick<JudgedRecord, 'state' | 'code' | 'says'>;

function judgedRecord(record: SslRecord, evidence: Evidence): JudgedRecord {
  const chains = chainsUsing(record, evidence);
  const found = findCertificate(evidence, record.store, record.thumbprint);
  const certificate = found.known ? found.value : undefined;
  const judged = { record, owner: ownerName(record), chains, certificate };
  const shadow = shadowAt(record, evidence);
  const verdict =
    isCentralStore(record.endpoint) && record.thumbprint === ''
      ? verdictOf('ok', 'central-store', 'the central certificate store chooses by file name')
      : (shadowOrLeftover(record, shadow, evidence) ??
        (found.known || record.thumbprint === ''
          ? certificateVerdict(judged, evidence)
          : verdictOf('unknown', 'not-read', `not checked: ${found.why}`)));
  if (verdict !== undefined) return withVerdict(judged, verdict);
  const owned = ownerVerdict(judged, evidence);
  return withVerdict(judged, (owned.state === 'ok' ? chainVerdict(chains) : undefined) ?? owned);
}

const withVerdict = (
  { record, owner, chains, certificate }: Omit<JudgedRecord, keyof Verdict>,
  { state, code, says }: Verdict,
): JudgedRecord => ({ record, owner, chains, certificate, state, code, says });

/** A record is not in order where those who use it are told that its certificate, or the key of it, is not. */
function chainVerdict(chains: readonly Chain[]): Verdict | undefined {
  const told = chains.filter(isVisited).flatMap(({ links }) => links.filter(tellsOfCertificate));
  const state = (['broken', 'warning'] as const).find((each) => told.some((link) => link.state === each));
  const worst = told.find((link) => link.state === state);
  return state && worst && verdictOf(state, worst.code, worst.message);
}

/** A binding that lost its flag came to the record of another one. */
const tellsOfCertificate = ({ name, state, code }: Link): boolean =>
  (state === 'broken' || state === 'warning') && OF_CERTIFICATE.has(name) && code !== 'sni-flag-lost';

const OF_CERTIFICATE: ReadonlySet<string> = new Set(['certificate', 'key', 'access']);

const verdictOf = (state: Verdict['state'], code: RecordCode, says: string): Verdict => ({ state, code, says });

/** The bindings of its endpoint; one of the central store for a single host name is used by the bindings of that name. */
function chainsUsing({ endpoint }: SslRecord, evidence: Evidence): readonly Chain[] {
  if (endpoint.table !== 'scoped-ccs') return chainsAt(endpoint, evidence);
  return chainsWithHost(asciiHost(addressOf(endpoint)), evidence).filter(
    (chain) => chain.endpoint.table === 'ccs' && portOf(chain.endpoint) === portOf(endpoint),
  );
}

/** What nobody of this server can come to is no fault, and says why the certificate does not matter. */
function shadowOrLeftover(record: SslRecord, shadow: Shadow | undefined, evidence: Evidence): Verdict | undefined {
  if (shadow !== undefined) return verdictOf(shadow.severity, 'record-shadows', shadowWords(shadow));
  if (record.endpoint.table !== 'ip') return undefined;
  const address = canonicalIp(addressOf(record.endpoint));
  if (address === undefined || hasAddress(address, evidence) !== false) return undefined;
  return verdictOf('note', 'record-leftover', `this server does not have the address ${address} any more`);
}

/** What is wrong with what it names: nobody comes to a site that is stopped, or another server's. */
function certificateVerdict({ record, chains, certificate }: Omit<JudgedRecord, keyof Verdict>, evidence: Evidence) {
  const outOfTime = chains.some(isVisited) ? 'broken' : 'note';
  const state = chains.length === 0 ? 'warning' : outOfTime;
  const { thumbprint } = record;
  if (thumbprint === '') return verdictOf(state, 'record-without-hash', 'it names no certificate');
  const store = `LocalMachine\\${record.store || 'MY'}`;
  if (certificate === undefined)
    return verdictOf(
      state,
      'certificate-missing',
      `its certificate (${shortThumbprint(thumbprint)}) is not in ${store}`,
    );
  const { notAfter, notBefore } = certificate.facts;
  const validity = validityAt(certificate.facts, evidence.collectedAt);
  if (validity === 'expired')
    return verdictOf(
      outOfTime,
      'certificate-expired',
      `${calledName(certificate)} expired on ${notAfter.slice(0, 10)}`,
    );
  if (validity === 'not-yet')
    return verdictOf(
      outOfTime,
      'certificate-not-yet-valid',
      `${calledName(certificate)} is not valid before ${notBefore.slice(0, 10)}`,
    );
  if ((record.flags & REJECT) === 0) return undefined;
  // Without a binding it keeps out only who asks for no name that is bound, which some set it for.
  const rejects = chains.length === 0 ? 'note' : outOfTime;
  return verdictOf(rejects, 'record-rejects', 'it rejects every visitor (flag reject)');
}

function ownerVerdict(judged: Omit<JudgedRecord, keyof Verdict>, evidence: Evidence): Verdict {
  const { record, chains, certificate, owner } = judged;
  const isMeant = newestRecord(record, evidence)?.appId === record.appId;
  if (chains.some(isVisited) && !isMeant && !isOurs(record))
    return verdictOf('warning', 'record-foreign', `${owner} (AppId ${record.appId}) has registered it, and not IIS`);
  if (chains.some(isVisited) && !isMeant && isOwnerless(record))
    return verdictOf('warning', 'record-ownerless', 'it has no application id: IIS does not know it as its own');
  const gone = isOurs(record) && chains.length === 0 ? sitesWithout(record, evidence) : [];
  if (gone.length > 0) {
    const says = `no https binding uses it, while ${gone.join(', ')} still has the http binding of this name`;
    return verdictOf('warning', 'binding-gone', says);
  }
  if (certificate === undefined) return verdictOf('unknown', 'not-read', 'not checked');
  const until = `${calledName(certificate)}, valid until ${certificate.facts.notAfter.slice(0, 10)}`;
  return verdictOf('ok', 'fine', until);
}

/** The record of this endpoint as it was when the server was last healthy. */
function newestRecord({ endpoint }: SslRecord, evidence: Evidence): SslRecord | undefined {
  const state = newestState(evidence);
  return state && recordAt(state.records, endpoint);
}

/** Sites that serve the record's host name over http alone. */
function sitesWithout({ endpoint }: SslRecord, evidence: Evidence): readonly string[] {
  const host = asciiHost(addressOf(endpoint));
  if (endpoint.table !== 'sni' || chainsWithHost(host, evidence).length > 0) return [];
  return [...new Set((byHttpHost(evidence).get(host) ?? []).map(({ name }) => name))];
}

/** The sites that run, by the host names of their http bindings. */
const byHttpHost = once(({ config }: Evidence) => {
  const sites = config.known ? config.value.sites.filter(({ stopped }) => stopped !== true) : [];
  const bound = sites.flatMap(({ name, bindings }) =>
    bindings
      .filter(({ protocol }) => protocol.toLowerCase() === 'http')
      .map(({ information }) => ({ name, host: hostOfBinding(information) })),
  );
  return groupBy(bound, ({ host }) => host);
});

/** The judged record at an endpoint. */
export const judgedAt = (key: string, evidence: Evidence): JudgedRecord | undefined => byKey(evidence).get(key);

const byKey = once(
  (evidence: Evidence) => new Map(judgedRecords(evidence).map((each) => [endpointKey(each.record.endpoint), each])),
);
