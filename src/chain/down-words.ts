// How far a broken chain may be called down: what http.sys once acquired it serves until the reboot, so only a greeting tells.

import type { Evidence } from '../model/evidence.ts';

/** The end of a sentence, without its full stop. `endpoints` are keys, see endpointKey. */
export function downWords(endpoints: readonly string[], { handshakes }: Pick<Evidence, 'handshakes'>): string {
  const greeted = endpoints.some((endpoint) => handshakes.get(endpoint)?.known);
  return greeted ? 'HTTPS is down' : 'HTTPS is down, or will be after the next reboot; no handshake was made';
}
