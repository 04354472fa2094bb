// A site has an https binding and http.sys has no SSL record for it: what the ABO mapper leaves behind, and some
// products that clean up after themselves too thoroughly (KB 2025598, KB 956209).

import { type CandidateCertificate, candidatesFor, rememberedCandidate } from '../src/chain/candidates.ts';
import { downWords } from '../src/chain/down-words.ts';
import { fingerprint } from '../src/chain/fingerprint.ts';
import { lostChains } from '../src/chain/join.ts';
import { nameOf } from '../src/chain/links.ts';
import type { Chain } from '../src/model/chain.ts';
import type { Evidence } from '../src/model/evidence.ts';
import type { Finding } from '../src/model/finding.ts';
import { describeSource } from '../src/model/known.ts';
import type { Blocked, Choices, Plan } from '../src/model/plan.ts';
import type { Playbook } from '../src/model/playbook.ts';
import { IIS_APP_ID, recordFlagsOfBinding, type SslRecord } from '../src/model/ssl-record.ts';
import { addRecordSteps } from '../src/steps/rebind.ts';

/** See the head of this file. */
export const lostBinding: Playbook = {
  id: 'lost-binding',
  title: 'An https site binding without its SSL record in http.sys',
  symptom: 'the site has its https binding, and no connection comes about; HttpEvent 15300',
  remedy: 'adds the SSL record again, for the certificate that is certain',
  detect,
  plan,
};

function detect(evidence: Evidence): readonly Finding[] {
  return [...lostChains(evidence)].map(([key, chains]) => findingFor(key, chains, evidence));
}

function findingFor(key: string, chains: readonly Chain[], evidence: Evidence): Finding {
  const [first] = chains as readonly [Chain, ...Chain[]];
  const sites = chains.map((chain) => chain.site.name).join(', ');
  const source = describeSource(first.record.source);
  return {
    playbook: 'lost-binding',
    id: `lost-binding:${first.endpoint.name}`,
    subject: `${sites}, https ${first.binding.information}`,
    severity: 'broken',
    says: `The https binding ${first.binding.information} of ${sites} has no SSL record in http.sys: ${downWords([key], evidence)}.`,
    facts: [
      { name: 'endpoint', value: first.endpoint.name, source },
      { name: 'sites', value: sites, source },
    ],
    endpoints: [key],
  };
}

function plan(finding: Finding, evidence: Evidence, choices: Choices): Plan | Blocked {
  const chain = finding.endpoints.flatMap((key) => lostChains(evidence).get(key) ?? [])[0];
  if (chain === undefined) return { blocked: true, why: 'the record is there again' };
  const chosen = recordToAdd(finding, chain, evidence, choices);
  if ('blocked' in chosen) return chosen;
  const steps = addRecordSteps(chosen.record, evidence);
  if ('refused' in steps) return { blocked: true, why: `the record cannot be added: ${steps.refused}` };
  return {
    finding,
    covers: [finding.id],
    title: `Add the SSL record of ${chain.endpoint.name} again`,
    risk: 'safe',
    steps,
    cleanup: [],
    before: fingerprint(evidence, [{ kind: 'record', endpoint: chain.endpoint }]),
    effects: chosen.effects,
    endpoints: [chain.endpoint],
    after: chosen.stranded ? [`stranded-key:${chosen.record.thumbprint}`] : [],
  };
}

interface Chosen {
  readonly record: SslRecord;
  readonly stranded: boolean;
  readonly effects: readonly string[];
}

/** The record of an earlier state, else one made for the only certificate that fits, else nothing without a person. */
function recordToAdd(finding: Finding, chain: Chain, evidence: Evidence, choices: Choices): Chosen | Blocked {
  const earlier = rememberedCandidate(chain.endpoint, evidence);
  if (earlier !== undefined) {
    const { record, stranded } = earlier;
    return { record, stranded, effects: ['It is the record of the last state that was seen healthy.'] };
  }
  const fits = candidatesFor(chain.site, chain.binding, evidence);
  const choice = choices.certificates.get(finding.id);
  const chosen = choice === undefined ? fits : fits.filter(({ certificate }) => certificate.thumbprint === choice);
  const [only, ...others] = chosen;
  if (only === undefined) {
    return {
      blocked: true,
      why: 'no usable certificate in LocalMachine fits this binding: import one',
      who: 'an administrator',
    };
  }
  if (others.length > 0) return severalFit(chosen);
  return { record: defaultRecord(chain, only), stranded: only.stranded, effects: [effectOf(only)] };
}

const effectOf = ({ certificate }: CandidateCertificate): string =>
  `It will use ${nameOf(certificate)}, valid until ${certificate.facts.notAfter.slice(0, 10)}, ${certificate.thumbprint}. Settings that only the lost record knew (client certificates, revocation) are at their defaults.`;

function severalFit(fits: readonly CandidateCertificate[]): Blocked {
  const names = fits.map(({ certificate }) => `${nameOf(certificate)} (${certificate.thumbprint})`);
  return {
    blocked: true,
    why: `several certificates fit, and no earlier state says which: ${names.join(', ')}`,
    who: 'an administrator, who chooses',
    command: 'iis-ssl-heal fix --only lost-binding',
    choices: fits.map(({ certificate }) => ({
      value: certificate.thumbprint,
      title: `${nameOf(certificate)}, valid until ${certificate.facts.notAfter.slice(0, 10)}, ${certificate.thumbprint}`,
    })),
  };
}

/** A record as IIS makes it; options that the site binding itself remembers are carried over to http.sys's own bits. */
function defaultRecord(chain: Chain, { certificate }: CandidateCertificate): SslRecord {
  return {
    endpoint: chain.endpoint,
    thumbprint: certificate.thumbprint,
    appId: IIS_APP_ID,
    store: certificate.store,
    checkMode: 0,
    freshnessTime: 0,
    urlTimeout: 0,
    ctlIdentifier: '',
    ctlStore: '',
    flags: recordFlagsOfBinding(chain.binding.sslFlags),
    notUnderstood: [],
  };
}
