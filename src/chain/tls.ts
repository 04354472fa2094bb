// What keeps a visitor and an endpoint from agreeing on TLS: the record's own flags, what Schannel has switched off, and a
// policy that leaves no cipher suite for the key of the certificate.

import type { CertificateFacts } from '../model/server/certificate.ts';
import type { Chain, LinkCode } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import type { Source } from '../model/server/known.ts';
import { TLS_PROTOCOLS, type TlsProtocol } from '../model/server/schannel.ts';
import { NO_LEGACY_TLS, NO_TLS12, NO_TLS13, REJECT, type SslRecord } from '../model/server/ssl-record.ts';
import { answerOf } from './visit.ts';

/** What it is in one clause, and whose setting would have to change. */
export interface TlsFault {
  readonly state: 'broken' | 'warning';
  readonly code: Extract<LinkCode, 'record-rejects' | 'no-common-protocol' | 'tls12-off' | 'no-common-suite'>;
  readonly by: 'record' | 'schannel' | 'policy';
  readonly says: string;
  readonly source: Source;
}

type Met = Pick<Chain, 'record' | 'certificate' | 'handshake'>;

/** Undefined where nothing is known to be in the way: what was not read switches nothing off. */
export function tlsFault(chain: Met, evidence: Evidence): TlsFault | undefined {
  if (!chain.record.known || chain.record.value === undefined) return undefined;
  const { value, source } = chain.record;
  if ((value.flags & REJECT) !== 0) {
    const says = `the SSL record of ${value.endpoint.name} rejects every visitor (flag reject, 0x8)`;
    return { state: 'broken', code: 'record-rejects', by: 'record', says, source };
  }
  const faults = [protocolFault(value, source, evidence), suiteFault(chain, value, evidence)];
  const found = faults.filter((fault) => fault !== undefined).map((fault) => eased(fault, chain));
  return found.find(({ state }) => state === 'broken') ?? found[0];
}

/** Windows Server 2022: no earlier one speaks TLS 1.3 as a server. */
export const FIRST_TLS13_BUILD = 20348;

/** The bit of a record's flags that forbids it. */
const FORBIDS: Readonly<Record<TlsProtocol, number>> = {
  'TLS 1.0': NO_LEGACY_TLS,
  'TLS 1.1': NO_LEGACY_TLS,
  'TLS 1.2': NO_TLS12,
  'TLS 1.3': NO_TLS13,
};

/** Whether it may be spoken at a record. What nobody has switched off is as Windows has it, and may be. */
export function maySpeak(protocol: TlsProtocol, { flags }: Pick<SslRecord, 'flags'>, evidence: Evidence): boolean {
  const { osBuild } = evidence;
  const isTooOld = protocol === 'TLS 1.3' && osBuild.known && osBuild.value < FIRST_TLS13_BUILD;
  return !isTooOld && !isOff(protocol, evidence) && (flags & FORBIDS[protocol]) === 0;
}

const isOff = (protocol: TlsProtocol, { schannel }: Evidence): boolean =>
  schannel.known && schannel.value.enabled.get(protocol) === false;

function protocolFault(record: SslRecord, source: Source, evidence: Evidence): TlsFault | undefined {
  const left = TLS_PROTOCOLS.filter((protocol) => maySpeak(protocol, record, evidence));
  if (left.includes('TLS 1.2')) return undefined;
  if (!isOff('TLS 1.2', evidence)) {
    // Beside TLS 1.3 the flag is a choice that many make.
    if (left.includes('TLS 1.3')) return undefined;
    const says = `the SSL record of ${record.endpoint.name} forbids TLS 1.2 (disabletls12), and TLS 1.3 is off too`;
    return { state: 'broken', code: 'no-common-protocol', by: 'record', says, source };
  }
  const by = { by: 'schannel', source: evidence.schannel.source } as const;
  const is = 'TLS 1.2 is switched off in Schannel';
  if (left.length === 0)
    return {
      ...by,
      state: 'broken',
      code: 'no-common-protocol',
      says: `${is}, and so are all other versions`,
    };
  const others = left.includes('TLS 1.3') ? 'clients without TLS 1.3' : 'current browsers, which have no older TLS,';
  return { ...by, state: 'warning', code: 'tls12-off', says: `${is}, so ${others} cannot connect` };
}

function suiteFault({ certificate }: Met, record: SslRecord, evidence: Evidence): TlsFault | undefined {
  const { schannel } = evidence;
  const suites = schannel.known ? schannel.value.suites : undefined;
  const keyType = certificate.known ? certificate.value?.facts.keyType : undefined;
  if (suites === undefined || keyType === undefined) return undefined;
  const isSpoken = (suite: string): boolean => {
    const kind = kindOf(suite);
    return kind === 'any' || maySpeak(kind === 'tls13' ? 'TLS 1.3' : 'TLS 1.2', record, evidence);
  };
  if (suites.some((suite) => [keyType, 'tls13', 'any'].includes(kindOf(suite)) && isSpoken(suite))) return undefined;
  const says = `the cipher suite policy allows no suite for a certificate with an ${keyType.toUpperCase()} key`;
  return { state: 'broken', code: 'no-common-suite', by: 'policy', says, source: schannel.source };
}

/** Whose key a suite is for. TLS 1.3 has suites for every key; what is not understood may serve anybody. */
function kindOf(suite: string): NonNullable<CertificateFacts['keyType']> | 'tls13' | 'any' | 'other' {
  if (/^TLS_(?:AES|CHACHA20)_/.test(suite)) return 'tls13';
  if (suite.includes('_ECDSA_')) return 'ecdsa';
  if (/_(?:DSS|PSK)_/.test(suite)) return 'other';
  return suite.includes('_RSA_') ? 'rsa' : 'any';
}

/** Somebody has just got in: many switches count from the next reboot on only. */
function eased(fault: TlsFault, chain: Met): TlsFault {
  if (fault.state !== 'broken' || !/^TLSv1\.[23]$/.test(answerOf(chain)?.protocol ?? '')) return fault;
  return { ...fault, state: 'warning', says: `${fault.says}; what still works ends at the next reboot` };
}
