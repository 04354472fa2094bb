// What is remembered of a healthy server, and for how long. Pure: the clock is an argument, and may have been set back.

import { hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Chain } from '../../model/server/chain.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type {
  AcceptedName,
  Baseline,
  BaselineState,
  HealthyState,
  RememberedBinding,
  RememberedCertificate,
} from '../../model/server/healthy-state.ts';
import { httpsBindings, type Site } from '../../model/server/iis-config.ts';
import { known } from '../../model/server/known.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { findCertificate } from '../certificates/certificates.ts';
import { joinChains } from '../join.ts';

const DAY = 24 * 60 * 60 * 1000;
const DAYS_KEPT = 30;

/** The newest state, and one for each day on which another one came up. */
const MOST_STATES = DAYS_KEPT + 1;

/**
 * The state that this evidence shows, in an order of its own; undefined where bindings or records were not read. What a
 * person has accepted stays so while it stands; `accepts`: what is a warning now is accepted too.
 */
export function healthyState(evidence: Evidence, accepts = false): HealthyState | undefined {
  const { config, records } = evidence;
  if (!config.known || !records.known) return undefined;
  const certificates = records.value.flatMap((record) => certificateOf(record, evidence) ?? []);
  const accepted = joinChains(evidence).flatMap((chain) => acceptedName(chain, accepts));
  return {
    records: sorted(records.value.map(plainRecord), ({ endpoint }) => endpointKey(endpoint)),
    bindings: sorted(config.value.sites.flatMap(bindingsOf), (each) => JSON.stringify(each)),
    certificates: sorted(unique(certificates), ({ store, thumbprint }) => `${store} ${thumbprint}`),
    ...(accepted.length > 0 && {
      accepted: sorted(onlyOnce(accepted), ({ host, thumbprint }) => `${host} ${thumbprint}`),
    }),
  };
}

/** Whether this state has to be written down: it is another one than the newest, or that was last seen a day ago. */
export function isNews(earlier: Baseline | undefined, seen: HealthyState, at: string): boolean {
  const newest = earlier?.states[0];
  return newest === undefined || !isSame(newest, seen) || Math.abs(Date.parse(at) - Date.parse(newest.lastSeen)) >= DAY;
}

/**
 * The states with this one, seen at `at`, as the newest. Of several that came up on one day the last is kept; what was
 * last seen 30 days before is dropped. Times that lie after `at`, since the clock was set back, become `at`.
 */
export function withState(earlier: Baseline | undefined, seen: HealthyState, at: string): Baseline {
  const past = (earlier?.states ?? []).map((state) => notAfter(state, at));
  const [newest, ...older] = past;
  const isNewest = newest !== undefined && isSame(newest, seen);
  const first = { firstSeen: isNewest ? newest.firstSeen : at, lastSeen: at, ...seen };
  return { states: thinned(first, isNewest ? older : past) };
}

function thinned(newest: BaselineState, others: readonly BaselineState[]): readonly BaselineState[] {
  const oldest = new Date(Date.parse(newest.lastSeen) - DAYS_KEPT * DAY).toISOString();
  const days = new Set([dayOf(newest)]);
  const kept = others.filter((state) => {
    const isLastOfItsDay = !days.has(dayOf(state));
    days.add(dayOf(state));
    return isLastOfItsDay && state.lastSeen >= oldest;
  });
  return [newest, ...kept].slice(0, MOST_STATES);
}

/** The day on which a state came up. One that had stood for weeks is not lost on the day that ends it. */
const dayOf = ({ firstSeen }: BaselineState): string => firstSeen.slice(0, 10);

const notAfter = (state: BaselineState, at: string): BaselineState => ({
  ...state,
  firstSeen: state.firstSeen < at ? state.firstSeen : at,
  lastSeen: state.lastSeen < at ? state.lastSeen : at,
});

/** The evidence as it would be judged if this state were remembered. */
export const asRemembered = (evidence: Evidence, seen: HealthyState): Evidence => ({
  ...evidence,
  baseline: known(withState(undefined, seen, evidence.collectedAt), evidence.baseline.source),
});

function acceptedName({ binding, record, links }: Chain, accepts: boolean): readonly AcceptedName[] {
  const isMeant = links.some(
    ({ code, state }) => code === 'certificate-other-name' && (state === 'note' || (accepts && state === 'warning')),
  );
  const thumbprint = record.known ? record.value?.thumbprint : undefined;
  return isMeant && thumbprint ? [{ host: hostOfBinding(binding.information), thumbprint }] : [];
}

const onlyOnce = (all: readonly AcceptedName[]): readonly AcceptedName[] => [
  ...new Map(all.map((each) => [`${each.host} ${each.thumbprint}`, each])).values(),
];

const isSame = (one: HealthyState, other: HealthyState): boolean =>
  (['records', 'bindings', 'certificates', 'accepted'] as const).every(
    (part) => JSON.stringify(one[part]) === JSON.stringify(other[part]),
  );

/** Its fields in one order, so that two readings of the same record are the same text. */
function plainRecord({ endpoint, ...record }: SslRecord): SslRecord {
  return {
    endpoint: { table: endpoint.table, name: endpoint.name },
    thumbprint: record.thumbprint,
    appId: record.appId,
    store: record.store,
    checkMode: record.checkMode,
    freshnessTime: record.freshnessTime,
    urlTimeout: record.urlTimeout,
    ctlIdentifier: record.ctlIdentifier,
    ctlStore: record.ctlStore,
    flags: record.flags,
    notUnderstood: record.notUnderstood,
  };
}

const bindingsOf = ({ id, name, bindings }: Site): readonly RememberedBinding[] =>
  httpsBindings({ bindings }).map(({ information, sslFlags }) => ({ siteId: id, site: name, information, sslFlags }));

function certificateOf(record: SslRecord, evidence: Evidence): RememberedCertificate | undefined {
  const found = findCertificate(evidence, record.store, record.thumbprint);
  return found.known && found.value !== undefined ? identityOf(found.value) : undefined;
}

const identityOf = ({ thumbprint, store, facts }: StoreCertificate): RememberedCertificate => ({
  thumbprint,
  store,
  subject: facts.subject,
  names: facts.names,
  notAfter: facts.notAfter,
});

const unique = (all: readonly RememberedCertificate[]): readonly RememberedCertificate[] => [
  ...new Map(all.map((each) => [`${each.store} ${each.thumbprint}`, each])).values(),
];

function sorted<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item);
}
