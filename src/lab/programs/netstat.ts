// netstat.exe -ano: who listens, in numbers. Written from the command reference and the form that guides show; no transcript
// is held against it. http.sys listens in process 4, on both families, or where the listen-only list says.

import { httpSysListens } from '../http/listeners.ts';
import { type LabProgram, printed } from '../program.ts';

const COLUMNS = [7, 23, 23, 16] as const;

/** Listeners alone: a lab has no visitors that stay. */
export const netstat: LabProgram = (args, server) => {
  if (!args.every((argument) => /^-[ano]+$/.test(argument)) || !args.join('').includes('a')) return printed(USAGE, 1);
  const others = (server.facts.otherListeners ?? []).map(({ ip, port, processId }) => ({ ip, port, processId }));
  const own = httpSysListens(server).map(({ ip, port }) => ({ ip, port, processId: 4 }));
  const all = [
    { ip: '0.0.0.0', port: 135, processId: 968 },
    ...own,
    ...others,
    { ip: '[::]', port: 135, processId: 968 },
  ];
  return printed([
    '',
    'Active Connections',
    '',
    row(['Proto', 'Local Address', 'Foreign Address', 'State', 'PID']),
    ...all.map(({ ip, port, processId }) =>
      row(['TCP', `${ip}:${port}`, ip.startsWith('[') ? '[::]:0' : '0.0.0.0:0', 'LISTENING', String(processId)]),
    ),
    row(['UDP', '0.0.0.0:123', '*:*', '', '1188']),
  ]);
};

const row = (fields: readonly string[]): string =>
  `  ${fields.map((field, index) => field.padEnd(COLUMNS[index] ?? 0)).join('')}`.trimEnd();

const USAGE = ['', 'Displays protocol statistics and current TCP/IP network connections.', ''];
