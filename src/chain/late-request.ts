// A site that asks clients for certificates only once it knows which page they want. TLS 1.3 has no renegotiation, so Windows
// Server 2022 and later cannot ask then: no page that needs a certificate comes about, while every handshake is fine.

import type { Chain } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { type Known, known, unknown } from '../model/server/known.ts';
import { CLIENT_CERTIFICATES, NO_TLS13, NO_TLS13_FLAG, type SslRecord } from '../model/server/ssl-record.ts';
import { FIRST_TLS13_BUILD, maySpeak } from './tls.ts';
import { answersOf } from './visit.ts';

/** Whom it keeps out, and what they see. */
export interface LateRequest {
  /** Every page of the site asks, or only some below it. */
  readonly asks: 'site' | 'below';
  /** One clause. */
  readonly says: string;
}

type Met = Pick<Chain, 'site' | 'binding' | 'record' | 'greeted'>;

/** Undefined where it does not; unknown where nobody knows whether TLS 1.3 is spoken. */
export function lateRequest(chain: Met, evidence: Evidence): Known<LateRequest | undefined> {
  const { site, binding, record } = chain;
  const { source } = evidence.config;
  const asks = site.clientCertificates;
  const never = NO_TLS13 | CLIENT_CERTIFICATES;
  if (asks === undefined || !record.known || record.value === undefined) return known(undefined, source);
  if ((record.value.flags & never) !== 0 || (binding.sslFlags & NO_TLS13_FLAG) !== 0) return known(undefined, source);
  const spoken = isSpoken(record.value, chain, evidence);
  if (!spoken.known) return spoken;
  return known(spoken.value ? { asks, says: wordsFor(asks, evidence) } : undefined, source);
}

/** Our own client speaks TLS 1.3: what it got decides, and where it got nothing, what is switched on. */
function isSpoken(record: SslRecord, { greeted }: Met, evidence: Evidence): Known<boolean> {
  const { osBuild, schannel } = evidence;
  const got = answersOf(greeted).map(({ protocol }) => protocol);
  if (got.length > 0) return known(got.includes('TLSv1.3'), schannel.source);
  const missing = [osBuild, schannel].find((each) => !each.known);
  if (missing?.known === false)
    return unknown(
      `whether TLS 1.3 is used, which allows no question for a certificate after the handshake: ${missing.why}`,
      missing.source,
    );
  const isNew = osBuild.known && osBuild.value >= FIRST_TLS13_BUILD;
  return known(isNew && maySpeak('TLS 1.3', record, evidence), schannel.source);
}

function wordsFor(asks: LateRequest['asks'], { osBuild }: Evidence): string {
  const which = asks === 'site' ? 'every page asks' : 'some pages ask';
  const is2025 = osBuild.known && osBuild.value >= FIRST_ERROR_BUILD;
  const sees = is2025
    ? 'Windows Server 2025 then answers 500.0 with 0x80070032'
    : 'Windows Server 2022 then resets the connection';
  return `${which} for a client certificate after the handshake (access sslFlags), and ${sees}`;
}

/** Windows Server 2025. */
const FIRST_ERROR_BUILD = 26100;
