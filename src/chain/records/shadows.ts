// SSL records that visitors of a site meet before the site's own. http.sys looks for the exact address first, then the host
// name, the central store, [::] and 0.0.0.0 (windows-facts 4.6); where sources disagree nothing is judged here. What a
// visitor got at the very address decides.

import {
  addressOf,
  addressOfBinding,
  canonicalIp,
  hostOfBinding,
  isLoopback,
  portOf,
} from '../../formats/http-sys/endpoint.ts';
import { isOnThisServer } from '../../formats/http-sys/on-this-server.ts';
import { groupBy, once } from '../../model/once.ts';
import type { Severity } from '../../model/repair/finding.ts';
import type { Chain } from '../../model/server/chain.ts';
import type { Evidence, Greeted } from '../../model/server/evidence.ts';
import { isCentralStore, type SslRecord } from '../../model/server/ssl-record.ts';
import { findCertificate } from '../certificates/certificates.ts';
import { chainsAt, joinChains } from '../join.ts';
import { isValidFor, meantFor } from '../meant.ts';
import { newestState } from '../memory/remembered.ts';
import { answersOf, isLoopbackAlone } from '../visit.ts';
import { recordAt } from './records.ts';

/** A record, and those whose visitors meet it. */
export interface Shadow {
  readonly record: SslRecord;
  /** The bindings that use it; where there are none it is nobody's. */
  readonly by: readonly Chain[];
  readonly hidden: readonly [Chain, ...Chain[]];
  readonly severity: Exclude<Severity, 'note'>;
  /**
   * What visitors got there; undefined where nobody was greeted. `alike`: the right certificate, until it is renewed. `gone`:
   * nobody was greeted, and there is no certificate to be got.
   */
  readonly met: 'another certificate' | 'no TLS' | 'alike' | 'gone' | undefined;
}

/** All of them, in the order of the records. */
export const shadows = once((evidence: Evidence): readonly Shadow[] => {
  const records = evidence.records.known
    ? evidence.records.value.filter(({ endpoint }) => endpoint.table === 'ip')
    : [];
  if (records.length === 0) return [];
  // Where a binding has no record of its own, another one does not hide it but stands in.
  const chains = joinChains(evidence).filter((chain) => isVisited(chain) && chain.record.known && chain.record.value);
  const byPort = groupBy(chains, ({ endpoint }) => portOf(endpoint));
  return records.flatMap((record) => {
    const near = (byPort.get(portOf(record.endpoint)) ?? []).filter((chain) => mayHide(record, chain));
    return near.length === 0 ? [] : shadowOf(record, near, evidence);
  });
});

/** What this record hides. */
export const shadowAt = (record: SslRecord, evidence: Evidence): Shadow | undefined => byRecord(evidence).get(record);

const byRecord = once((evidence: Evidence) => new Map(shadows(evidence).map((each) => [each.record, each])));

/** Whether visitors of the chain were seen to get something else from a record that answers before its own. */
export const isHidden = (chain: Chain, evidence: Evidence): boolean => hiddenChains(evidence).has(chain);

const hiddenChains = once(
  (evidence: Evidence) =>
    new Set(shadows(evidence).flatMap(({ severity, hidden }) => (severity === 'broken' ? hidden : []))),
);

/** A site that runs, on this server. */
export const isVisited = ({ site, links }: Chain): boolean =>
  site.stopped !== true && !links.some(({ code }) => code === 'not-on-this-server');

function shadowOf(record: SslRecord, near: readonly Chain[], evidence: Evidence): readonly Shadow[] {
  const by = chainsAt(record.endpoint, evidence);
  const address = addressOf(record.endpoint);
  if (by.length === 0 ? hasAddress(address, evidence) === false : !canHideNames(by, address)) return [];
  const judged = near.flatMap((chain) => {
    const met = by.length === 0 ? whatIsMet(record, chain, evidence) : hiddenNames(record, by, chain, evidence);
    return met === 'its own' ? [] : [{ chain, ...met }];
  });
  // Those who get the right certificate are told of only where there is nobody else.
  const worse = judged.filter(({ met }) => met !== 'alike');
  const told = worse.length > 0 ? worse : judged;
  const worst = told.find(({ severity }) => severity === 'broken') ?? told[0];
  if (worst === undefined) return [];
  const hidden = told.map(({ chain }) => chain) as unknown as Shadow['hidden'];
  return [{ record, by, hidden, severity: worst.severity, met: worst.met }];
}

/** Whether visitors of the binding could come to where this record stands, and http.sys would look there first. */
export function mayHide({ endpoint }: SslRecord, chain: Chain): boolean {
  const address = addressOf(endpoint);
  if (address === '0.0.0.0' || endpoint.name === chain.endpoint.name || canonicalIp(address) === undefined)
    return false;
  const through = addressOfBinding(chain.binding.information);
  if (address === '::') return chain.endpoint.table === 'ip' && through === '0.0.0.0';
  if (through === '::') return address.includes(':');
  return through === '0.0.0.0' || through === address;
}

/** True where this server has the address; undefined where nobody knows its addresses. */
export function hasAddress(address: string, evidence: Evidence): boolean | undefined {
  const information = address.includes(':') ? `[${address}]:443:` : `${address}:443:`;
  return isOnThisServer({ protocol: 'https', information, sslFlags: 0 }, evidence);
}

type Met = Pick<Shadow, 'severity' | 'met'> | 'its own';

/** A record that no binding uses. The same certificate hides nothing, until the site's own is renewed and this one is not. */
function whatIsMet(record: SslRecord, chain: Chain, evidence: Evidence): Met {
  const address = addressOf(record.endpoint);
  const here = chain.greeted.filter(
    ({ greeting }) => greeting !== undefined && isAt(greeting.address, record, evidence),
  );
  const isMeantHere = meantFor(chain, evidence);
  if (here.some((each) => failed(each) && !isLoopbackAlone(each, chain.greeted, isMeantHere)))
    return { severity: 'broken', met: 'no TLS' };
  if (isAlike(record, chain)) return address === '::' ? 'its own' : { severity: 'warning', met: 'alike' };
  const got = answersOf(here);
  if (got.length > 0 && got.every((each) => isMeantHere(each) === true)) return 'its own';
  const named = findCertificate(evidence, record.store, record.thumbprint);
  const isGone = named.known && named.value === undefined;
  if (got.length === 0) return { severity: 'warning', met: isGone ? 'gone' : undefined };
  return { severity: serves(record, chain, evidence) ? 'warning' : 'broken', met: 'another certificate' };
}

/** What comes to [::] is IPv6 without a record of its own. */
function isAt(address: string, { endpoint }: SslRecord, { records }: Evidence): boolean {
  if (addressOf(endpoint) !== '::') return address === addressOf(endpoint);
  const own = { table: 'ip', name: `[${address}]:${portOf(endpoint)}` } as const;
  return address.includes(':') && !(records.known && recordAt(records.value, own) !== undefined);
}

const failed = ({ got }: Greeted): boolean => got.known && got.value.outcome === 'no-tls';

/** Sites that have an address for themselves hide the host names of others there; on loopback no visitor comes. */
const canHideNames = (by: readonly Chain[], address: string): boolean =>
  address !== '::' &&
  !isLoopback(address) &&
  by.some(({ links }) => !links.some(({ code }) => code === 'not-on-this-server'));

function hiddenNames(record: SslRecord, by: readonly Chain[], chain: Chain, evidence: Evidence): Met {
  if (chain.endpoint.table === 'ip' || isAlike(record, chain) || serves(record, chain, evidence)) return 'its own';
  return isMeant([...by, chain], evidence) ? 'its own' : { severity: 'warning', met: undefined };
}

/** A healthy state had these bindings side by side. */
function isMeant(chains: readonly Chain[], evidence: Evidence): boolean {
  const before = rememberedBindings(evidence);
  return chains.every(({ site, binding }) => before.has(`${site.id} ${binding.information}`));
}

const rememberedBindings = once(
  (evidence: Evidence) =>
    new Set((newestState(evidence)?.bindings ?? []).map(({ siteId, information }) => `${siteId} ${information}`)),
);

const isAlike = (record: SslRecord, chain: Chain): boolean =>
  !isCentralStore(chain.endpoint) &&
  chain.record.known &&
  record.thumbprint !== '' &&
  chain.record.value?.thumbprint === record.thumbprint;

/** Whether visitors of this binding accept the record's certificate. */
function serves({ store, thumbprint }: SslRecord, { binding }: Chain, evidence: Evidence): boolean {
  const found = findCertificate(evidence, store, thumbprint);
  const facts = found.known ? found.value?.facts : undefined;
  const host = hostOfBinding(binding.information);
  return facts !== undefined && host !== '' && isValidFor(facts, host, evidence.collectedAt);
}
