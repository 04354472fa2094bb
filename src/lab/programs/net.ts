// net.exe: start and stop of a service.

import { type LabProgram, type ProgramResult, printed } from '../program.ts';
import type { LabServer } from '../server.ts';
import { CONTROL_MESSAGES, startService, stopWithDependents } from '../services/service-control.ts';
import { findService, runningDependents, type Service } from '../services/services.ts';
import { complained } from './complaint.ts';

/** `net start NAME`, `net stop NAME [/y]`. Exit code 2 for every failure of a service; errors go to stderr. */
export const net: LabProgram = (args, server, caller) => {
  const [verb = '', name, ...options] = args;
  const lower = verb.toLowerCase();
  if (name === undefined || (lower !== 'start' && lower !== 'stop')) {
    return complained(['The syntax of this command is:', '', 'NET [ START | STOP ] service'], 1);
  }
  const service = findService(server, name);
  if (!service) return helped('The service name is invalid.', 2185);
  if (!caller.elevated) return systemError(5);
  if (lower === 'start') return start(service, server);
  return stop(
    service,
    server,
    options.some((option) => option.toLowerCase() === '/y'),
  );
};

const helped = (message: string, number: number): ProgramResult =>
  complained([message, '', `More help is available by typing NET HELPMSG ${number}.`, ''], 2);

const systemError = (code: keyof typeof CONTROL_MESSAGES): ProgramResult =>
  complained([`System error ${code} has occurred.`, '', CONTROL_MESSAGES[code], ''], 2);

function start(service: Service, server: LabServer): ProgramResult {
  if (service.running) return helped('The requested service has already been started.', 2182);
  const outcome = startService(server, service.name);
  if (typeof outcome === 'number') return systemError(outcome);
  return printed([
    `The ${service.displayName} service is starting.`,
    `The ${service.displayName} service was started successfully.`,
    '',
  ]);
}

function stop(service: Service, server: LabServer, yes: boolean): ProgramResult {
  if (!service.running) return helped(`The ${service.displayName} service is not started.`, 3521);
  const dependents = runningDependents(server, service.name);
  if (dependents.length > 0 && !yes) return complained([], 2, question(service, dependents));
  const lines = stopWithDependents(server, service.name).flatMap(({ displayName }) => [
    `The ${displayName} service is stopping.`,
    `The ${displayName} service was stopped successfully.`,
    '',
  ]);
  return printed(lines);
}

/** The question to which the end of the input is a no. */
const question = (service: Service, dependents: readonly Service[]): readonly string[] => [
  `The following services are dependent on the ${service.displayName} service.`,
  `Stopping the ${service.displayName} service will also stop these services.`,
  '',
  ...dependents.map((dependent) => `   ${dependent.displayName}`),
  '',
  'Do you want to continue this operation? (Y/N) [N]: ',
];
