// Which of the services that matter are installed, from their registry keys, and which of them run.

import { readServiceRun } from '../../formats/console/service-run.ts';
import { readServiceState } from '../../formats/registry/services.ts';
import type { Evidence, ServiceRun, ServiceState } from '../../model/server/evidence.ts';
import { known, unknown } from '../../model/server/known.ts';
import { interpret, type Reading } from '../readers/reading.ts';
import type { Read } from './source.ts';

/** Services whose keys tell whether IIS, its IIS 6 compatibility and SSTP are installed, and start by themselves. */
export const WATCHED_SERVICES = ['IISADMIN', 'W3SVC', 'HTTP', 'SstpSvc'] as const;

/** Services without which no site is served. */
export const RUNNING_SERVICES = ['W3SVC', 'WAS', 'HTTP'] as const;

/** By service name. A service whose key is absent is not installed. */
export function readServices(readings: readonly Reading[]): Read<Evidence['services']> {
  const source = readings[0]?.source ?? { kind: 'file' as const, path: 'services' };
  if (!readings.some(wasAsked)) return { value: unknown('the services were not read', source) };
  const states = new Map<string, ServiceState>();
  for (const [index, name] of WATCHED_SERVICES.entries()) {
    const reading = readings[index];
    const state =
      reading?.result === 'absent' ? known({ installed: false }, source) : interpret(reading, readServiceState);
    if (!state.known) return { value: state };
    states.set(name, { ...state.value, source: reading?.source ?? source });
  }
  return { value: known(states, source) };
}

/**
 * Every Windows has the HTTP service. So a folder without a file of any service is one whose collector did not ask,
 * while beside the file of one service the missing file of another is an answer.
 */
const wasAsked = (reading: Reading): boolean => reading.result !== 'absent' || reading.source.kind === 'command';

/** By service name. One that is not installed has no state: which they are, their registry keys say. */
export function readServiceRuns(readings: readonly Reading[]): Read<Evidence['serviceRuns']> {
  const source = readings[0]?.source ?? { kind: 'file' as const, path: 'services' };
  const runs = readings.map((reading) => interpret(reading, readServiceRun));
  const broken = runs.find((run) => !run.known && run.broken);
  if (broken !== undefined && !broken.known) return { value: broken };
  const found = RUNNING_SERVICES.flatMap((name, index): readonly (readonly [string, ServiceRun])[] => {
    const run = runs[index];
    return run?.known ? [[name, run.value]] : [];
  });
  const [first] = runs;
  if (found.length === 0 && first !== undefined && !first.known) return { value: first };
  return { value: known(new Map(found), source) };
}
