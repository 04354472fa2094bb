// A binding that has lost its SNI flag: its record by host name stands, and IIS does not look there any more.

import { hostOfBinding, portOf } from '../formats/http-sys/endpoint.ts';
import type { Chain } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { IIS_APP_ID, type SslRecord } from '../model/server/ssl-record.ts';
import { bindingsAt } from './bindings.ts';
import { recordAt } from './records/records.ts';

/** The record by host name of a binding without the flag, where another site has the same address and port. */
export function lostSniFlag(
  { site, binding, endpoint }: Pick<Chain, 'site' | 'binding' | 'endpoint'>,
  evidence: Evidence,
): SslRecord | undefined {
  const host = hostOfBinding(binding.information);
  if (host === '' || endpoint.table !== 'ip' || !evidence.records.known) return undefined;
  const own = recordAt(evidence.records.value, { table: 'sni', name: `${host}:${portOf(endpoint)}` });
  if (own?.appId !== IIS_APP_ID) return undefined;
  return bindingsAt(endpoint, evidence).some((each) => each.site.id !== site.id) ? own : undefined;
}
