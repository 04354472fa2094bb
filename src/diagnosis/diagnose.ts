// From evidence to a diagnosis: chains, findings, what was not checked, and one verdict. Pure.

import { systemMayRead } from '../chain/certificates/usable.ts';
import { joinChains } from '../chain/join.ts';
import { judgeMapperEntries, mapperIsAbsent } from '../chain/mapper.ts';
import { isVisited } from '../chain/records/shadows.ts';
import { cutInWords, greetingsCut, isUnreached } from '../chain/unreached.ts';
import { isUnseen } from '../chain/visit.ts';
import { type MissingSource, missingSources, type UnreadPart, unreadEntries } from '../evidence/missing.ts';
import { hostOfBinding } from '../formats/http-sys/endpoint.ts';
import { isOnThisServer } from '../formats/http-sys/on-this-server.ts';
import { MOST_ADDRESSES, MOST_NAMES } from '../formats/http-sys/visitors.ts';
import { groupBy } from '../model/once.ts';
import type { Diagnosis, NotChecked } from '../model/repair/diagnosis.ts';
import type { Finding } from '../model/repair/finding.ts';
import type { Playbook } from '../model/repair/playbook.ts';
import type { Chain } from '../model/server/chain.ts';
import { type Evidence, endpointKey } from '../model/server/evidence.ts';
import { lookWith } from './look.ts';

/**
 * Looks at the evidence with every playbook. The verdict is never `healthy` while a link from 1 to 4 was not read, or a part
 * is there and could not be understood.
 */
export function diagnose(evidence: Evidence, playbooks: readonly Playbook[]): Diagnosis {
  const chains = joinChains(evidence);
  const all = playbooks.flatMap((playbook) => lookWith(playbook, evidence));
  const found = all.filter(({ finding }) => finding.severity !== 'note');
  const findings = found.map(({ finding }) => finding);
  const notes = all.map(({ finding }) => finding).filter(({ severity }) => severity === 'note');
  const missing = missedByCheck(evidence, chains);
  const required = [
    ...withoutIis(evidence),
    ...missing.filter(({ needed }) => needed === 'verdict').map(told),
    ...greetingsLeft(evidence),
    ...chains.flatMap((chain) => unreadLinks(chain, evidence)),
    ...unjudgedEntries(evidence),
    ...unreadEntries(evidence).filter(isRequired).map(told),
    ...missing.filter(({ broken }) => broken).map(told),
    ...brokenLinks(chains, evidence),
    ...partsUnread(evidence, true),
  ];
  const supporting = [
    ...missing.map(told),
    ...unreadEntries(evidence).map(told),
    ...partsUnread(evidence, false),
    ...(chains.some((chain) => wasNotGreeted(chain) && !isUnseen(chain, evidence))
      ? [{ what: HANDSHAKES, why: 'not every endpoint was tried' }]
      : []),
    ...namesNotGreeted(chains),
  ];
  const notChecked = unique([...required, ...supporting]);
  return { evidence, chains, found, findings, notes, notChecked, verdict: verdictOf(findings, chains, required) };
}

/** A broken chain is never healthy, also where only some playbooks were asked for. */
function verdictOf(
  findings: readonly Finding[],
  chains: readonly Chain[],
  required: readonly NotChecked[],
): Diagnosis['verdict'] {
  const broken = chains.some((chain) => chain.links.some(({ state }) => state === 'broken' || state === 'warning'));
  if (findings.length > 0 || broken) return 'faulty';
  return required.length > 0 ? 'unknown' : 'healthy';
}

/**
 * What a check misses. Stores, key files and the MachineGuid count link by link, where a chain needs them; the addresses
 * decide nothing where every binding is for all of them.
 */
function missedByCheck(evidence: Evidence, chains: readonly Chain[]): readonly MissingSource[] {
  const needsAddresses = chains.some(({ binding }) => isOnThisServer(binding, evidence) === undefined);
  return missingSources(evidence).filter(
    ({ name, needed }) => needed !== 'aid' && needed !== 'origin' && (name !== 'addresses' || needsAddresses),
  );
}

const told = ({ what, why }: NotChecked): NotChecked => ({ what, why });

const isRequired = ({ required }: UnreadPart): boolean => required;

/** A federation server, a gateway: its SSL records are those of other programs. */
function withoutIis(evidence: Evidence): readonly NotChecked[] {
  const { config, records, services } = evidence;
  const isAbsent = services.known && services.value.get('W3SVC')?.installed === false;
  if (config.known || !isAbsent || !records.known) return [];
  const count = records.value.length;
  return [
    {
      what: 'IIS',
      why: `no IIS here: W3SVC is not installed; its ${count} SSL ${count === 1 ? 'record' : 'records'} could be judged`,
    },
  ];
}

/** In one sentence: those may be hundreds of bindings. */
function greetingsLeft(evidence: Evidence): readonly NotChecked[] {
  const cut = greetingsCut(evidence);
  return cut === undefined ? [] : [{ what: HANDSHAKES, why: cutInWords(cut) }];
}

const HANDSHAKES = 'the TLS handshakes';

/**
 * Links 1 to 4 of a chain that could not be judged, and a handshake that a live server did not come to. A key in hardware is
 * never opened, and so never called healthy.
 */
function unreadLinks(chain: Chain, evidence: Evidence): readonly NotChecked[] {
  const isToldOf = isUnseen(chain, evidence) && !isUnreached(chain.greeted);
  const passedOver = isToldOf ? ['access'] : ['access', 'handshake'];
  return chain.links
    .filter((link) => link.state === 'unknown' && !passedOver.includes(link.name))
    .map((link) => ({
      what: `the ${link.name} link of ${chain.site.name}, https ${chain.binding.information}`,
      why: link.message.replace(/^not checked: /, ''),
    }));
}

const unjudgedEntries = (evidence: Evidence): readonly NotChecked[] =>
  judgeMapperEntries(evidence).flatMap(({ key, notKnown }) =>
    notKnown === undefined || mapperIsAbsent(evidence)
      ? []
      : [{ what: `the certificate hash in customMetadata ${key.path}`, why: notKnown }],
  );

/** Of links 5 and 6, which may be unknown otherwise: what is there and could not be understood. */
function brokenLinks(chains: readonly Chain[], evidence: Evidence): readonly NotChecked[] {
  return chains.flatMap((chain) => {
    const isOpen = chain.links.some(({ name, state }) => name === 'access' && state === 'ok');
    const access = !isOpen && chain.key.known && chain.key.value ? systemMayRead(chain.key.value, evidence) : undefined;
    const parts = [['access', access] as const, ['handshake', chain.handshake] as const];
    return parts.flatMap(([link, part]) =>
      part === undefined || part.known || part.broken !== true
        ? []
        : [{ what: `the ${link} link of ${chain.site.name}, https ${chain.binding.information}`, why: part.why }],
    );
  });
}

const partsUnread = (evidence: Evidence, broken: boolean): readonly NotChecked[] =>
  evidence.partsUnread.filter((part) => part.broken === broken).map(told);

const wasNotGreeted = ({ links }: Chain): boolean =>
  links.some((link) => link.name === 'handshake' && link.state === 'unknown');

/** Host names beyond the bound of what is greeted: they share the record of those that were. */
function namesNotGreeted(chains: readonly Chain[]): readonly NotChecked[] {
  if (!chains.some(({ greeted }) => greeted.length > 0)) return [];
  return [...groupBy(chains.filter(isVisited), ({ endpoint }) => endpointKey(endpoint)).values()].flatMap((all) => {
    const [{ endpoint }] = all as [Chain, ...Chain[]];
    const greeted = all.flatMap((chain) => chain.greeted);
    const asked = new Set(greeted.flatMap(({ greeting }) => (greeting === undefined ? [] : [greeting.name])));
    const names = new Set(all.map(({ binding }) => hostOfBinding(binding.information)));
    if (asked.size === 0 || names.size <= asked.size) return [];
    return [{ what: `${names.size - asked.size} of ${names.size} host names at ${endpoint.name}`, why: BOUND }];
  });
}

const BOUND = `at most ${MOST_NAMES} names and ${MOST_ADDRESSES} addresses of an endpoint are tried`;

const unique = (list: readonly NotChecked[]): readonly NotChecked[] => [
  ...new Map(list.map((each) => [`${each.what} ${each.why}`, each])).values(),
];
