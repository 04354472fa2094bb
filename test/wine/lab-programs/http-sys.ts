// The http.sys of the lab under Wine: listens at each address of the lab, and reads the server anew for every connection.
// Its first act is to say on which ports, in a file: stdout is no pipe that Linux could read.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Place, visitorPlaces } from '../../../src/lab/http/listeners.ts';
import { answer } from '../../../src/lab/http/tls-answer.ts';
import { whoAnswers } from '../../../src/lab/http/who-answers.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { issuersChange } from './real-registry.ts';
import { thisServerAfter } from './this-server.ts';

/** Serves until it is ended; also at `later`, ports of sites that are still to come, with issuers that may come too. */
export async function serve(readyFile: string, later: readonly number[] = []): Promise<void> {
  if (later.length > 0) issuersChange();
  const server = await serverNow();
  const now = visitorPlaces(server);
  const addresses = [...new Set(now.map(({ ip }) => ip))];
  const places = [...now, ...addresses.flatMap((ip) => later.map((port) => ({ ip, port })))];
  for (const place of places) await listen(place);
  writeFileSync(readyFile, JSON.stringify([...new Set(places.map(({ port }) => port))]));
}

/**
 * Those who come together share one reading: each starts reg.exe several times, and a client waits for five seconds only.
 * Those who come while it goes on take it when it is done: its age counts from its end.
 */
const SHARED_MS = 500;

/** The parts of the registry that an answer asks for. */
let parts: readonly string[] = [];

let latest: { readonly readAt: number; readonly server: LabServer } | undefined;
let reading: Promise<LabServer> | undefined;

async function serverNow(): Promise<LabServer> {
  if (latest !== undefined && performance.now() - latest.readAt <= SHARED_MS) return latest.server;
  reading ??= readServer().finally(() => {
    reading = undefined;
  });
  return reading;
}

async function readServer(): Promise<LabServer> {
  const { server, parts: asked } = await thisServerAfter(parts);
  // What an answer asks for is read when it is asked for first.
  for (const place of visitorPlaces(server)) whoAnswers(server, place);
  parts = asked();
  latest = { readAt: performance.now(), server };
  return server;
}

function listen(place: Place): Promise<void> {
  const listener = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    serverNow().then(
      (server) => {
        answer(socket, () => server, place);
        socket.resume();
      },
      // It cannot be read while it is being changed.
      () => socket.resetAndDestroy(),
    );
  });
  return new Promise((ready, failed) => {
    listener.once('error', failed);
    listener.listen(place.port, place.ip.replace(/^\[|\]$/g, ''), ready);
  });
}
