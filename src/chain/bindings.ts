// The https bindings by the endpoint that they share: what a link may look at before there are chains.

import { endpointOfBinding, hostOfBinding } from '../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../model/once.ts';
import { type Evidence, endpointKey } from '../model/server/evidence.ts';
import { httpsBindings, type Site } from '../model/server/iis-config.ts';
import type { Endpoint } from '../model/server/ssl-record.ts';

/** A binding of an endpoint: its site, and its host name in A-labels; '' where it has none. */
interface BoundHost {
  readonly site: Site;
  readonly host: string;
}

/** Every https binding of this endpoint, of sites that are stopped too. */
export const bindingsAt = (endpoint: Endpoint, evidence: Evidence): readonly BoundHost[] =>
  byEndpoint(evidence).get(endpointKey(endpoint)) ?? [];

const byEndpoint = once(({ config }: Evidence) => {
  const sites = config.known ? config.value.sites : [];
  const bound = sites.flatMap((site) =>
    httpsBindings(site).flatMap(({ information, sslFlags }) => {
      const endpoint = endpointOfBinding(information, sslFlags);
      return endpoint.ok ? [{ key: endpointKey(endpoint.value), site, host: hostOfBinding(information) }] : [];
    }),
  );
  return groupBy(bound, ({ key }) => key);
});
