// sc.exe: query, queryex, qc, start, stop. Unlike most programs it prints its errors on stdout.

import { type LabProgram, type ProgramResult, printed } from '../program.ts';
import { CONTROL_MESSAGES, type ControlError, startService, stopService } from '../services/service-control.ts';
import { findService, type Service } from '../services/services.ts';

/** `sc VERB NAME`; the exit code is the Win32 error. `\\server` arguments and the list of all services are not emulated. */
export const sc: LabProgram = (args, server, caller) => {
  const [verb = '', name] = args;
  const lower = verb.toLowerCase();
  if (name === undefined || !VERBS.has(lower)) return usage();
  if (lower === 'start' || lower === 'stop') {
    const opening = lower === 'start' ? 'StartService: OpenService' : 'OpenService';
    if (!findService(server, name)) return failed(opening, 1060);
    if (!caller.elevated) return failed(opening, 5);
    const outcome = lower === 'start' ? startService(server, name) : stopService(server, name);
    if (typeof outcome === 'number') return failed(lower === 'start' ? 'StartService' : 'ControlService', outcome);
    return printed(pending(outcome, lower));
  }
  const service = findService(server, name);
  if (lower === 'qc') return service ? printed(configuration(service)) : failed('OpenService', 1060);
  if (!service) return failed('EnumQueryServicesStatus:OpenService', 1060);
  return printed(status(service, lower === 'queryex'));
};

const VERBS = new Set(['query', 'queryex', 'qc', 'start', 'stop']);

const usage = (): ProgramResult =>
  printed(
    [
      'ERROR:  Unrecognized command',
      '',
      'DESCRIPTION:',
      '        SC is a command line program used for',
      '        communicating with the Service Control Manager and services.',
    ],
    1639,
  );

const failed = (call: string, error: ControlError | 5): ProgramResult =>
  printed([`[SC] ${call} FAILED ${error}:`, '', CONTROL_MESSAGES[error], ''], error);

const TYPES: Readonly<Record<number, string>> = {
  1: 'KERNEL_DRIVER ',
  16: 'WIN32_OWN_PROCESS ',
  32: 'WIN32_SHARE_PROCESS ',
};

const typeText = (type: number): string => `${type.toString(16)}  ${TYPES[type] ?? 'WIN32 '}`;

function status(service: Service, extended: boolean): readonly string[] {
  const accepts = service.running
    ? ['                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)']
    : [];
  return [
    '',
    `SERVICE_NAME: ${service.name}`,
    `        TYPE               : ${typeText(service.type)} `,
    `        STATE              : ${service.running ? '4  RUNNING' : '1  STOPPED'} `,
    ...accepts,
    '        WIN32_EXIT_CODE    : 0  (0x0)',
    '        SERVICE_EXIT_CODE  : 0  (0x0)',
    '        CHECKPOINT         : 0x0',
    '        WAIT_HINT          : 0x0',
    ...(extended
      ? [`        PID                : ${service.running ? processId(service) : 0}`, '        FLAGS              : ']
      : []),
  ];
}

/** A process id that stays the same: drivers run in process 4. */
const processId = (service: Service): number => (service.type === 1 ? 4 : 1000 + 4 * service.name.length);

/** What sc prints right after a control was taken: the state is not reached yet. */
function pending(service: Service, verb: 'start' | 'stop'): readonly string[] {
  const state = verb === 'start' ? '2  START_PENDING' : '3  STOP_PENDING';
  return [
    '',
    `SERVICE_NAME: ${service.name}`,
    `        TYPE               : ${typeText(service.type)} `,
    `        STATE              : ${state} `,
    '                                (NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)',
    '        WIN32_EXIT_CODE    : 0  (0x0)',
    '        SERVICE_EXIT_CODE  : 0  (0x0)',
    '        CHECKPOINT         : 0x0',
    '        WAIT_HINT          : 0x7d0',
    ...(verb === 'start'
      ? [`        PID                : ${processId(service)}`, '        FLAGS              : ']
      : []),
  ];
}

const START_TYPES: Readonly<Record<number, string>> = {
  0: 'BOOT_START',
  1: 'SYSTEM_START',
  2: 'AUTO_START',
  3: 'DEMAND_START',
  4: 'DISABLED',
};

function configuration(service: Service): readonly string[] {
  const [first = '', ...more] = service.dependsOn;
  return [
    '[SC] QueryServiceConfig SUCCESS',
    '',
    `SERVICE_NAME: ${service.name}`,
    `        TYPE               : ${typeText(service.type)}`,
    `        START_TYPE         : ${service.start}   ${START_TYPES[service.start] ?? ''}`,
    '        ERROR_CONTROL      : 1   NORMAL',
    `        BINARY_PATH_NAME   : ${service.path}`,
    '        LOAD_ORDER_GROUP   : ',
    '        TAG                : 0',
    `        DISPLAY_NAME       : ${service.displayName}`,
    `        DEPENDENCIES       : ${first}`,
    ...more.map((name) => `                           : ${name}`),
    `        SERVICE_START_NAME : ${service.account}`,
  ];
}
