// What Windows logs where http.sys gets no credential for a record.

import type { Acquired } from './credentials.ts';
import { logHttp15021, logSchannel36870, logSecurity5061 } from './events.ts';
import type { LabRecord } from './http-sys.ts';
import type { LabServer } from './server.ts';
import { MACHINE_KEYSET } from './store.ts';

/** The key that could not be opened, where there is one, and the endpoint that is without a certificate. */
export function logFailure(
  server: LabServer,
  { endpoint }: LabRecord,
  failed: Acquired & { readonly ok: false },
): void {
  const key = failed.entry?.key;
  if (key !== undefined) {
    const { container, provider } = key;
    logSecurity5061(server, { container, provider, machine: (key.flags & MACHINE_KEYSET) !== 0 }, failed.hresult);
    logSchannel36870(server, failed.hresult);
  }
  logHttp15021(server, endpoint);
}
