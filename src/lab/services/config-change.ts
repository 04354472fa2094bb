// IIS reads applicationHost.config again when it changes. What it then does to the SSL record of a binding whose sslFlags are
// others is not established (see config-flags in unknowns.ts).

import { callerOf } from '../callers.ts';
import { placeOf } from '../config/applied-config.ts';
import { replaceRecord } from '../http/http-api.ts';
import { plainRecord, readRecord } from '../http/http-sys.ts';
import { sitesOf } from '../http/sites.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';

/** The flags that IIS has seen, to tell by them what has changed; kept only where that decides something. */
export function noteFlags(server: LabServer): void {
  if (answerOf(server.facts, 'config-flags') === 'records-made-anew') server.facts.flagsSeen = flagsOf(server);
}

/** What IIS does when it finds the file changed; false where that is nothing. */
export function followConfig(server: LabServer): boolean {
  const seen = server.facts.flagsSeen;
  if (seen === undefined) return false;
  const now = flagsOf(server);
  const changed = Object.keys(now).filter(
    (information) => (seen[information] ?? now[information]) !== now[information],
  );
  for (const binding of sitesOf(server).flatMap(({ bindings }) => bindings)) {
    const place = placeOf(binding);
    const record = place && changed.includes(binding.information) && readRecord(server, place.table, place.endpoint);
    if (!record) continue;
    const made = plainRecord(record.table, record.endpoint, record.thumbprint, record.store);
    replaceRecord(server, callerOf(server, 'system'), { ...made, flags: recordFlags(binding.sslFlags) });
  }
  server.facts.flagsSeen = now;
  return changed.length > 0;
}

function flagsOf(server: LabServer): Readonly<Record<string, number>> {
  const https = sitesOf(server)
    .flatMap(({ bindings }) => bindings)
    .filter((binding) => placeOf(binding) !== undefined);
  return Object.fromEntries(https.map(({ information, sslFlags }) => [information, sslFlags]));
}

/** 4 HTTP/2, 8 OCSP stapling, 16 QUIC, 32 TLS 1.3, 64 legacy TLS: what a binding switches off, http.sys has at other bits. */
export const recordFlags = (sslFlags: number): number =>
  (
    [
      [4, 0x10],
      [8, 0x80],
      [16, 0x20],
      [32, 0x40],
      [64, 0x400],
    ] as const
  ).reduce((flags, [binding, record]) => (sslFlags & binding ? flags | record : flags), 0);
