// Any other broken link of a chain: named and explained, never touched. What is broken must never be passed over only
// because no repair here meets it.

import { joinChains } from '../src/chain/join.ts';
import type { Chain, Link, LinkCode } from '../src/model/chain.ts';
import { endpointKey } from '../src/model/evidence.ts';
import type { Severity } from '../src/model/finding.ts';
import { KEY_CODES, type Playbook } from '../src/model/playbook.ts';

interface BrokenLink {
  readonly chain: Chain;
  readonly link: Link;
  readonly severity: Severity;
}

/** The playbook that takes what none of `others` takes. */
export const brokenLink = (others: readonly Playbook[]): Playbook<BrokenLink> => ({
  id: 'broken-link',
  title: 'A broken link that no repair here meets',
  symptom:
    'HTTPS fails for another reason: certificate missing or expired, key lost or closed to SYSTEM, no TLS answer',
  remedy: 'explains it and says what a person can do; changes nothing',
  shownBy: [
    KEY_CODES,
    'CRYPT_E_NOT_FOUND',
    'CRYPT_E_NO_KEY_PROPERTY',
    'ERROR_NO_SUCH_LOGON_SESSION',
    'STATUS_NO_SUCH_LOGON_SESSION',
    '36869',
    '36870',
    '36871',
    '15021',
  ],
  takes: [],
  find: (evidence) => {
    const taken = new Set(others.flatMap(({ takes }) => takes));
    return joinChains(evidence).flatMap((chain) =>
      faultsOf(chain)
        .filter(({ code }) => !taken.has(code))
        .map((link) => ({ chain, link, severity: link.state === 'warning' ? 'warning' : 'broken' })),
    );
  },
  describe: ({ chain, link, severity }) => ({
    key: `${link.code}:${chain.endpoint.name || chain.binding.information}`,
    subject: `${chain.site.name}, https ${chain.binding.information}`,
    severity,
    message: `${chain.site.name}, https ${chain.binding.information}: the ${link.name} link ${severity === 'broken' ? 'is broken' : 'is at risk'}: ${link.message}.`,
    facts: [{ name: 'code', value: link.code, source: link.source ?? '' }],
    endpoints: chain.endpoint.name === '' ? [] : [endpointKey(chain.endpoint)],
  }),
  plan: ({ link }) => ({ blocked: true, why: `no repair here meets it; ${ADVICE[link.code] ?? 'see the chain'}` }),
});

/** The first break, whose consequences the others are, and each warning, which stands for itself. */
function faultsOf({ links }: Chain): readonly Link[] {
  // A handshake that fails behind a key that is about to be lost is its consequence; a wrong name has none.
  const first = links.find(
    ({ state, code }) => (state === 'broken' && !isOfNames(code)) || (code === 'key-stranded' && state !== 'note'),
  );
  return links.filter(
    (link) => link === first || link.state === 'warning' || (link.state === 'broken' && isOfNames(link.code)),
  );
}

const isOfNames = (code: LinkCode): boolean => code === 'certificate-other-name' || code === 'sni-flag-lost';

/** What a person can do, by the code of the broken link. */
const ADVICE: Partial<Record<LinkCode, string>> = {
  'binding-malformed': 'correct the binding in IIS Manager',
  'service-disabled':
    'set the service to start by itself again and start it: sc.exe config and sc.exe start, or the Services console',
  'listen-list':
    'netsh http add iplisten ipaddress=ADDRESS for each address that is meant, or netsh http delete iplisten for what is in the list by mistake',
  'record-without-hash': 'choose the certificate of the binding again in IIS Manager',
  'record-rejects':
    'add the record again without reject, or choose the certificate of the binding again in IIS Manager',
  'certificate-missing':
    'import the certificate into the store that the record names, bind it where it is, or bind another one',
  'certificate-expired': 'renew the certificate and bind the new one',
  'certificate-not-yet-valid': 'check the clock of this server, or bind a certificate that is valid already',
  'key-lost': 'import the certificate from its PFX file, or have it issued again',
  'key-mislabelled': 'run certutil -repairstore MY with the thumbprint: the key is in the machine key store',
  'key-other-machine': 'import the certificate from its PFX file: keys do not survive the cloning of a server',
  'key-no-link': 'run certutil -repairstore MY with the thumbprint; where no key is found, import the PFX file',
  'key-signature-only':
    'export the certificate with its key, and import it with certutil -importpfx FILE AT_KEYEXCHANGE',
  'key-closed-to-system': 'give SYSTEM access to the key file again; never give it to Everyone',
  'handshake-no-connection':
    'see that the services HTTP and W3SVC run and that no firewall or listen list hides the address',
  'handshake-no-tls': 'look at Schannel events 36870 to 36888 and at the protocols that are switched off',
  'handshake-other-certificate': 'another record answers for this address: look at the records of its port',
};
