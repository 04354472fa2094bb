// A site has an https binding and http.sys has no SSL record for it: what the ABO mapper leaves behind, and some
// products that clean up after themselves too thoroughly (KB 2025598, KB 956209).

import { lostChains } from '../src/chain/join.ts';
import { fingerprint } from '../src/chain/memory/fingerprint.ts';
import { standInFor, standInWords } from '../src/chain/records/stand-in.ts';
import { mapperCause } from '../src/chain/records/struck.ts';
import { downWords } from '../src/chain/words.ts';
import { findingId } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair, WayOut } from '../src/model/repair/playbook.ts';
import type { Chain } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { isFlagUnknown, lostRecord } from '../src/steps/lost-record.ts';
import { addRecordSteps } from '../src/steps/rebind.ts';

/** The chains of all bindings of one endpoint: they share its record. */
type LostEndpoint = readonly [Chain, ...Chain[]];

/** An https site binding whose endpoint has no SSL record. */
export const lostBinding: Playbook<LostEndpoint> = {
  id: 'lost-binding',
  title: 'An https site binding without its SSL record in http.sys',
  symptom: 'the site has its https binding, and no connection comes about; HttpEvent 15300',
  remedy: 'adds the SSL record again, for the certificate that is certain',
  cause:
    'The ABO mapper has deleted the record and could not make it anew, or a program that tidies up has deleted more than its own. The site keeps its binding in the configuration, and http.sys knows nothing of it.',
  mayGoWrong:
    'IIS keeps the hash nowhere but in the record: where neither a remembered state nor the certificates themselves leave one answer, a person chooses. Settings that only the lost record knew are at their defaults.',
  takenBack: 'The record that was added is deleted.',
  sources: ['KB 2025598', 'KB 956209'],
  shownBy: ['ERROR_FILE_NOT_FOUND', '15300', 'ECONNRESET'],
  takes: ['no-record', 'falls-back'],
  find: (evidence) => [...lostChains(evidence).values()] as unknown as readonly LostEndpoint[],
  describe,
  plan,
  ways,
};

function describe(chains: LostEndpoint, evidence: Evidence): Description {
  const [first] = chains;
  const key = endpointKey(first.endpoint);
  const sites = chains.map((chain) => chain.site.name).join(', ');
  const source = describeSource(first.record.source);
  return {
    key: first.endpoint.name,
    subject: `${sites}, https ${first.binding.information}`,
    severity: isServedRight(chains) ? 'warning' : 'broken',
    message: `The https binding ${first.binding.information} of ${sites} has no SSL record in http.sys${mapperCause(first, evidence)}: ${consequence(chains, key, evidence)}.`,
    facts: [
      { name: 'endpoint', value: first.endpoint.name, source },
      { name: 'sites', value: sites, source },
    ],
    endpoints: [key],
  };
}

/** Of the visitors of all its bindings, those who fare worst. */
function consequence(chains: LostEndpoint, key: string, evidence: Evidence): string {
  const down = chains.find((chain) => standInFor(chain, evidence) === undefined);
  const worst = chains.find((chain) => !isServedRight([chain])) ?? chains[0];
  const served = down === undefined ? standInFor(worst, evidence) : undefined;
  return served === undefined ? downWords([key], evidence) : `clients are answered through ${standInWords(served)}`;
}

/** Whether clients get a valid certificate for each name that they ask for, though not through a record of its own. */
const isServedRight = (chains: readonly Chain[]): boolean =>
  chains.every(({ links }) => links.some(({ code }) => code === 'falls-back'));

function ways([{ endpoint }]: LostEndpoint, evidence: Evidence): readonly WayOut[] {
  if (!isFlagUnknown(endpoint, evidence)) return [];
  return [
    { way: 'default', title: 'Add the record as IIS makes it: IIS asks for client certificates by renegotiation' },
    { way: 'client-certificates', title: 'Add it with clientcertnegotiation: http.sys asks for them in the handshake' },
  ];
}

function plan(chains: LostEndpoint, evidence: Evidence, { host, choices }: Planning): Repair | Blocked {
  const [{ endpoint }] = chains;
  const id = findingId('lost-binding', endpoint.name);
  const lost = lostRecord({ playbook: 'lost-binding', id }, endpoint, evidence, choices);
  if ('blocked' in lost) return lost;
  const steps = addRecordSteps(lost.record, host);
  if (!steps.ok) return { blocked: true, why: `the record cannot be added: ${steps.error}` };
  const served = isServedRight(chains);
  return {
    title: `Add the SSL record of ${endpoint.name} again`,
    risk: served || lost.flagNotKnown ? 'disruptive' : 'safe',
    steps: steps.value,
    cleanup: [],
    before: fingerprint(evidence, [{ kind: 'record', endpoint }]),
    effects: [
      ...lost.effects,
      ...(served ? ['Clients get a valid certificate for this name now, and may get another one then.'] : []),
    ],
    // Which certificate the central store gives depends on a name that its record does not hold: nobody can be greeted.
    endpoints: endpoint.table === 'ccs' ? [] : [endpoint],
    after: lost.stranded ? [findingId('stranded-key', lost.record.thumbprint)] : [],
  };
}
