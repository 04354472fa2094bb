// The site link: whether the binding is one that visitors can reach at all.

import { addressOfBinding } from '../../formats/http-sys/endpoint.ts';
import type { Link, LinkCode, LinkName, LinkState } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { Known, Source } from '../../model/server/known.ts';
import { type LateRequest, lateRequest } from '../late-request.ts';
import { listeningFault } from '../listening.ts';
import { type JudgedEntry, mapperIsAbsent } from '../mapper.ts';
import { describeMapperFault } from '../words.ts';
import { link, notRead, skipped, type Unlinked } from './link.ts';

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
    return first('broken', 'binding-malformed', message, `${information} names no address and port`, source);
  }
  const message = `not on this server, which does not have the address ${addressOfBinding(information)}`;
  return first('skipped', 'not-on-this-server', message, 'not on this server', evidence.addresses.source);
}

/** The worst of what stands between a visitor and the site. */
export function siteLink(chain: Unlinked, evidence: Evidence, entry: JudgedEntry | undefined): Link {
  const found = [listeningFault(chain, evidence), mapperFault(entry, evidence)];
  const faults = found.filter((fault) => fault !== undefined);
  const inState = (state: Fault['state']) => faults.find((fault) => fault.state === state);
  // What keeps out those alone who bring a certificate comes behind what keeps out everybody, or will.
  const late = lateRequest(chain, evidence);
  const worst = inState('broken') ?? inState('warning') ?? lateFault(late) ?? inState('note');
  if (!late.known && (worst === undefined || worst.state === 'note')) return notRead('site', late);
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

function lateFault(late: Known<LateRequest | undefined>): Fault | undefined {
  if (!late.known || late.value === undefined) return undefined;
  const { asks, says } = late.value;
  return {
    state: asks === 'site' ? 'broken' : 'warning',
    code: 'client-certificate-late',
    says,
    source: late.source,
  };
}

/** Where the ABO mapper is not installed nothing acts on an entry. */
function mapperFault(judged: JudgedEntry | undefined, evidence: Evidence): Fault | undefined {
  if (judged?.fault === undefined) return undefined;
  const { entry, fault } = judged;
  const why = describeMapperFault(fault, entry.store);
  const { source } = evidence.config;
  if (mapperIsAbsent(evidence)) {
    const says = `the certificate hash in customMetadata ${entry.keyPath} is wrong (${why}), and nothing here uses it`;
    return { state: 'note', code: 'mapper-override', says, source };
  }
  return {
    state: 'warning',
    code: 'mapper-override',
    says: `the certificate hash in customMetadata ${entry.keyPath} is wrong (${why}), and the ABO mapper will use it`,
    source,
  };
}
