// A site asks clients for certificates by renegotiation, which TLS 1.3 does not have: since Windows Server 2022 no page of it
// comes about that needs one. There are two ways out, and each takes something from somebody: a person chooses.

import { chainsAt, troubledChains } from '../src/chain/join.ts';
import { type LateRequest, lateRequest } from '../src/chain/late-request.ts';
import { isVisited } from '../src/chain/records/shadows.ts';
import { siteNames } from '../src/chain/words.ts';
import { groupBy } from '../src/model/once.ts';
import { findingId } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair, WayOut } from '../src/model/repair/playbook.ts';
import type { Chain } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { askAtOnce, withoutTls13 } from '../src/steps/bindings/client-certificates.ts';

/** The bindings of one record that ask too late. */
interface LateClientCertificate {
  readonly chains: readonly [Chain, ...Chain[]];
  readonly late: LateRequest;
}

/** Client certificates that are asked for when TLS 1.3 cannot be asked any more. */
export const lateClientCertificate: Playbook<LateClientCertificate> = {
  id: 'late-client-certificate',
  title: 'A site that asks for client certificates later than TLS 1.3 allows',
  symptom:
    'after an upgrade to Windows Server 2022 or 2025, pages that need a client certificate are reset or answer 500.0 with 0x80070032, and all other pages work',
  remedy: 'asks for the certificate in the handshake, or switches TLS 1.3 off for the site: a person chooses',
  cause:
    'IIS asks for a client certificate when it knows which page is wanted, by renegotiation. TLS 1.3 has no renegotiation, and Windows Server 2022 and later use TLS 1.3 unless it is switched off. The SSL record must have clientcertnegotiation, so that http.sys asks in the handshake.',
  mayGoWrong:
    'If http.sys asks in the handshake, every visitor is asked, also one whose page needs no certificate, and browsers show a choice. If TLS 1.3 is off, all visitors of the endpoint use TLS 1.2. A person always chooses. What a web.config says is not read: the section is locked by default.',
  takenBack:
    'The SSL record is made again as it was. The kept copy of the configuration is put back, if nobody has changed the file since.',
  sources: ['techcommunity 4449362', 'vcert issue 533', 'dotnet/aspnetcore issue 41162'],
  shownBy: ['ECONNRESET'],
  takes: ['client-certificate-late'],
  find,
  describe,
  plan,
  ways: () => WAYS,
};

function find(evidence: Evidence): readonly LateClientCertificate[] {
  const found = troubledChains(evidence).flatMap((chain) => {
    const late = lateRequest(chain, evidence);
    return isVisited(chain) && late.known && late.value !== undefined ? [{ chain, late: late.value }] : [];
  });
  return [...groupBy(found, ({ chain }) => endpointKey(chain.endpoint)).values()].map((all) => {
    const worst = (all.find(({ late }) => late.asks === 'site') ?? all[0]) as (typeof all)[number];
    return { late: worst.late, chains: all.map(({ chain }) => chain) as unknown as LateClientCertificate['chains'] };
  });
}

function describe({ chains, late }: LateClientCertificate, { config }: Evidence): Description {
  const [{ endpoint, record }] = chains;
  const source = describeSource(config.source);
  return {
    key: endpoint.name,
    subject: `${siteNames(chains)}, https at ${endpoint.name}`,
    severity: late.asks === 'site' ? 'broken' : 'warning',
    message: `Visitors who come directly to this server cannot open ${late.asks === 'site' ? '' : 'some pages of '}${siteNames(chains)} over TLS 1.3: ${late.says}.`,
    facts: [
      { name: 'endpoint', value: endpoint.name, source: describeSource(record.source) },
      { name: 'sites', value: siteNames(chains), source },
      { name: 'pages', value: late.asks === 'site' ? 'all' : 'some below the site', source },
    ],
    endpoints: [endpointKey(endpoint)],
  };
}

const WAYS: readonly WayOut[] = [
  {
    way: 'client-certificates',
    title: 'Ask in the handshake (clientcertnegotiation): every visitor is asked for a certificate',
  },
  {
    way: 'without-tls13',
    title: 'Switch TLS 1.3 off for this address and port: IIS asks later, as it did before the upgrade',
  },
];

function plan({ chains }: LateClientCertificate, evidence: Evidence, { host, choices }: Planning): Repair | Blocked {
  const [{ endpoint }] = chains;
  const all = chainsAt(endpoint, evidence);
  const made =
    choices.way === 'client-certificates'
      ? askAtOnce(chains[0], all, evidence, host)
      : choices.way === 'without-tls13'
        ? withoutTls13(chains[0], all, evidence, host)
        : NOT_CHOSEN;
  if ('blocked' in made) return made;
  const { stranded, ...repair } = made;
  return { ...repair, after: stranded === undefined ? [] : [findingId('stranded-key', stranded)] };
}

const NOT_CHOSEN: Blocked = {
  blocked: true,
  why: 'there are two ways, and each has a price: ask every visitor for a certificate in the handshake, or switch TLS 1.3 off for this address and port; at a terminal, fix offers both',
  who: 'an administrator, who chooses',
  command: 'iis-ssl-heal fix --only late-client-certificate',
};
