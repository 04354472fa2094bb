// A visitor and the server agree on no TLS: the SSL record turns everybody away or forbids what is left, Schannel has switched
// protocols off, or a policy allows no cipher suite for the key. Only the record's own flag reject is mended: what somebody has
// hardened for the whole server is not ours to soften.

import { type TlsFault, tlsFault } from '../src/chain/tls.ts';
import { type Befallen, toldOnce } from '../src/chain/told-once.ts';
import { listed, siteNames } from '../src/chain/words.ts';
import { findingId } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair } from '../src/model/repair/playbook.ts';
import type { Chain } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { REJECT } from '../src/model/server/ssl-record.ts';
import { rewriteRecord } from '../src/steps/records/rewrite-record.ts';

/** Nothing of TLS that both sides speak. */
export const noCommonTls: Playbook<Befallen<TlsFault>> = {
  id: 'no-common-tls',
  title: 'No TLS version that both the visitor and the server use',
  symptom:
    'clients are refused before they see a certificate: ERR_SSL_VERSION_OR_CIPHER_MISMATCH, ECONNRESET; Schannel 36874',
  remedy: 'removes the flag reject from the SSL record; explains what Schannel or a policy has switched off',
  cause:
    'The SSL record has the flag reject, which refuses every visitor, or forbids TLS 1.2 while TLS 1.3 is off. Or hardening has switched protocols off in SCHANNEL\\Protocols (Enabled = 0 is off, every other number is on). Or a policy for cipher suites has none for the key of the certificate.',
  mayGoWrong:
    'Somebody may have set reject on purpose, so a person must agree to remove it. This program does not change what is switched off for the whole server; most of it counts after a reboot.',
  takenBack: 'The record is made again with the flag.',
  sources: ['CSS-Exchange issue 852', 'netsh http add sslcert'],
  shownBy: [
    'ERR_SSL_VERSION_OR_CIPHER_MISMATCH',
    'SSL_ERROR_NO_CYPHER_OVERLAP',
    'SSL_ERROR_UNSUPPORTED_VERSION',
    'ECONNRESET',
    '36874',
    '36888',
  ],
  takes: ['record-rejects', 'no-common-protocol', 'tls12-off', 'no-common-suite'],
  // What a record says is of its endpoint, what the server says is of all that it keeps out.
  find: (evidence) => toldOnce(evidence, (chain) => tlsFault(chain, evidence), keyOf),
  describe,
  plan: (found, evidence, how) =>
    found.fault.code === 'record-rejects' ? withoutReject(found, evidence, how) : explained(found.fault),
};

const keyOf = ({ endpoint }: Chain, { by, code }: TlsFault): string =>
  by === 'record' ? `${code}:${endpoint.name}` : code;

function describe({ chains, fault }: Befallen<TlsFault>): Description {
  const [chain] = chains;
  const source = describeSource(fault.source);
  return {
    key: keyOf(chain, fault),
    subject: `https of ${siteNames(chains)}`,
    severity: fault.state,
    message: `HTTPS of ${siteNames(chains)} is ${fault.state === 'broken' ? 'down' : 'at risk'}: ${fault.says}.`,
    facts: [
      { name: 'code', value: fault.code, source },
      { name: 'endpoint', value: listed([...new Set(chains.map(({ endpoint }) => endpoint.name))], 10), source },
    ],
    endpoints: [...new Set(chains.map(({ endpoint }) => endpointKey(endpoint)))],
  };
}

function withoutReject({ chains }: Befallen<TlsFault>, evidence: Evidence, { host }: Planning): Repair | Blocked {
  const [chain] = chains;
  const { name } = chain.endpoint;
  const flags = chain.record.known ? (chain.record.value?.flags ?? 0) & ~REJECT : 0;
  const made = rewriteRecord(chain, { flags }, 'without reject, every other setting kept', evidence, host);
  if ('blocked' in made) return made;
  const { stranded, ...rewrite } = made;
  return {
    ...rewrite,
    title: `Take the flag reject from the SSL record of ${name}`,
    risk: 'disruptive',
    effects: [
      `Visitors of ${siteNames(chains)} can connect to ${name} again, even if somebody has blocked them on purpose.`,
    ],
    after: stranded === undefined ? [] : [findingId('stranded-key', stranded)],
  };
}

const SCHANNEL_KEY =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server';
const POLICY_KEY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002';

const EXPLAINED: Readonly<Record<TlsFault['by'], Omit<Blocked, 'blocked'>>> = {
  record: {
    why: 'this program does not change which TLS versions a record allows: add the record again without disabletls12, or bind the certificate again in IIS Manager',
    who: 'an administrator, who knows why TLS 1.2 is forbidden',
  },
  schannel: {
    why: `this program does not change settings of the whole server: reg.exe add "${SCHANNEL_KEY}" /v Enabled /t REG_DWORD /d 1 /f, and reboot`,
    who: 'whoever has switched it off',
  },
  policy: {
    why: `this program does not change the policy: it is Functions in ${POLICY_KEY} (Group Policy: SSL Cipher Suite Order); add a suite for this kind of key there, or bind a certificate with a key of the other kind`,
    who: 'whoever sets the policy',
  },
};

const explained = ({ by }: TlsFault): Blocked => ({ blocked: true, ...EXPLAINED[by] });
