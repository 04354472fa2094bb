// A site has an https binding and http.sys has no SSL record for it: what the ABO mapper leaves behind, and some
// products that clean up after themselves too thoroughly (KB 2025598, KB 956209). Or it has half of one: a record that names no
// certificate, or that nobody has registered.

import { lostChains, troubledChains } from '../src/chain/join.ts';
import { entryBehind } from '../src/chain/mapper.ts';
import { fingerprint } from '../src/chain/memory/fingerprint.ts';
import { judgedRecords } from '../src/chain/records/judged-records.ts';
import { standInFor, standInWords } from '../src/chain/records/stand-in.ts';
import { mapperCause } from '../src/chain/records/struck.ts';
import { isUnreached } from '../src/chain/unreached.ts';
import { answerOf } from '../src/chain/visit.ts';
import { downWords, siteNames } from '../src/chain/words.ts';
import { groupBy } from '../src/model/once.ts';
import { findingId } from '../src/model/repair/finding.ts';
import { leftToOwner } from '../src/model/repair/left-to-owner.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair, WayOut } from '../src/model/repair/playbook.ts';
import type { Chain } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { IIS_APP_ID } from '../src/model/server/ssl-record.ts';
import { isFlagUnknown, lostRecord } from '../src/steps/records/lost-record.ts';
import { addLostSteps } from '../src/steps/records/rebind.ts';
import { rewriteRecord } from '../src/steps/records/rewrite-record.ts';
import { succeedSteps } from '../src/steps/succession/succeed-record.ts';

/** The chains of all bindings of one endpoint: they share its record. */
type Chains = readonly [Chain, ...Chain[]];

/** An endpoint whose record is not there, names no certificate, or has nobody's name on it. */
interface LostEndpoint {
  readonly lacks: 'record' | 'hash' | 'owner';
  readonly chains: Chains;
}

/** An https site binding whose endpoint has no SSL record, or half of one. */
export const lostBinding: Playbook<LostEndpoint> = {
  id: 'lost-binding',
  founding: true,
  title: 'An https site binding with no SSL record, or with an incomplete one',
  symptom: 'the site has its https binding, and every connection fails; HttpEvent 15300',
  remedy: 'adds the SSL record again, for the certificate that is certain; registers a record without owner for IIS',
  cause:
    'The ABO mapper has deleted the record and could not make it again, or a program has deleted more than its own records. The site keeps its binding in the configuration, and http.sys knows nothing of it. A script can also leave a record with no certificate, or one whose application id is zero: IIS does not know it as its own and never renews it.',
  mayGoWrong:
    'IIS keeps the hash only in the record. If the remembered state and the certificates themselves leave more than one answer, a person chooses. Settings that only the lost record knew are at their defaults.',
  takenBack:
    'The record that was added is deleted, and a record that had an application id of zeros is made again with it. netsh cannot add a record that has no certificate: then no record is left, and the old one served nobody.',
  sources: ['KB 2025598', 'KB 956209', 'Troubleshooting SSL related issues, scenario 4'],
  shownBy: ['ERROR_FILE_NOT_FOUND', '15300', 'ECONNRESET'],
  takes: ['no-record', 'falls-back', 'record-without-hash'],
  find,
  describe: (lost, evidence) =>
    lost.lacks === 'record' ? describe(lost.chains, evidence) : describeHalf(lost, evidence),
  plan: (lost, evidence, how) => (lost.lacks === 'owner' ? ownedByIis(lost, evidence, how) : plan(lost, evidence, how)),
  ways,
};

function find(evidence: Evidence): readonly LostEndpoint[] {
  const withoutHash = troubledChains(evidence).filter(({ links }) =>
    links.some(({ code }) => code === 'record-without-hash'),
  );
  const ownerless = judgedRecords(evidence).filter(({ code }) => code === 'record-ownerless');
  const all = (lacks: LostEndpoint['lacks'], groups: Iterable<readonly Chain[]>) =>
    [...groups].map((chains) => ({ lacks, chains: chains as unknown as Chains }));
  return [
    ...all('record', lostChains(evidence).values()),
    ...all('hash', groupBy(withoutHash, ({ endpoint }) => endpointKey(endpoint)).values()),
    ...all(
      'owner',
      ownerless.map(({ chains }) => chains),
    ),
  ];
}

/** A record that is there, and not whole. */
function describeHalf({ lacks, chains }: LostEndpoint, evidence: Evidence): Description {
  const [{ endpoint, record }] = chains;
  const [key, sites, source] = [endpointKey(endpoint), siteNames(chains), describeSource(record.source)];
  const what =
    lacks === 'hash'
      ? `names no certificate: ${downWords([key], sites, evidence)}`
      : 'has no application id: IIS does not know it as its own and never renews it';
  return {
    key: endpoint.name,
    subject: `${sites}, SSL record of ${endpoint.name}`,
    severity: lacks === 'hash' ? 'broken' : 'warning',
    message: `The SSL record of ${endpoint.name} (${sites}) ${what}.`,
    facts: [
      { name: 'code', value: lacks === 'hash' ? 'record-without-hash' : 'record-ownerless', source },
      { name: 'endpoint', value: endpoint.name, source },
      { name: 'sites', value: sites, source },
    ],
    endpoints: [key],
  };
}

function describe(chains: Chains, evidence: Evidence): Description {
  const [first] = chains;
  const key = endpointKey(first.endpoint);
  const sites = siteNames(chains);
  const source = describeSource(first.record.source);
  return {
    key: first.endpoint.name,
    subject: `${sites}, https ${first.binding.information}`,
    severity: isServedRight(chains) ? 'warning' : 'broken',
    message: `The https binding ${first.binding.information} of ${sites} has no SSL record${mapperCause(first, evidence)}: ${consequence(chains, key, evidence)}.`,
    facts: [
      { name: 'endpoint', value: first.endpoint.name, source },
      { name: 'sites', value: sites, source },
    ],
    endpoints: [key],
  };
}

/** Of the visitors of all its bindings, those who fare worst. */
function consequence(chains: Chains, key: string, evidence: Evidence): string {
  const down = chains.find((chain) => standInFor(chain, evidence) === undefined);
  const worst = chains.find((chain) => !isServedRight([chain])) ?? chains[0];
  const served = down === undefined ? standInFor(worst, evidence) : undefined;
  return served === undefined ? downWords([key], siteNames(chains), evidence) : `visitors get ${standInWords(served)}`;
}

/** Whether clients get a valid certificate for each name that they ask for, though not through a record of its own. */
const isServedRight = (chains: readonly Chain[]): boolean =>
  chains.every(({ links }) => links.some(({ code }) => code === 'falls-back'));

function ways({ lacks, chains: [{ endpoint }] }: LostEndpoint, evidence: Evidence): readonly WayOut[] {
  if (lacks !== 'record' || !isFlagUnknown(endpoint, evidence)) return [];
  return [
    { way: 'default', title: 'Add the record as IIS makes it: IIS asks for client certificates by renegotiation' },
    { way: 'client-certificates', title: 'Add it with clientcertnegotiation: http.sys asks for them in the handshake' },
  ];
}

function plan({ chains }: LostEndpoint, evidence: Evidence, { host, choices }: Planning): Repair | Blocked {
  const [{ endpoint, record }] = chains;
  const id = findingId('lost-binding', endpoint.name);
  const present = record.known ? record.value : undefined;
  const foreign = present && leftToOwner(present);
  if (foreign !== undefined) return foreign;
  const lost = lostRecord({ playbook: 'lost-binding', id }, endpoint, evidence, choices, present);
  if ('blocked' in lost) return lost;
  const steps =
    present === undefined
      ? addLostSteps(lost.record, host)
      : succeedSteps(present, lost.record, false, host, 'with a certificate, every setting kept');
  if (!steps.ok) return { blocked: true, why: `the record cannot be added: ${steps.error}` };
  const served = isServedRight(chains) || (present !== undefined && chains.every((chain) => answerOf(chain)));
  // Another record may stand in for it, and nobody had the time to see that.
  const isUnseen = chains.some(({ greeted }) => isUnreached(greeted));
  return {
    title: `Add the SSL record of ${endpoint.name} again`,
    risk: served || isUnseen || lost.flagNotKnown ? 'disruptive' : 'safe',
    steps: steps.value,
    cleanup: [],
    before: fingerprint(evidence, [{ kind: 'record', endpoint }]),
    effects: [
      ...lost.effects,
      ...(present === undefined ? [] : [NO_RETURN]),
      ...(served ? ['Visitors get a valid certificate for this name now, and may get another one then.'] : []),
    ],
    // Which certificate the central store gives depends on a name that its record does not hold: nobody can be greeted.
    endpoints: endpoint.table === 'ccs' ? [] : [endpoint],
    after: lost.stranded ? [findingId('stranded-key', lost.record.thumbprint)] : [],
  };
}

const NO_RETURN =
  'An undo leaves no record: netsh cannot add one without a certificate, and the old one serves nobody.';

/** The record as it is, registered by IIS. */
function ownedByIis({ chains }: LostEndpoint, evidence: Evidence, { host }: Planning): Repair | Blocked {
  const [chain] = chains;
  const { record } = chain;
  const sites = chains.map(({ site }) => site);
  // Whether that is how the mapper makes it nobody says; where it is, the repair would be one for ever.
  const entry = record.known && record.value ? entryBehind(record.value, sites, evidence) : undefined;
  if (entry !== undefined)
    return {
      blocked: true,
      why: `at each start of IISADMIN the ABO mapper makes this record anew from customMetadata ${entry.key.path}, so a change here would be lost again`,
      who: 'an administrator, who first removes that entry (5506)',
    };
  const made = rewriteRecord(
    chain,
    { appId: IIS_APP_ID },
    'with the application id of IIS, every setting kept',
    evidence,
    host,
  );
  if ('blocked' in made) return made;
  const { stranded, ...rewrite } = made;
  return {
    ...rewrite,
    title: `Give the SSL record of ${chain.endpoint.name} the application id of IIS`,
    risk: 'safe',
    effects: [`IIS shows the record as that of ${siteNames(chains)} again; new connections fail until it is there.`],
    after: stranded === undefined ? [] : [findingId('stranded-key', stranded)],
  };
}
