// Any other broken link of a chain: named and explained, never touched. What is broken must never be passed over only
// because no repair here meets it.

import { joinChains } from '../src/chain/join.ts';
import type { Chain, Link, LinkCode } from '../src/model/chain.ts';
import { type Evidence, endpointKey } from '../src/model/evidence.ts';
import type { Finding } from '../src/model/finding.ts';
import type { Blocked } from '../src/model/plan.ts';
import type { Playbook } from '../src/model/playbook.ts';

/** See the head of this file. */
export const brokenLink: Playbook = {
  id: 'broken-link',
  title: 'A broken link that no repair here meets',
  symptom:
    'HTTPS fails for another reason: certificate missing or expired, key lost or closed to SYSTEM, no TLS answer',
  remedy: 'explains it and says what a person can do; changes nothing',
  detect,
  plan,
};

/** What a person can do, by the code of the broken link. Codes that are missing here belong to another playbook. */
const ADVICE: Partial<Record<LinkCode, string>> = {
  'binding-malformed': 'correct the binding in IIS Manager',
  'record-without-hash': 'choose the certificate of the binding again in IIS Manager',
  'certificate-missing':
    'import the certificate into the store that the record names, bind it where it is, or bind another one',
  'certificate-expired': 'renew the certificate and bind the new one',
  'certificate-not-yet-valid': 'check the clock of this server, or bind a certificate that is valid already',
  'key-lost': 'import the certificate from its PFX file, or have it issued again',
  'key-mislabelled': 'run certutil -repairstore MY with the thumbprint: the key is in the machine key store',
  'key-other-machine': 'import the certificate from its PFX file: keys do not survive the cloning of a server',
  'key-no-link': 'run certutil -repairstore MY with the thumbprint; where no key is found, import the PFX file',
  'key-closed-to-system': 'give SYSTEM access to the key file again; never give it to Everyone',
  'handshake-no-connection':
    'see that the services HTTP and W3SVC run and that no firewall or listen list hides the address',
  'handshake-no-tls': 'look at Schannel events 36870 to 36888 and at the protocols that are switched off',
  'handshake-other-certificate': 'another record answers for this address: look at the records of its port',
};

function detect(evidence: Evidence): readonly Finding[] {
  const findings = joinChains(evidence).flatMap((chain) => {
    const broken = firstBroken(chain);
    return broken === undefined ? [] : [findingFor(chain, broken)];
  });
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}

/** The first broken link, if it is ours; a handshake that fails behind another broken link is only its consequence. */
function firstBroken(chain: Chain): Link | undefined {
  const broken = chain.links.find((link) => link.state === 'broken' || link.code === 'key-stranded');
  return broken !== undefined && broken.code in ADVICE ? broken : undefined;
}

function findingFor(chain: Chain, broken: Link): Finding {
  const endpoint = chain.endpoint.name || chain.binding.information;
  return {
    playbook: 'broken-link',
    id: `broken-link:${broken.code}:${endpoint}`,
    subject: `${chain.site.name}, https ${chain.binding.information}`,
    severity: 'broken',
    says: `${chain.site.name}, https ${chain.binding.information}: the ${broken.name} link is broken: ${broken.says}.`,
    facts: [{ name: 'code', value: broken.code, source: broken.source ?? '' }],
    endpoints: chain.endpoint.name === '' ? [] : [endpointKey(chain.endpoint)],
  };
}

function plan(finding: Finding): Blocked {
  const code = finding.facts.find((fact) => fact.name === 'code')?.value as LinkCode | undefined;
  const advice = code === undefined ? undefined : ADVICE[code];
  return { blocked: true, why: `no repair here meets it; ${advice ?? 'see the chain'}` };
}
