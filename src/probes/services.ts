// Which of the services that matter are installed, from their registry keys.

import { readServiceState } from '../formats/services.ts';
import type { ServiceState } from '../model/evidence.ts';
import { type Known, known, type Source } from '../model/known.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret } from './reading.ts';
import { serviceRequests } from './requests.ts';

/** By service name. A service whose key is absent is not installed. */
export async function readServices(reader: EvidenceReader): Promise<Known<ReadonlyMap<string, ServiceState>>> {
  const states = new Map<string, ServiceState>();
  let source: Source = { kind: 'file', path: 'services' };
  for (const { name, request } of serviceRequests()) {
    const reading = await reader.read(request);
    source = reading.source;
    if (reading.result === 'absent') {
      states.set(name, { installed: false });
      continue;
    }
    const state = interpret(reading, readServiceState);
    if (!state.known) return state;
    states.set(name, state.value);
  }
  return known(states, source);
}
