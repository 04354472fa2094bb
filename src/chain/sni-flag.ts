// A binding that has lost its SNI flag: its record by host name stands, and IIS does not look there any more.

import { endpointOfBinding, hostOfBinding, portOf } from '../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../model/once.ts';
import type { Chain } from '../model/server/chain.ts';
import { type Evidence, endpointKey } from '../model/server/evidence.ts';
import { httpsBindings } from '../model/server/iis-config.ts';
import { IIS_APP_ID, type SslRecord } from '../model/server/ssl-record.ts';
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
  const isShared = sitesByEndpoint(evidence)
    .get(endpointKey(endpoint))
    ?.some(({ id }) => id !== site.id);
  return isShared ? own : undefined;
}

const sitesByEndpoint = once(({ config }: Evidence) => {
  const sites = config.known ? config.value.sites : [];
  const bound = sites.flatMap((site) =>
    httpsBindings(site).flatMap(({ information, sslFlags }) => {
      const endpoint = endpointOfBinding(information, sslFlags);
      return endpoint.ok ? [{ id: site.id, key: endpointKey(endpoint.value) }] : [];
    }),
  );
  return groupBy(bound, ({ key }) => key);
});
