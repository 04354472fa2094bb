// Any other broken link of a chain, and any fault of an SSL record that no chain shows: named and explained, never touched.
// What is broken must never be passed over only because no repair here meets it: what another playbook takes and does not find
// is told here.

import { clockIsDoubtful } from '../src/chain/certificates/certificates.ts';
import { troubledChains } from '../src/chain/join.ts';
import { type RecordFault, recordFaults } from '../src/chain/records/record-faults.ts';
import { isHidden } from '../src/chain/records/shadows.ts';
import type { Severity } from '../src/model/repair/finding.ts';
import { onlyChangedBy } from '../src/model/repair/left-to-owner.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import { type Description, KEY_CODES, type Playbook } from '../src/model/repair/playbook.ts';
import type { Chain, Link, LinkCode } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';

interface Break {
  readonly chain: Chain;
  readonly link: Link;
  readonly severity: Severity;
}

type BrokenLink = Break | RecordFault;

/** The playbook that tells what none of `others` takes and finds. */
export const brokenLink = (others: readonly Playbook[]): Playbook<BrokenLink> => ({
  id: 'broken-link',
  title: 'A fault that this program explains and does not repair',
  symptom: 'HTTPS fails for another reason: certificate missing or expired, key lost, no TLS answer',
  remedy: 'explains it and says what a person can do; changes nothing',
  cause:
    'Whatever makes a connection fail and belongs to no other fault of this list: each broken link of the chain says what was seen, and where.',
  mayGoWrong: 'Nothing is changed.',
  takenBack: 'Nothing is changed.',
  sources: ['the six links that a connection needs, in ARCHITECTURE.md'],
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
    'ECONNRESET',
    'ECONNREFUSED',
    'ERR_CERT_DATE_INVALID',
  ],
  takes: [],
  find: (evidence) => {
    const isToldElsewhere = toldBy(others, evidence);
    const links = troubledChains(evidence).flatMap((chain) =>
      faultsOf(chain)
        .filter((link) => !isToldElsewhere(chain, link) && !isExplained(chain, link, evidence))
        .map((link): Break => ({ chain, link, severity: link.state === 'warning' ? 'warning' : 'broken' })),
    );
    return [...links, ...recordFaults(evidence)];
  },
  describe: (broken) => ('link' in broken ? describeLink(broken) : describeRecord(broken)),
  plan: (broken, evidence) => ('link' in broken ? blockedLink(broken, evidence) : blockedRecord(broken)),
});

/** What another playbook takes it tells itself, wherever it finds something at the endpoint. */
function toldBy(others: readonly Playbook[], evidence: Evidence): (chain: Chain, link: Link) => boolean {
  const found = new Map<Playbook, ReadonlySet<string>>();
  const endpointsOf = (playbook: Playbook): ReadonlySet<string> => {
    const endpoints =
      found.get(playbook) ??
      new Set(playbook.find(evidence).flatMap((subject) => playbook.describe(subject, evidence).endpoints));
    found.set(playbook, endpoints);
    return endpoints;
  };
  return ({ endpoint }, { code }) =>
    others.some((other) => other.takes.includes(code) && endpointsOf(other).has(endpointKey(endpoint)));
}

/** What visitors get is told of the record that gives it to them, or of what turns everybody away. */
const isExplained = (chain: Chain, { name }: Link, evidence: Evidence): boolean =>
  name === 'handshake' && (isHidden(chain, evidence) || chain.links.some(turnsAway));

function describeLink({ chain, link, severity }: Break): Description {
  const { site, binding, endpoint, record } = chain;
  const thumbprint = record.known ? (record.value?.thumbprint ?? '') : '';
  const subject = `${site.name}, https ${binding.information}`;
  return {
    key: `${link.code}:${endpoint.name || binding.information}`,
    subject,
    severity,
    message: `HTTPS of ${site.name} (${binding.information}) is ${severity === 'broken' ? 'broken' : 'at risk'}: ${link.message}.`,
    facts: [
      { name: 'code', value: link.code, source: link.source ?? '' },
      { name: 'endpoint', value: endpoint.name, source: describeSource(record.source) },
      { name: 'thumbprint', value: thumbprint, source: describeSource(record.source) },
    ],
    endpoints: endpoint.name === '' ? [] : [endpointKey(endpoint)],
  };
}

function describeRecord({ code, endpoint, severity, subject, says, source, record }: RecordFault): Description {
  const from = describeSource(source);
  return {
    key: `${code}:${endpoint.name}`,
    subject,
    severity,
    message: `${subject}: ${says}.`,
    facts: [
      { name: 'code', value: code, source: from },
      { name: 'endpoint', value: endpoint.name, source: from },
      { name: 'thumbprint', value: record?.thumbprint ?? '', source: from },
      { name: 'appId', value: record?.appId ?? '', source: from },
    ],
    endpoints: [endpointKey(endpoint)],
  };
}

function blockedLink({ link: { code } }: Break, evidence: Evidence): Blocked {
  const isOfTime = code === 'certificate-expired' || code === 'certificate-not-yet-valid';
  const clock = isOfTime && clockIsDoubtful(evidence) ? `${CLOCK}; else ` : '';
  return { blocked: true, why: `this program does not repair it; ${clock}${ADVICE[code] ?? 'see the chain'}` };
}

const CLOCK = 'no certificate of this server is valid now, so check its clock first';

function blockedRecord({ code, foreign }: RecordFault): Blocked {
  if (foreign !== undefined) return onlyChangedBy(foreign);
  return { blocked: true, why: `this program does not repair it; ${RECORD_ADVICE[code] ?? 'see the records'}` };
}

/** The first break, whose consequences the others are, and each warning, which stands for itself. */
function faultsOf({ links }: Chain): readonly Link[] {
  // A handshake that fails behind a key that is about to be lost is its consequence. A wrong name has none, nor has a
  // certificate that is asked for too late.
  const standsAlone = (link: Link) =>
    isOfNames(link.code) || link.code === 'client-certificate-late' || turnsAway(link);
  const first = links.find(
    (link) =>
      (link.state === 'broken' && !standsAlone(link)) || (link.code === 'key-stranded' && link.state !== 'note'),
  );
  return links.filter(
    (link) => link === first || link.state === 'warning' || (link.state === 'broken' && standsAlone(link)),
  );
}

/** Whatever stands behind these, everybody is turned away: that nobody gets a certificate is their consequence. */
const turnsAway = ({ state, code }: Link): boolean => state === 'broken' && TURN_AWAY.has(code);

const TURN_AWAY: ReadonlySet<LinkCode> = new Set([
  'service-disabled',
  'service-stopped',
  'port-taken',
  'not-bound',
  'listen-list',
  'record-rejects',
  'no-common-protocol',
  'no-common-suite',
]);

const isOfNames = (code: LinkCode): boolean => code === 'certificate-other-name' || code === 'sni-flag-lost';

/** What a person can do, by the code of the broken link. */
const ADVICE: Partial<Record<LinkCode, string>> = {
  'binding-malformed': 'correct the binding in IIS Manager',
  'certificate-missing': 'import the certificate into the store that the record names, or bind another certificate',
  'certificate-expired': 'renew the certificate and bind the new one',
  'certificate-not-yet-valid': 'check the clock of this server, or bind a certificate that is valid now',
  'key-lost': 'import the certificate from its PFX file, or have it issued again',
  'key-other-machine': 'import the certificate from its PFX file: keys do not survive the cloning of a server',
  'handshake-no-connection':
    'check that the services HTTP and W3SVC run, and that no firewall or listen list blocks the address',
  'handshake-no-tls': 'look at the Schannel events 36870 to 36888, and at the TLS versions that are switched off',
  'handshake-other-certificate': 'another record answers for this address: look at the records of its port',
};

/** What a person can do about a record, by its code. */
const RECORD_ADVICE: Partial<Record<RecordFault['code'], string>> = {
  'record-without-hash': 'if nobody needs the record, delete it with netsh http delete sslcert',
  'certificate-missing':
    'import the certificate into the store that the record names, or, if nobody needs the record, delete it with netsh http delete sslcert',
  'binding-gone':
    'add the https binding again in IIS Manager, or delete the record; if this is meant: iis-ssl-heal baseline save',
  'certificate-not-used': 'look at the certificate, and try a handshake from the network',
};
