// From evidence to a diagnosis: chains, findings, what was not checked, and one verdict. Pure.

import { joinChains } from '../chain/join.ts';
import { judgeMapperEntries } from '../chain/mapper.ts';
import { systemMayRead } from '../chain/usable.ts';
import { isOnThisServer } from '../formats/http-sys/on-this-server.ts';
import { unreadableEntry } from '../model/certificate.ts';
import type { Chain } from '../model/chain.ts';
import type { Diagnosis, NotChecked } from '../model/diagnosis.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Known } from '../model/known.ts';
import type { Playbook } from '../model/playbook.ts';
import { lookWith } from './look.ts';

/**
 * Looks at the evidence with every playbook. The verdict is never `healthy` while a link from 1 to 4 was not read, or a part
 * is there and could not be understood.
 */
export function diagnose(evidence: Evidence, playbooks: readonly Playbook[]): Diagnosis {
  const chains = joinChains(evidence);
  const found = playbooks.flatMap((playbook) => lookWith(playbook, evidence));
  const findings = found.map(({ finding }) => finding);
  const required = [
    ...requiredMissing(evidence),
    ...chains.flatMap(unreadLinks),
    ...unjudgedEntries(evidence),
    ...evidence.unreadableEntries.map((entry) => ({
      what: `LocalMachine\\${entry.store}`,
      why: unreadableEntry(entry),
    })),
    ...brokenParts(chains, evidence),
  ];
  const notChecked = unique([...required, ...supportingMissing(evidence)]);
  return { evidence, chains, found, findings, notChecked, verdict: verdictOf(findings, chains, required) };
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

const missing = (what: string, part: Known<unknown>): readonly NotChecked[] =>
  part.known ? [] : [{ what, why: part.why }];

/** Without these no chain can be followed at all. Stores and key files count link by link, where a chain needs them. */
function requiredMissing(evidence: Evidence): readonly NotChecked[] {
  return [
    ...missing('the site bindings', evidence.config),
    ...missing('the SSL records of http.sys', evidence.records),
  ];
}

/** Links 1 to 4 of a chain that could not be judged. A key in hardware is never opened, and so never called healthy. */
function unreadLinks(chain: Chain): readonly NotChecked[] {
  return chain.links
    .filter((link) => link.state === 'unknown' && link.name !== 'access' && link.name !== 'handshake')
    .map((link) => ({
      what: `the ${link.name} link of ${chain.site.name}, https ${chain.binding.information}`,
      why: link.message.replace(/^not checked: /, ''),
    }));
}

const unjudgedEntries = (evidence: Evidence): readonly NotChecked[] =>
  judgeMapperEntries(evidence).flatMap(({ key, notKnown }) =>
    notKnown === undefined ? [] : [{ what: `the certificate hash in customMetadata ${key.path}`, why: notKnown }],
  );

/** What is there and could not be understood, of whatever part. */
function brokenParts(chains: readonly Chain[], evidence: Evidence): readonly NotChecked[] {
  const isBroken = ([, part]: Part) => !part.known && part.broken === true;
  const ofChains = chains.flatMap((chain): readonly Part[] => {
    const where = `of ${chain.site.name}, https ${chain.binding.information}`;
    const access = chain.key.known && chain.key.value ? systemMayRead(chain.key.value, evidence) : undefined;
    const parts: readonly Part[] = chain.handshake ? [[`the handshake link ${where}`, chain.handshake]] : [];
    return access === undefined ? parts : [[`the access link ${where}`, access], ...parts];
  });
  return [
    ...[...partsOf(evidence), ...ofChains].filter(isBroken).flatMap(([what, part]) => missing(what, part)),
    ...partsUnread(evidence, true),
  ];
}

const partsUnread = (evidence: Evidence, broken: boolean): readonly NotChecked[] =>
  evidence.partsUnread.filter((part) => part.broken === broken).map(({ what, why }) => ({ what, why }));

/** Supporting evidence: without it a check says so, and is still a check. */
function supportingMissing(evidence: Evidence): readonly NotChecked[] {
  const noHandshake = joinChains(evidence).some((chain) =>
    chain.links.some((link) => link.name === 'handshake' && link.state === 'unknown'),
  );
  return [
    ...partsOf(evidence).flatMap(([what, part]) => missing(what, part)),
    ...partsUnread(evidence, false),
    ...(noHandshake ? [{ what: 'the TLS handshakes', why: 'not every endpoint was tried' }] : []),
  ];
}

/** They decide nothing where every binding is for all addresses. */
const needsAddresses = (evidence: Evidence): boolean =>
  joinChains(evidence).some(({ binding }) => isOnThisServer(binding, evidence) === undefined);

type Part = readonly [what: string, part: Known<unknown>];

const partsOf = (evidence: Evidence): readonly Part[] => [
  ...(needsAddresses(evidence) ? [['the addresses of this server', evidence.addresses] as const] : []),
  ['LocalMachine\\MY', evidence.storeMy],
  ['LocalMachine\\WebHosting', evidence.storeWebHosting],
  ['the key files', evidence.keyFiles],
  ['the MachineGuid', evidence.machineGuid],
  ['the user profiles', evidence.profiles],
  ["the users' own certificate stores", evidence.profileCertificates],
  ['the permissions of the key files', evidence.acls],
  ['the services', evidence.services],
  ['the System event log', evidence.systemEvents],
  ['the Security event log', evidence.securityEvents],
  ['the last healthy state', evidence.baseline],
];

const unique = (list: readonly NotChecked[]): readonly NotChecked[] => [
  ...new Map(list.map((each) => [`${each.what} ${each.why}`, each])).values(),
];
