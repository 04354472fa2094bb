// The http.sys of the lab under Wine: listens on loopback at the ports of the bindings, and reads the server anew for
// every connection. Its first act is to say on which ports, in a file: stdout is no pipe that Linux could read.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { listening } from '../../../src/lab/http/listeners.ts';
import { answer } from '../../../src/lab/http/tls-answer.ts';
import { thisServer } from './this-server.ts';

/** Serves until it is ended. */
export async function serve(readyFile: string): Promise<void> {
  const places = listening(thisServer().server);
  const ports = [...new Set(places.map(({ port }) => port))];
  for (const port of ports) {
    const ip = places.find((place) => place.port === port)?.ip ?? '0.0.0.0';
    const listener = createServer((socket) => answer(socket, () => thisServer().server, { ip, port }));
    await new Promise<void>((ready, failed) => {
      listener.once('error', failed);
      listener.listen(port, '127.0.0.1', ready);
    });
  }
  writeFileSync(readyFile, JSON.stringify(ports));
}
