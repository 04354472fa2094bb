// A site has an https binding and http.sys has no SSL record for it: what the ABO mapper leaves behind, and some
// products that clean up after themselves too thoroughly (KB 2025598, KB 956209).

import { isValidFor } from '../src/chain/candidates.ts';
import { downWords } from '../src/chain/down-words.ts';
import { fingerprint } from '../src/chain/fingerprint.ts';
import { lostChains } from '../src/chain/join.ts';
import { nameOf } from '../src/chain/links.ts';
import { type StandIn, standInFor } from '../src/chain/stand-in.ts';
import type { Chain } from '../src/model/chain.ts';
import type { Evidence } from '../src/model/evidence.ts';
import type { Finding } from '../src/model/finding.ts';
import { describeSource } from '../src/model/known.ts';
import type { Blocked, Choices, Plan } from '../src/model/plan.ts';
import type { Playbook, WayOut } from '../src/model/playbook.ts';
import { isFlagUnknown, lostRecord } from '../src/steps/lost-record.ts';
import { addRecordSteps } from '../src/steps/rebind.ts';

/** See the head of this file. */
export const lostBinding: Playbook = {
  id: 'lost-binding',
  title: 'An https site binding without its SSL record in http.sys',
  symptom: 'the site has its https binding, and no connection comes about; HttpEvent 15300',
  remedy: 'adds the SSL record again, for the certificate that is certain',
  detect,
  plan,
  ways,
};

function detect(evidence: Evidence): readonly Finding[] {
  return [...lostChains(evidence)].map(([key, chains]) => findingFor(key, chains, evidence));
}

function findingFor(key: string, chains: readonly Chain[], evidence: Evidence): Finding {
  const [first] = chains as readonly [Chain, ...Chain[]];
  const sites = chains.map((chain) => chain.site.name).join(', ');
  const source = describeSource(first.record.source);
  const served = standInFor(first, evidence);
  return {
    playbook: 'lost-binding',
    id: `lost-binding:${first.endpoint.name}`,
    subject: `${sites}, https ${first.binding.information}`,
    severity: isServedRight(chains, evidence) ? 'warning' : 'broken',
    says: `The https binding ${first.binding.information} of ${sites} has no SSL record in http.sys: ${consequence(served, key, evidence)}.`,
    facts: [
      { name: 'endpoint', value: first.endpoint.name, source },
      { name: 'sites', value: sites, source },
    ],
    endpoints: [key],
  };
}

const consequence = (served: StandIn | undefined, key: string, evidence: Evidence): string =>
  served === undefined
    ? downWords([key], evidence)
    : `clients are answered through ${served.through} and get its certificate, ${served.certificate ? nameOf(served.certificate) : 'which is in no store here'} (${served.thumbprint})`;

/** Whether clients get a valid certificate for each name that they ask for, though not through a record of its own. */
const isServedRight = (chains: readonly Chain[], evidence: Evidence): boolean =>
  chains.every((chain) => {
    const certificate = standInFor(chain, evidence)?.certificate;
    return certificate !== undefined && isValidFor(certificate, chain.binding, evidence);
  });

const chainsOf = (finding: Finding, evidence: Evidence): readonly Chain[] =>
  finding.endpoints.flatMap((key) => lostChains(evidence).get(key) ?? []);

function ways(finding: Finding, evidence: Evidence): readonly WayOut[] {
  const [chain] = chainsOf(finding, evidence);
  if (chain === undefined || !isFlagUnknown(chain.endpoint, evidence)) return [];
  return [
    { way: 'default', title: 'Add the record as IIS makes it: IIS asks for client certificates by renegotiation' },
    { way: 'client-certificates', title: 'Add it with clientcertnegotiation: http.sys asks for them in the handshake' },
  ];
}

function plan(finding: Finding, evidence: Evidence, choices: Choices): Plan | Blocked {
  const chains = chainsOf(finding, evidence);
  const [chain] = chains;
  if (chain === undefined) return { blocked: true, why: 'the record is there again' };
  const { endpoint } = chain;
  const lost = lostRecord(finding, endpoint, evidence, choices);
  if ('blocked' in lost) return lost;
  const steps = addRecordSteps(lost.record, evidence);
  if ('refused' in steps) return { blocked: true, why: `the record cannot be added: ${steps.refused}` };
  const served = isServedRight(chains, evidence);
  return {
    finding,
    covers: [finding.id],
    title: `Add the SSL record of ${endpoint.name} again`,
    risk: served || lost.flagNotKnown ? 'disruptive' : 'safe',
    steps,
    cleanup: [],
    before: fingerprint(evidence, [{ kind: 'record', endpoint }]),
    effects: [
      ...lost.effects,
      ...(served ? ['Clients get a valid certificate for this name now, and may get another one then.'] : []),
    ],
    // Which certificate the central store gives depends on a name that its record does not hold: nobody can be greeted.
    endpoints: endpoint.table === 'ccs' ? [] : [endpoint],
    after: lost.stranded ? [`stranded-key:${lost.record.thumbprint}`] : [],
  };
}
