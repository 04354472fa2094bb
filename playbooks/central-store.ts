// A binding takes its certificate from the central certificate store (CCS), and the store is off, has no record for the port,
// or no file for the host: none of it is seen where the certificates are.

import { troubledChains } from '../src/chain/join.ts';
import { isVisited } from '../src/chain/records/shadows.ts';
import { siteNames } from '../src/chain/words.ts';
import { groupBy } from '../src/model/once.ts';
import { findingId } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair } from '../src/model/repair/playbook.ts';
import type { Chain, Link, LinkCode } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { addCentralRecord, leaveStore, leavingStore } from '../src/steps/bindings/ccs.ts';

/** What the store lacks: for one binding, or for all of a port. */
interface CentralFault {
  readonly chains: readonly [Chain, ...Chain[]];
  readonly link: Link;
}

const CODES: ReadonlySet<LinkCode> = new Set(['ccs-flag-without-ccs', 'ccs-record-missing', 'ccs-file-missing']);

/** A central certificate store that does not give what a binding asks of it. */
export const centralStore: Playbook<CentralFault> = {
  id: 'central-store',
  title: 'A binding of the central certificate store that the store does not serve',
  symptom:
    'connections to sites whose certificates are files of the central store are reset: the store is off, has no SSL record, or no file with the name of the host',
  remedy:
    'adds the record of the store, or gives the binding a record by host name if the store is off; a file that is missing is named',
  cause:
    'The flag of a binding (sslFlags 2) came with a copied configuration, or was set by hand, while the store is off. Or a program has deleted the record of the port. Or the folder has no file with the right name: `HOST.pfx`, or `_.DOMAIN.pfx` for a wildcard.',
  mayGoWrong:
    'If the store is off, its bindings get the only certificate of LocalMachine that has their name, and their flag is changed in applicationHost.config, as a verified copy. If the store should be on, switch it on instead. With the record of the store, a visitor may be refused whose host name has no file.',
  takenBack:
    'The record that was added is deleted, and the kept copy of the configuration is put back, if nobody has changed the file since.',
  sources: ['netsh http add sslcert ccs=', 'the IIS configuration reference, binding sslFlags'],
  shownBy: ['ECONNRESET', '15021'],
  takes: [...CODES],
  find,
  describe,
  plan,
};

function find(evidence: Evidence): readonly CentralFault[] {
  const found = troubledChains(evidence).flatMap((chain) => {
    const link = isVisited(chain) ? chain.links.find(({ code }) => CODES.has(code)) : undefined;
    return link === undefined ? [] : [{ chain, link, key: keyOf(chain, link) }];
  });
  return [...groupBy(found, ({ key }) => key).values()].map((all) => {
    const worst = (all.find(({ link }) => link.state === 'broken') ?? all[0]) as (typeof all)[number];
    return { link: worst.link, chains: all.map(({ chain }) => chain) as unknown as CentralFault['chains'] };
  });
}

/** The record is that of a port. */
const keyOf = ({ endpoint, binding }: Chain, { code }: Link): string =>
  code === 'ccs-record-missing' ? endpoint.name : binding.information;

function describe({ chains, link }: CentralFault): Description {
  const [chain] = chains;
  const subject =
    link.code === 'ccs-record-missing'
      ? `${siteNames(chains)}, https at port ${chain.endpoint.name}`
      : `${chain.site.name}, https ${chain.binding.information}`;
  return {
    key: keyOf(chain, link),
    subject,
    severity: link.state === 'broken' ? 'broken' : 'warning',
    message: `${effect(chains, link)}: ${link.message}.`,
    facts: [
      { name: 'code', value: link.code, source: link.source ?? '' },
      { name: 'endpoint', value: chain.endpoint.name, source: describeSource(chain.record.source) },
    ],
    endpoints: [endpointKey(chain.endpoint)],
  };
}

const effect = (chains: CentralFault['chains'], { state }: Link): string =>
  `HTTPS of ${siteNames(chains)} is ${state === 'broken' ? 'down' : 'at risk'}`;

function plan({ chains: [chain], link }: CentralFault, evidence: Evidence, how: Planning): Repair | Blocked {
  if (link.code === 'ccs-record-missing') return addCentralRecord(chain.endpoint, evidence, how);
  if (link.code === 'ccs-file-missing')
    return { blocked: true, why: 'the file must be put there', who: 'whoever maintains the central certificate store' };
  const own = leavingStore(about(chain), chain, evidence, how);
  if ('blocked' in own) return own;
  // The store is off for the whole server: of all its bindings this is what is wrong.
  const others = find(evidence).flatMap(({ chains: [other] }) => {
    if (other === chain) return [];
    const leaving = leavingStore(about(other), other, evidence, how);
    return 'blocked' in leaving ? [] : [leaving];
  });
  const all = [own, ...others];
  const made = leaveStore(all, evidence, how);
  return 'blocked' in made ? made : { ...made, covers: all.map((each) => about(each.chain).id) };
}

const about = ({ binding }: Chain) => ({
  playbook: 'central-store',
  id: findingId('central-store', binding.information),
});
