// Starting and stopping services: the rules of the service control manager, for sc, net and iisreset alike.

import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { restartIis } from './restart-iis.ts';
import { findService, runningDependents, type Service, setRunning } from './services.ts';
import { startHttp } from './start-http.ts';

/** Win32 codes: 1051 others depend on it, 1056 already running, 1058 disabled, 1060 not installed, 1062 not running. */
export type ControlError = 1051 | 1056 | 1058 | 1060 | 1062;

/** The English system messages of these codes. */
export const CONTROL_MESSAGES: Readonly<Record<ControlError | 5, string>> = {
  5: 'Access is denied.',
  1051: 'A stop control has been sent to a service that other running services are dependent on.',
  1056: 'An instance of the service is already running.',
  1058: 'The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.',
  1060: 'The specified service does not exist as an installed service.',
  1062: 'The service has not been started.',
};

/** Starts a service and, as Windows does, what it depends on. Starting IISADMIN runs the ABO mapper (KB 2025598). */
export function startService(server: LabServer, name: string): Service | ControlError {
  const service = findService(server, name);
  if (!service) return 1060;
  if (service.running) return 1056;
  if (service.start === 4) return 1058;
  for (const needed of service.dependsOn) {
    const dependency = findService(server, needed);
    if (dependency && !dependency.running) startService(server, dependency.name);
  }
  setRunning(server, service.name, true);
  if (service.name.toUpperCase() === 'IISADMIN') restartIis(server);
  if (service.name.toUpperCase() === 'HTTP' && answerOf(server.facts, 'dragged-credential') === 'until-http-starts')
    startHttp(server);
  return service;
}

/** Stops a service; refused while a running one depends on it. */
export function stopService(server: LabServer, name: string): Service | ControlError {
  const service = findService(server, name);
  if (!service) return 1060;
  if (!service.running) return 1062;
  if (runningDependents(server, service.name).length > 0) return 1051;
  setRunning(server, service.name, false);
  return service;
}

/** Stops a service with the running ones that depend on it, those first. What was stopped, in that order. */
export function stopWithDependents(server: LabServer, name: string): readonly Service[] {
  const service = findService(server, name);
  if (!service?.running) return [];
  const above = runningDependents(server, service.name).flatMap((each) => stopWithDependents(server, each.name));
  setRunning(server, service.name, false);
  return [...above, service];
}
