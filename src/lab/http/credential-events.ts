// What Windows logs where http.sys gets no credential for a record.

import { MACHINE_KEYSET } from '../certificates/store.ts';
import type { Acquired } from '../keys/credentials.ts';
import type { LabServer } from '../server.ts';
import { logHttp15021, logSchannel36870, logSecurity5061 } from '../services/events.ts';
import type { LabRecord } from './http-sys.ts';

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
