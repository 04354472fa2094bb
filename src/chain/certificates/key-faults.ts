// Certificates whose private key is not as http.sys needs it, each once, with all the chains that it breaks.

import { groupBy } from '../../model/once.ts';
import type { Fact, Severity } from '../../model/repair/finding.ts';
import { leftToOwner } from '../../model/repair/left-to-owner.ts';
import type { Blocked } from '../../model/repair/plan.ts';
import type { Description } from '../../model/repair/playbook.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Chain, KeyPlace, Link, LinkCode } from '../../model/server/chain.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import { describeSource } from '../../model/server/known.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import { troubledChains } from '../join.ts';
import { AT_REBOOT, downWords, httpsOf, listed, siteNames } from '../words.ts';
import { calledName } from './certificates.ts';

/** A certificate, what is wrong with its key, and where. */
export interface KeyFault {
  readonly certificate: StoreCertificate;
  readonly place: KeyPlace;
  readonly link: Link;
  readonly chains: readonly Chain[];
}

/** Those with one of these codes. Whoever gets another certificate by now needs no key of this one. */
export function keyFaults(codes: readonly LinkCode[], evidence: Evidence): readonly KeyFault[] {
  const found = troubledChains(evidence).flatMap((chain) => {
    const link = chain.links.find(({ code, state }) => codes.includes(code) && state !== 'note');
    const { certificate, key } = chain;
    if (link === undefined || !certificate.known || !key.known || !certificate.value || !key.value) return [];
    return [{ certificate: certificate.value, place: key.value, link, chain }];
  });
  return [...groupBy(found, ({ certificate }) => certificate).values()].map((all) => {
    const [first] = all as [(typeof all)[number]];
    const worst = all.find(({ link }) => link.state === 'broken') ?? first;
    return { ...worst, chains: all.map(({ chain }) => chain) };
  });
}

const severityOf = ({ link }: KeyFault): Severity => (link.state === 'broken' ? 'broken' : 'warning');

/** `what` is the beginning of the sentence; what it does to visitors follows, `still` of their HTTPS where some get in. */
export function describeKeyFault(fault: KeyFault, what: string, evidence: Evidence, still = STILL): Description {
  const { certificate, chains } = fault;
  const endpoints = [...new Set(chains.map(({ endpoint }) => endpointKey(endpoint)))];
  const severity = severityOf(fault);
  const whose = siteNames(chains);
  const effect = severity === 'broken' ? downWords(endpoints, whose, evidence) : `${httpsOf(whose)} ${still}`;
  return {
    key: certificate.thumbprint,
    subject: `certificate ${calledName(certificate)}`,
    severity,
    message: `${what}: ${effect}.`,
    ...(severity === 'warning' && still === STILL && { breaks: AT_REBOOT }),
    facts: factsOf(fault, evidence),
    endpoints,
  };
}

const STILL = 'still works with the key that http.sys has open, and may stop at the next reboot';

function factsOf({ certificate, place, link, chains }: KeyFault, evidence: Evidence): readonly Fact[] {
  const { storeMy, keyFiles, records } = evidence;
  const endpoints = [...new Set(chains.map(({ endpoint }) => endpoint.name))];
  const store = describeSource(storeMy.source);
  const { key } = certificate;
  return [
    { name: 'code', value: link.code, source: link.source ?? '' },
    { name: 'endpoint', value: listed(endpoints, 10), source: describeSource(records.source) },
    { name: 'thumbprint', value: certificate.thumbprint, source: store },
    { name: 'store', value: certificate.store, source: store },
    { name: 'container', value: key?.container ?? '', source: store },
    { name: 'provider', value: key?.provider ?? '', source: store },
    ...('file' in place ? [{ name: 'keyFile', value: place.file, source: describeSource(keyFiles.source) }] : []),
  ];
}

/** Why nobody here may mend it: the records that name it are other products'. Undefined where one is ours. */
export function keyOfOther({ chains }: KeyFault): Blocked | undefined {
  const records = chains.flatMap(({ record }) => (record.known && record.value ? [record.value] : []));
  return records[0] === undefined || records.some(isOurs) ? undefined : leftToOwner(records[0]);
}
