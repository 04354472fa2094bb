// From evidence to a diagnosis: chains, findings, what was not checked, and one verdict. Pure.

import { unreadableEntry } from '../chain/certificates.ts';
import { joinChains } from '../chain/join.ts';
import { judgeMapperEntries } from '../chain/mapper.ts';
import type { Chain } from '../model/chain.ts';
import type { Diagnosis, NotChecked } from '../model/diagnosis.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Known } from '../model/known.ts';
import type { Playbook } from '../model/playbook.ts';

/** Runs every detector over the evidence. The verdict is never `healthy` while a link from 1 to 4 was not read. */
export function diagnose(evidence: Evidence, playbooks: readonly Playbook[]): Diagnosis {
  const chains = joinChains(evidence);
  const findings = playbooks.flatMap((playbook) => playbook.detect(evidence));
  const required = [
    ...requiredMissing(evidence),
    ...chains.flatMap(unreadLinks),
    ...unjudgedEntries(evidence),
    ...evidence.unreadableEntries.map((entry) => ({
      what: `LocalMachine\\${entry.store}`,
      why: unreadableEntry(entry),
    })),
  ];
  const notChecked = unique([...required, ...supportingMissing(evidence)]);
  return { evidence, chains, findings, notChecked, verdict: verdictOf(findings, chains, required) };
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
      why: link.says.replace(/^not checked: /, ''),
    }));
}

const unjudgedEntries = (evidence: Evidence): readonly NotChecked[] =>
  judgeMapperEntries(evidence).flatMap(({ key, notKnown }) =>
    notKnown === undefined ? [] : [{ what: `the certificate hash in customMetadata ${key.path}`, why: notKnown }],
  );

/** Supporting evidence: without it a check says so, and is still a check. */
function supportingMissing(evidence: Evidence): readonly NotChecked[] {
  const noHandshake = joinChains(evidence).some((chain) =>
    chain.links.some((link) => link.name === 'handshake' && link.state === 'unknown'),
  );
  return [
    ...missing('LocalMachine\\MY', evidence.storeMy),
    ...missing('LocalMachine\\WebHosting', evidence.storeWebHosting),
    ...missing('the key files', evidence.keyFiles),
    ...missing('the MachineGuid', evidence.machineGuid),
    ...missing('the user profiles', evidence.profiles),
    ...missing("the users' own certificate stores", evidence.profileCertificates),
    ...missing('the permissions of the key files', evidence.acls),
    ...missing('the services', evidence.services),
    ...missing('the System event log', evidence.systemEvents),
    ...missing('the Security event log', evidence.securityEvents),
    ...missing('the last healthy state', evidence.baseline),
    ...(noHandshake ? [{ what: 'the TLS handshakes', why: 'not every endpoint was tried' }] : []),
  ];
}

const unique = (list: readonly NotChecked[]): readonly NotChecked[] => [
  ...new Map(list.map((each) => [`${each.what} ${each.why}`, each])).values(),
];
