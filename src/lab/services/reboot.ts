// A reboot of the lab server: what was only in memory is gone, and SYSTEM must open every key itself.

import type { LabServer } from '../server.ts';
import { restartIis } from './restart-iis.ts';
import { findService, type Service, setRunning } from './services.ts';
import { startHttp } from './start-http.ts';

/** Reboots: credentials are acquired anew, automatic services run, and with IISADMIN the ABO mapper. Saves the server. */
export function rebootLab(server: LabServer): void {
  server.facts.booted = server.facts.clock;
  startHttp(server);
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
