// A reboot of the lab server: what was only in memory is gone, and SYSTEM must open every key itself.

import { callerOf } from '../callers.ts';
import { logFailure } from '../http/credential-events.ts';
import { isCentral, type LabRecord, readRecords } from '../http/http-sys.ts';
import { forgetChains } from '../http/sent-chain.ts';
import { acquire, dropAllCredentials } from '../keys/credentials.ts';
import type { LabServer } from '../server.ts';
import { restartIis } from './restart-iis.ts';
import { findService, type Service, setRunning } from './services.ts';

/** Reboots: credentials are acquired anew, automatic services run, and with IISADMIN the ABO mapper. Saves the server. */
export function rebootLab(server: LabServer): void {
  server.facts.booted = server.facts.clock;
  dropAllCredentials(server);
  forgetChains(server);
  for (const record of readRecords(server)) startRecord(server, record);
  for (const name of ['HTTP', 'WAS', 'W3SVC', 'IISADMIN']) {
    const service = findService(server, name);
    if (service !== undefined) startAtBoot(server, service);
  }
  restartIis(server);
  server.save();
}

/** A disabled service stays down, and so does what needs it; one that was stopped by hand is up again. */
function startAtBoot(server: LabServer, { name, start, running, dependsOn }: Service): void {
  const up = start !== 4 && dependsOn.every((needed) => findService(server, needed)?.start !== 4);
  if (running !== up) setRunning(server, name, up);
}

function startRecord(server: LabServer, record: LabRecord): void {
  if (isCentral(record)) return;
  const acquired = acquire(server, callerOf(server, 'system'), record);
  if (!acquired.ok) logFailure(server, record, acquired);
}
