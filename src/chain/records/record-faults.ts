// Faults of SSL records and of remembered bindings that no chain shows: nobody mends them here, and nobody passes over them.

import { endpointOfBinding } from '../../formats/http-sys/endpoint.ts';
import { once } from '../../model/once.ts';
import type { Severity } from '../../model/repair/finding.ts';
import type { Chain } from '../../model/server/chain.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { Source } from '../../model/server/known.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import type { Endpoint, SslRecord } from '../../model/server/ssl-record.ts';
import { chainsOfSite } from '../join.ts';
import { newestState } from '../memory/remembered.ts';
import { serves } from '../visit.ts';
import { siteNames, utc } from '../words.ts';
import { isNewer, type Logged, loggedAt, MADE, NOT_USABLE } from './https-events.ts';
import { type JudgedRecord, judgedRecords, type RecordCode } from './judged-records.ts';
import { isVisited } from './shadows.ts';

/** What is wrong at an endpoint, beside its chains. */
export interface RecordFault {
  readonly code: RecordCode | 'certificate-not-used';
  readonly endpoint: Endpoint;
  readonly severity: Severity;
  /** Whose it is, in front of the sentence. */
  readonly subject: string;
  /** One clause. */
  readonly says: string;
  readonly source: Source;
  readonly record?: SslRecord;
  /** The product whose it is, where that is another than IIS. */
  readonly foreign?: string;
}

/** All of them: of records first, then of bindings that are gone, then of what http.sys has complained of since. */
export const recordFaults = once((evidence: Evidence): readonly RecordFault[] => {
  const ofRecords = judgedRecords(evidence)
    .filter(isToldByRecord)
    .map((judged) => faultOf(judged, judged, evidence));
  const found = [...ofRecords, ...bindingsGone(evidence)];
  return [...new Map(found.map((each) => [endpointKey(each.endpoint), each])).values(), ...complaints(evidence)];
});

/** A record with a binding is judged by its chain; one that hides another, or that nobody has registered, has a playbook of its own. */
function isToldByRecord({ code, state, chains }: JudgedRecord): boolean {
  if (state !== 'warning' && state !== 'broken') return false;
  if (code === 'record-shadows') return false;
  return chains.length === 0 || code === 'record-foreign';
}

function faultOf(
  { record, chains, owner }: JudgedRecord,
  { code, state, says }: Pick<RecordFault, 'code' | 'says'> & { readonly state: string },
  evidence: Evidence,
): RecordFault {
  const whose = chains.length === 0 ? 'no site binding uses it' : siteNames(chains);
  return {
    code,
    endpoint: record.endpoint,
    severity: state as Severity,
    subject: `SSL record of ${record.endpoint.name} (${owner}; ${whose})`,
    says,
    source: evidence.records.source,
    record,
    ...(!isOurs(record) && { foreign: owner }),
  };
}

/** What the newest healthy state had for a site, and the configuration has no more. */
function bindingsGone(evidence: Evidence): readonly RecordFault[] {
  const { config, baseline } = evidence;
  if (!config.known) return [];
  const sites = new Map(config.value.sites.map((site) => [site.id, site]));
  return (newestState(evidence)?.bindings ?? []).flatMap(({ siteId, site, information, sslFlags }) => {
    const endpoint = endpointOfBinding(information, sslFlags);
    if (!endpoint.ok) return [];
    const now = sites.get(siteId);
    const key = endpointKey(endpoint.value);
    if (now && chainsOfSite(now, evidence).some((chain) => endpointKey(chain.endpoint) === key)) return [];
    const says = 'this https binding is gone since the server was last seen healthy';
    const subject = `${now?.name ?? site}, https ${information}`;
    return [
      { code: 'binding-gone', endpoint: endpoint.value, severity: 'warning', subject, says, source: baseline.source },
    ];
  });
}

/**
 * 15021 that nothing has answered since: no record was made anew there, and no healthy state was seen. What is told
 * otherwise of the endpoint has the event among its facts.
 */
function complaints(evidence: Evidence): readonly RecordFault[] {
  return judgedRecords(evidence).flatMap((judged) => {
    const { endpoint } = judged.record;
    const event = loggedAt(NOT_USABLE, endpoint, evidence);
    if (!isNewer(event, loggedAt(MADE, endpoint, evidence)) || event.last <= (newestState(evidence)?.lastSeen ?? ''))
      return [];
    if (['warning', 'broken'].includes(judged.state) || judged.chains.some(isTold)) return [];
    return [faultOf(judged, { code: 'certificate-not-used', ...complaint(event, judged, evidence) }, evidence)];
  });
}

const isTold = ({ links }: Chain): boolean => links.some(({ state }) => state === 'warning' || state === 'broken');

function complaint({ count, last, code }: Logged, { record, chains }: JudgedRecord, { handshakes }: Evidence) {
  const times = count === 1 ? 'once' : `${count} times`;
  const what = `http.sys could not use its certificate (event ${NOT_USABLE}, ${times}, last at ${utc(last)}${code && `, ${code}`})`;
  if (serves(handshakes.get(endpointKey(record.endpoint))) === true)
    return { state: 'note', says: `${what}; a handshake has got the right certificate since` };
  const isReached = chains.length === 0 || chains.some(isVisited);
  return { state: isReached ? 'warning' : 'note', says: `${what}, and no handshake was tried there since` };
}
