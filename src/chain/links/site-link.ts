// The site link: whether the binding is one that visitors can reach at all.

import { addressOfBinding, isLinkLocal, isLoopback, isWildcard } from '../../formats/http-sys/endpoint.ts';
import { listensOn } from '../../formats/http-sys/visitors.ts';
import type { Link, LinkCode, LinkName, LinkState } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Source } from '../../model/server/known.ts';
import { type JudgedEntry, mapperIsAbsent } from '../mapper.ts';
import { answerOf } from '../visit.ts';
import { describeMapperFault, listed } from '../words.ts';
import { link, skipped, type Unlinked } from './link.ts';

const REST: readonly LinkName[] = ['http.sys', 'certificate', 'key', 'access', 'handshake'];

/** All six links of a binding that nobody has to reach, or can: the first says why. */
export function closed(chain: Unlinked, evidence: Evidence, malformed: string | undefined): readonly Link[] {
  const { information } = chain.binding;
  const first = (state: LinkState, code: LinkCode, message: string, rest: string, source: Source) => [
    link('site', state, code, message, source),
    ...REST.map((name) => skipped(name, rest)),
  ];
  const { source } = evidence.config;
  if (chain.site.stopped) {
    const message = 'the site is stopped on purpose (serverAutoStart="false")';
    return first('note', 'site-stopped', message, 'the site is stopped', source);
  }
  if (malformed !== undefined) {
    const message = `the https binding is malformed: ${malformed}`;
    return first('broken', 'binding-malformed', message, `no endpoint can be read from ${information}`, source);
  }
  const message = `not on this server, which does not have the address ${addressOfBinding(information)}`;
  return first('skipped', 'not-on-this-server', message, 'not on this server', evidence.addresses.source);
}

/** The worst of what stands between a visitor and the site. */
export function siteLink(chain: Unlinked, evidence: Evidence, entry: JudgedEntry | undefined): Link {
  const found = [serviceFault(chain, evidence), listenFault(chain, evidence), mapperFault(entry, evidence)];
  const faults = found.filter((fault) => fault !== undefined);
  const worst = (['broken', 'warning', 'note'] as const).flatMap((state) =>
    faults.filter((fault) => fault.state === state),
  )[0];
  if (worst === undefined)
    return link('site', 'ok', 'fine', `https ${chain.binding.information}`, evidence.config.source);
  return link('site', worst.state, worst.code, worst.says, worst.source);
}

interface Fault {
  readonly state: 'broken' | 'warning' | 'note';
  readonly code: LinkCode;
  readonly says: string;
  readonly source: Source;
}

const DISABLED = 4;

/** Disabled while it still runs: what answers now is gone at the next start. */
function serviceFault(chain: Unlinked, { services }: Evidence): Fault | undefined {
  if (!services.known) return undefined;
  const name = ['HTTP', 'W3SVC'].find((each) => services.value.get(each)?.start === DISABLED);
  if (name === undefined) return undefined;
  const source = services.value.get(name)?.source ?? services.source;
  const is = `the service ${name} is disabled (Start 4)`;
  const fault = { code: 'service-disabled', source } as const;
  return answerOf(chain) !== undefined
    ? { ...fault, state: 'warning', says: `${is}; what still answers ends with the next reboot` }
    : { ...fault, state: 'broken', says: `${is}, so no site answers` };
}

function listenFault(chain: Unlinked, { listenList, addresses }: Evidence): Fault | undefined {
  if (!listenList.known || listenList.value.length === 0) return undefined;
  const list = listenList.value;
  const address = addressOfBinding(chain.binding.information) ?? '0.0.0.0';
  const isForAll = isWildcard(address);
  const own = (addresses.known ? addresses.value : list).filter(
    (each) => !isLoopback(each) && !isLinkLocal(each) && (address !== '::' || each.includes(':')),
  );
  const wanted = isForAll ? own : [address];
  const missing = wanted.filter((each) => !listensOn(each, list));
  const fault = { code: 'listen-list', source: listenList.source } as const;
  const is = `http.sys listens on ${listed(list)} alone (netsh http show iplisten)`;
  if (missing.length === wanted.length) {
    const none = isForAll ? 'on no address that visitors come to' : `not on ${address}`;
    return { ...fault, state: 'broken', says: `${is}, ${none}` };
  }
  if (missing.length === 0) return undefined;
  return { ...fault, state: 'warning', says: `${is}, and not on ${listed(missing)}` };
}

/** Where the ABO mapper is not installed nothing acts on an entry. */
function mapperFault(judged: JudgedEntry | undefined, evidence: Evidence): Fault | undefined {
  if (judged?.fault === undefined) return undefined;
  const { entry, fault } = judged;
  const why = describeMapperFault(fault, entry.store);
  const { source } = evidence.config;
  if (mapperIsAbsent(evidence)) {
    const says = `customMetadata ${entry.keyPath} would override the binding, and nothing here acts on that: ${why}`;
    return { state: 'note', code: 'mapper-override', says, source };
  }
  return {
    state: 'warning',
    code: 'mapper-override',
    says: `customMetadata ${entry.keyPath} overrides the binding: ${why}`,
    source,
  };
}
