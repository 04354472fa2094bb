// `lab serve`: the lab's http.sys on loopback, for any TLS client. It reads the lab and writes nothing.

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Disk } from '../disk/disk.ts';
import { openLab } from '../open.ts';
import { listening, type Place, visitorPlaces } from './listeners.ts';
import { answer } from './tls-answer.ts';

const HOST = '127.0.0.1';

/** An endpoint of the lab and where it can be reached on this computer. */
export interface ServedEndpoint {
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
}

/** An address of the lab with a port that is heard there, and where it can be reached on this computer. */
export interface ServedAddress {
  /** `192.0.2.9:443`, `[::1]:443`. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
}

/** A lab that is being served. */
export interface ServedLab {
  readonly endpoints: readonly ServedEndpoint[];
  readonly addresses: readonly ServedAddress[];
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Serves every endpoint that the lab has now, and every address that it listens at: one listener on 127.0.0.1 for each
 * address and port. Endpoints with a host name share the listener of their address: the client's server name decides. An
 * endpoint of 0.0.0.0 is any address without a record of its own. Every connection reads the lab anew.
 */
export async function serveLab(
  disk: Disk,
  options: { readonly log?: (line: string) => void } = {},
): Promise<ServedLab> {
  const open = new Set<Socket>();
  const servers = new Map<string, Server>();
  const portFor = async ({ ip, port }: Place): Promise<number> => {
    const address = `${ip}:${port}`;
    const server = servers.get(address) ?? (await listen(disk, { ip, port }, open, options.log));
    servers.set(address, server);
    return (server.address() as AddressInfo).port;
  };
  const lab = openLab(disk);
  const endpoints: ServedEndpoint[] = [];
  for (const place of listening(lab))
    endpoints.push({ endpoint: place.endpoint, host: HOST, port: await portFor(place) });
  const addresses: ServedAddress[] = [];
  for (const place of visitorPlaces(lab))
    addresses.push({ address: `${place.ip}:${place.port}`, host: HOST, port: await portFor(place) });
  return {
    endpoints,
    addresses,
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all([...servers.values()].map((server) => new Promise((closed) => server.close(closed))));
    },
  };
}

function listen(disk: Disk, place: Place, open: Set<Socket>, log?: (line: string) => void): Promise<Server> {
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    answer(socket, () => openLab(disk), place, log);
  });
  return new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(0, HOST, () => ready(server));
  });
}
