// `lab serve`: the lab's http.sys on loopback, for any TLS client. It reads the lab and writes nothing.

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Disk } from './disk.ts';
import { type Listening, listening } from './listeners.ts';
import { openLab } from './open.ts';
import { answer } from './tls-answer.ts';

/** An endpoint of the lab and where it can be reached on this computer. */
export interface ServedEndpoint {
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
}

/** A lab that is being served. */
export interface ServedLab {
  readonly endpoints: readonly ServedEndpoint[];
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Serves every endpoint that the lab has now, one listener on 127.0.0.1 for each address and port. Endpoints with a host
 * name share the listener of their address: the client's server name decides. Every connection reads the lab anew.
 */
export async function serveLab(
  disk: Disk,
  options: { readonly log?: (line: string) => void } = {},
): Promise<ServedLab> {
  const open = new Set<Socket>();
  const servers = new Map<string, Server>();
  const endpoints: ServedEndpoint[] = [];
  for (const place of listening(openLab(disk))) {
    const address = `${place.ip}:${place.port}`;
    const server = servers.get(address) ?? (await listen(disk, place, open, options.log));
    servers.set(address, server);
    endpoints.push({ endpoint: place.endpoint, host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  }
  return {
    endpoints,
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all([...servers.values()].map((server) => new Promise((closed) => server.close(closed))));
    },
  };
}

function listen(disk: Disk, place: Listening, open: Set<Socket>, log?: (line: string) => void): Promise<Server> {
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    answer(socket, () => openLab(disk), place, log);
  });
  return new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => ready(server));
  });
}
