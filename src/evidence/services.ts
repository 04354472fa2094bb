// Which of the services that matter are installed, from their registry keys.

import { readServiceState } from '../formats/registry/services.ts';
import type { ServiceState } from '../model/evidence.ts';
import { type Known, known, unknown } from '../model/known.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret, type Reading } from './reading.ts';
import { serviceRequests } from './requests.ts';

/** By service name. A service whose key is absent is not installed. */
export async function readServices(reader: EvidenceReader): Promise<Known<ReadonlyMap<string, ServiceState>>> {
  const readings = await Promise.all(
    serviceRequests().map(async ({ name, request }) => ({ name, reading: await reader.read(request) })),
  );
  const [first] = readings;
  const source = first?.reading.source ?? { kind: 'file' as const, path: 'services' };
  if (!readings.some(({ reading }) => wasAsked(reading))) return unknown('the services were not read', source);
  const states = new Map<string, ServiceState>();
  for (const { name, reading } of readings) {
    const state =
      reading.result === 'absent' ? known({ installed: false }, source) : interpret(reading, readServiceState);
    if (!state.known) return state;
    states.set(name, state.value);
  }
  return known(states, source);
}

/**
 * Every Windows has the HTTP service. So a folder without a file of any service is one whose collector did not ask,
 * while beside the file of one service the missing file of another is an answer.
 */
const wasAsked = (reading: Reading): boolean => reading.result !== 'absent' || reading.source.kind === 'command';
