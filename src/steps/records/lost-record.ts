// The record that an endpoint has lost: the remembered one, else one for a certificate that is certain or was chosen.

import type { CandidateCertificate } from '../../chain/certificates/able.ts';
import { candidatesFor, chosenOf } from '../../chain/certificates/candidates.ts';
import { calledName, nameOf } from '../../chain/certificates/certificates.ts';
import { chainsAt } from '../../chain/join.ts';
import { remembered, rememberedCandidate } from '../../chain/memory/remembered.ts';
import { recordsNaming } from '../../chain/records/records.ts';
import type { Finding } from '../../model/repair/finding.ts';
import type { Blocked, Choices } from '../../model/repair/plan.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import {
  CLIENT_CERTIFICATES,
  type Endpoint,
  iisRecord,
  recordFlagsOfBinding,
  type SslRecord,
} from '../../model/server/ssl-record.ts';

/** The record to add, whether its key must be moved first, and what a person should know of it. */
export interface LostRecord {
  readonly record: SslRecord;
  readonly stranded: boolean;
  readonly effects: readonly string[];
  /** Set where nobody knows whether it asked clients for certificates, as the configuration does. */
  readonly flagNotKnown?: true;
}

/**
 * The record of an earlier state, else one made for the only certificate that is certain, else nothing without a person, who
 * chooses for the finding. `present`: the record is there and names no certificate; it has the settings.
 */
export function lostRecord(
  { playbook, id }: Pick<Finding, 'playbook' | 'id'>,
  endpoint: Endpoint,
  evidence: Evidence,
  choices: Choices,
  present?: SslRecord,
): LostRecord | Blocked {
  const memory = rememberedRecord(endpoint, evidence);
  if (memory !== undefined)
    return { ...memory, effects: ['It is the record of the last state that was seen healthy.'] };
  if (endpoint.table === 'ccs') return made(endpoint, undefined, [CENTRAL_STORE], evidence, choices);
  const withUse = (candidate: CandidateCertificate, why: string): LostRecord => {
    const effects = [`${uses(candidate, why)} ${present === undefined ? DEFAULTS : KEPT}`];
    const lost = made(endpoint, candidate, effects, evidence, choices);
    const { thumbprint, store, appId } = lost.record;
    return present === undefined
      ? lost
      : { record: { ...present, thumbprint, store, appId }, stranded: lost.stranded, effects };
  };
  const found = candidatesFor(endpoint, evidence);
  if (!found.known)
    return {
      blocked: true,
      why: `nothing is chosen while not all certificates are known: ${found.why}`,
      who: 'an administrator',
    };
  const { offered, why } = found.value;
  const choice = choices.certificates.get(id);
  const chosen = chosenOf(found.value, choice);
  if (chosen !== undefined) return withUse(chosen, choice === undefined ? why : 'as you chose');
  return offered.length === 0
    ? { blocked: true, why, who: 'an administrator' }
    : toChoose(playbook, offered, why, evidence);
}

/** Whether the sites of this endpoint ask clients for certificates while neither memory nor binding says what the record did. */
export const isFlagUnknown = (endpoint: Endpoint, evidence: Evidence): boolean =>
  rememberedRecord(endpoint, evidence) === undefined &&
  chainsAt(endpoint, evidence).some(
    ({ site, binding }) =>
      site.clientCertificates && (recordFlagsOfBinding(binding.sslFlags) & CLIENT_CERTIFICATES) === 0,
  );

function rememberedRecord(endpoint: Endpoint, evidence: Evidence) {
  if (endpoint.table !== 'ccs') return rememberedCandidate(endpoint, evidence);
  const record = remembered(endpoint, evidence);
  return record && { record, stranded: false };
}

const CENTRAL_STORE =
  'The certificate comes from the central certificate store by file name; whether IIS has one switched on was not read.';

const DEFAULTS = 'Settings that only the lost record knew (client certificates, revocation) are at their defaults.';

const KEPT = 'Every setting of the record is kept.';

const uses = ({ certificate }: CandidateCertificate, why: string): string =>
  `It will use ${calledName(certificate)}, valid until ${certificate.facts.notAfter.slice(0, 10)}: ${why}.`;

/** A record as IIS makes it; options that the site binding itself remembers are carried over to http.sys's own bits. */
function made(
  endpoint: Endpoint,
  candidate: CandidateCertificate | undefined,
  effects: readonly string[],
  evidence: Evidence,
  { way }: Choices,
): LostRecord {
  const [chain] = chainsAt(endpoint, evidence);
  const flagNotKnown = isFlagUnknown(endpoint, evidence);
  const asks = way === 'client-certificates';
  const { thumbprint = '', store = '' } = candidate?.certificate ?? {};
  const record = iisRecord({ endpoint, thumbprint, store }, chain?.binding.sslFlags ?? 0);
  return {
    record: { ...record, flags: record.flags | (asks ? CLIENT_CERTIFICATES : 0) },
    stranded: candidate?.stranded ?? false,
    effects: flagNotKnown ? [...effects, flagWords(asks)] : effects,
    ...(flagNotKnown && { flagNotKnown }),
  };
}

const flagWords = (asks: boolean): string =>
  `The site asks clients for certificates (access sslFlags), and it is not known whether the lost record did: it is added ${asks ? 'with' : 'without'} clientcertnegotiation; at a terminal, fix offers both.`;

/** More names than these do not help to see what is meant; the question lists all. */
const MOST_NAMES = 5;

/** Several fit: only a person knows which. */
export function toChoose(
  playbook: string,
  offered: readonly CandidateCertificate[],
  why: string,
  evidence: Evidence,
): Blocked {
  const names = offered.map(({ certificate }) => calledName(certificate));
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return {
    blocked: true,
    why: `${why}; to choose from: ${names.slice(0, MOST_NAMES).join(', ')}${more}`,
    who: 'an administrator, who chooses',
    command: `iis-ssl-heal fix --only ${playbook}`,
    choices: offered.map((each) => ({ value: each.certificate.thumbprint, title: titleOf(each, evidence) })),
  };
}

function titleOf({ certificate, stranded, doubt }: CandidateCertificate, { records }: Evidence): string {
  const { facts, friendlyName, thumbprint } = certificate;
  const [use] = records.known ? recordsNaming(thumbprint, records.value) : [];
  return [
    nameOf(certificate),
    facts.subject,
    ...(friendlyName === '' ? [] : [`"${friendlyName}"`]),
    `issued by ${facts.issuer}`,
    `valid from ${facts.notBefore.slice(0, 10)} until ${facts.notAfter.slice(0, 10)}`,
    thumbprint,
    ...(use === undefined ? [] : [`in use at ${use.endpoint.name}`]),
    ...(stranded ? ['its key has to be moved first'] : []),
    ...(doubt === undefined ? [] : [doubt]),
  ].join(', ');
}
