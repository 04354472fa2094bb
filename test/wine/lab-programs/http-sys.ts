// The http.sys of the lab under Wine: listens at each address of the lab, and reads the server anew for every connection.
// Its first act is to say on which ports, in a file: stdout is no pipe that Linux could read.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Place, visitorPlaces } from '../../../src/lab/http/listeners.ts';
import { answer } from '../../../src/lab/http/tls-answer.ts';
import { whoAnswers } from '../../../src/lab/http/who-answers.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { issuersChange } from './real-registry.ts';
import { thisServer } from './this-server.ts';

/** Serves until it is ended; also at `later`, ports of sites that are still to come, with issuers that may come too. */
export async function serve(readyFile: string, later: readonly number[] = []): Promise<void> {
  if (later.length > 0) issuersChange();
  const { server } = thisServer();
  const now = visitorPlaces(server);
  const addresses = [...new Set(now.map(({ ip }) => ip))];
  const places = [...now, ...addresses.flatMap((ip) => later.map((port) => ({ ip, port })))];
  // What a connection needs of the registry and nobody changes is read before the first one comes.
  for (const place of places) whoAnswers(server, place);
  for (const place of places) await listen(place);
  writeFileSync(readyFile, JSON.stringify([...new Set(places.map(({ port }) => port))]));
}

/**
 * Those who come together share one reading: each starts reg.exe several times, and a client waits for five seconds only.
 * Nobody is heard while it goes on, so those who came meanwhile take it when it is done: its age counts from its end.
 */
const SHARED_MS = 500;

let latest: { readonly readAt: number; readonly server: LabServer } | undefined;

function serverNow(): LabServer {
  if (latest === undefined || performance.now() - latest.readAt > SHARED_MS) {
    const { server } = thisServer();
    // What an answer asks for is read when it is asked for first.
    for (const place of visitorPlaces(server)) whoAnswers(server, place);
    latest = { readAt: performance.now(), server };
  }
  return latest.server;
}

function listen(place: Place): Promise<void> {
  const listener = createServer((socket) => answer(socket, serverNow, place));
  return new Promise((ready, failed) => {
    listener.once('error', failed);
    listener.listen(place.port, place.ip.replace(/^\[|\]$/g, ''), ready);
  });
}
