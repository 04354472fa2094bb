// Services, stopped and started as far as a running server allows.

import type { Bench } from '../bench.ts';
import type { Stage } from './fault.ts';

/** What may need http.sys, in the order in which it is started again. */
const OVER_HTTP = [
  'HTTP',
  'WAS',
  'W3SVC',
  'IISADMIN',
  'W3LOGSVC',
  'WinRM',
  'Spooler',
  'SSDPSRV',
  'upnphost',
  'FDResPub',
];

/** The number that sc prints for a running service; its label is translated in some versions, the number in none. */
async function isRunning(bench: Bench, service: string): Promise<boolean> {
  const { code, text } = await bench.run('sc', ['query', service]);
  return code === 0 && /:\s*4\s+\S/.test(text);
}

/** Whether there is such a service at all. */
const isInstalled = async (bench: Bench, service: string): Promise<boolean> =>
  (await bench.run('sc', ['query', service])).code === 0;

/** Stops http.sys with all that needs it and starts it again, so that it acquires its credentials anew. A real Windows may refuse. */
export async function dropCredentials({ bench }: Pick<Stage, 'bench'>): Promise<void> {
  const running: string[] = [];
  for (const name of OVER_HTTP) if (await isRunning(bench, name)) running.push(name);
  await bench.run('net', ['stop', 'HTTP', '/y']);
  for (const name of running) if (!(await isRunning(bench, name))) await bench.run('net', ['start', name]);
}

/** As an installer does that has IIS 6 interfaces: the ABO mapper makes its tree anew. */
export async function restartIisAdmin({ bench }: Stage): Promise<void> {
  await bench.run('net', ['stop', 'IISADMIN', '/y']);
  await bench.must('net', ['start', 'IISADMIN']);
  if (!(await isRunning(bench, 'W3SVC'))) await bench.run('net', ['start', 'W3SVC']);
}

/** For faults that the ABO mapper makes. */
export const withoutMapper = async ({ bench }: Stage): Promise<string | undefined> =>
  (await isInstalled(bench, 'IISADMIN')) ? undefined : 'IIS 6 Metabase Compatibility is not installed (no IISADMIN)';
