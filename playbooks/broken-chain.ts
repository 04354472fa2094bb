// Visitors get the right certificate with a chain that some of them cannot follow: nothing behind it, or something that has
// expired or is distrusted. And what is no root among the roots, while a site asks clients for certificates (KB 2802568).

import {
  type BrokenChain,
  brokenChains,
  CHAIN_CODES,
  certificatesOf,
} from '../src/chain/certificates/broken-chains.ts';
import { calledName, shortThumbprint } from '../src/chain/certificates/certificates.ts';
import {
  addressesOfIssuer,
  type ChainFault,
  chainWords,
  rootAbove,
  type Sent,
  seenIn,
  successorsOf,
} from '../src/chain/certificates/sent-chain.ts';
import { siteNames } from '../src/chain/words.ts';
import type { Fact } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair } from '../src/model/repair/playbook.ts';
import type { StoreCertificate } from '../src/model/server/certificate.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource, type Known, type Source } from '../src/model/server/known.ts';
import { addToCa, both, type ChainMending, NOTHING_BUT_AGAIN, takeOut } from '../src/steps/issuers/issuer-stores.ts';
import { planChain } from '../src/steps/issuers/mend-chain.ts';

/** A chain that some clients cannot follow. */
export const brokenChain: Playbook<BrokenChain> = {
  id: 'broken-chain',
  title: 'A certificate that is sent with a chain which some clients cannot follow',
  symptom:
    'most browsers are content; phones, programs and other servers refuse: unable to get local issuer certificate',
  remedy: "puts the issuer's certificate into the right store, or removes an expired one that has a successor",
  cause:
    "Schannel sends what it finds in the store of intermediate authorities, LocalMachine\\CA. An intermediate in another store (the roots, the personal store, a user's store) is not sent; one that has expired is still sent as long as it is there. Browsers that know the missing one, or fetch it, notice nothing. An intermediate among the roots also makes IIS refuse client certificates with 403.16.",
  mayGoWrong:
    'An intermediate is added to the right store, and stays in its old one: this gives trust to nobody new. If it comes from the store of a user, or if two fit, it needs your consent. An expired one is removed only if another with the same name and key is valid. http.sys may keep the old chain, so the binding is run again, and the next restart of the server does the rest; new connections fail for a moment. A certificate that is no root is removed from the roots only if its own root is there, and with your consent.',
  takenBack: 'What was added is deleted again. What was removed is put back byte for byte.',
  sources: ['KB 2802568', 'win-acme issue 1162', 'RFC 5280'],
  shownBy: ['CERT_E_CHAINING', 'CERT_E_UNTRUSTEDROOT', 'SEC_E_UNTRUSTED_ROOT'],
  takes: CHAIN_CODES,
  flags: ['through'],
  find: brokenChains,
  describe,
  plan,
};

function describe({ fault, about, chains }: BrokenChain, evidence: Evidence): Description {
  const sites = siteNames(chains);
  return {
    key: `${fault.code}:${about}`,
    subject: `${sites}, the chain of its certificate`,
    severity: 'warning',
    message: `${effect(fault, sites)}: ${chainWords(fault)}.`,
    facts: factsOf(fault, seenIn(fault, chains[0], evidence)),
    endpoints: [...new Set(chains.map(({ endpoint }) => endpointKey(endpoint)))],
  };
}

const effect = (fault: ChainFault, sites: string): string =>
  fault.code === 'root-not-self-signed'
    ? `IIS may refuse client certificates at ${sites} with 403.16`
    : `Some clients refuse the certificate of ${sites}, ${calledName(fault.own)}`;

function factsOf(fault: ChainFault, from: Source): readonly Fact[] {
  const source = describeSource(from);
  const of = ({ thumbprint, facts }: Pick<Sent, 'thumbprint' | 'facts'>) => ({
    thumbprint,
    subject: facts.subject,
    issuer: facts.issuer,
    notAfter: facts.notAfter,
  });
  const about =
    fault.code === 'root-not-self-signed'
      ? of(fault.root)
      : {
          ...of(fault.code === 'chain-incomplete' ? fault.own : fault.culprit),
          issuerAddress: addressesOfIssuer(fault.own).join(' '),
        };
  return Object.entries({ code: fault.code, ...about }).map(([name, value]) => ({ name, value, source }));
}

function plan(broken: BrokenChain, evidence: Evidence, how: Planning): Repair | Blocked {
  const { fault } = broken;
  const mending = mendingOf(fault, evidence);
  if ('blocked' in mending) return mending;
  // What IIS takes for a root concerns its clients' certificates, and no chain that is sent.
  const certificates = fault.code === 'root-not-self-signed' ? [] : certificatesOf(broken);
  return planChain(mending, certificates, evidence, how);
}

function mendingOf(fault: ChainFault, evidence: Evidence): ChainMending | Blocked {
  const { places } = evidence;
  switch (fault.code) {
    case 'chain-incomplete': {
      const [best, ...others] = fault.found;
      if (best === undefined)
        return blocked(
          `the certificate of its issuer, ${fault.own.facts.issuer}, is not on this server: ${fetching(fault.own)}`,
        );
      if (best.store === 'CA') return NOTHING_BUT_AGAIN;
      const other = others.find(({ thumbprint }) => thumbprint !== best.thumbprint);
      return other === undefined ? addToCa(best, places) : oneOf(addToCa(best, places), best, other);
    }
    case 'chain-expired':
      return withoutExpired(fault.own, fault.culprit, evidence);
    case 'chain-revoked':
      return blocked(
        `have the certificate issued again, through another authority than ${fault.culprit.facts.subject}`,
      );
    case 'root-not-self-signed': {
      const { facts } = fault.root;
      return rootAbove(fault.root, evidence) === undefined
        ? blocked(
            `its own root, ${facts.issuer}, is not in LocalMachine\\ROOT: import that root first, so that the certificate stays trusted`,
          )
        : both(addToCa(fault.root, places), takeOut(fault.root, places));
    }
  }
}

/** Two of one name and key, issued by two authorities or twice: which one clients should be sent, a person says. */
const oneOf = (mending: ChainMending, best: StoreCertificate, other: StoreCertificate): ChainMending => ({
  ...mending,
  risk: 'disruptive',
  effects: [
    ...mending.effects,
    `${shortThumbprint(best.thumbprint)} is used; ${shortThumbprint(other.thumbprint)} has the same name and key.`,
  ],
});

/** Only where a newer one is there to take its place, and only from the machine's own store. */
function withoutExpired(own: Sent, expired: Sent, evidence: Evidence): ChainMending | Blocked {
  const { storeCa, storeSystemCa, places } = evidence;
  const newer = successorsOf(expired, evidence).some(
    (each) => each.store === 'CA' || (each.store === 'ROOT' && each.facts.selfSigned),
  );
  const { thumbprint, facts } = expired;
  if (!newer) return blocked(`no newer certificate of ${facts.subject} is here: ${fetching(own)}`);
  const entry = entryIn(storeCa, thumbprint);
  if (entry !== undefined) return takeOut(entry, places);
  if (entryIn(storeSystemCa, thumbprint) === undefined)
    return blocked(`${facts.subject} was not found in the stores that were read`);
  return {
    ...blocked(`${facts.subject} is in SYSTEM's own store, which this program does not change`),
    command: `reg.exe delete HKU\\S-1-5-18\\Software\\Microsoft\\SystemCertificates\\CA\\Certificates\\${thumbprint}`,
  };
}

const entryIn = (store: Known<readonly StoreCertificate[]>, thumbprint: string): StoreCertificate | undefined =>
  store.known ? store.value.find((entry) => entry.thumbprint === thumbprint) : undefined;

function fetching(own: Sent): string {
  const addresses = addressesOfIssuer(own);
  const from = addresses.length === 0 ? 'ask whoever issued it for it' : `fetch it from ${addresses.join(' or ')}`;
  return `${from}, and import it into LocalMachine\\CA (Intermediate Certification Authorities)`;
}

const blocked = (why: string): Blocked => ({ blocked: true, why, who: 'an administrator' });
