// A reboot of the lab server: what was only in memory is gone, and SYSTEM must open every key itself.

import { callerOf } from './callers.ts';
import { acquire, dropAllCredentials } from './credentials.ts';
import { logHttp15021, logSchannel36870, logSecurity5061 } from './events.ts';
import { type LabRecord, readRecords } from './http-sys.ts';
import { restartIis } from './restart-iis.ts';
import type { LabServer } from './server.ts';
import { findService, setRunning } from './services.ts';
import { MACHINE_KEYSET } from './store.ts';

/** Reboots: credentials are acquired anew, automatic services run, and with IISADMIN the ABO mapper. Saves the server. */
export function rebootLab(server: LabServer): void {
  server.facts.booted = server.facts.clock;
  dropAllCredentials(server);
  for (const record of readRecords(server)) startRecord(server, record);
  for (const name of ['WAS', 'W3SVC', 'IISADMIN']) {
    const service = findService(server, name);
    if (service !== undefined && !service.running && service.start !== 4) setRunning(server, name, true);
  }
  restartIis(server);
  server.save();
}

function startRecord(server: LabServer, record: LabRecord): void {
  if (record.table === 'ccs') return;
  const acquired = acquire(server, callerOf(server, 'system'), record);
  if (acquired.ok) return;
  const key = acquired.entry?.key;
  if (key !== undefined) {
    const { container, provider } = key;
    logSecurity5061(server, { container, provider, machine: (key.flags & MACHINE_KEYSET) !== 0 }, acquired.hresult);
    logSchannel36870(server, acquired.hresult);
  }
  logHttp15021(server, record.endpoint);
}
