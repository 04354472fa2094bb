// A real TLS handshake with an endpoint of the lab: a listener for one connection, and a client of its own.

import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, isIP, type Server } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { aLabels } from './a-labels.ts';
import { listening } from './listeners.ts';
import type { LabServer } from './server.ts';
import { answer } from './tls-answer.ts';

/** What the client got. The thumbprint is 40 upper-case hex digits, the protocol as Node names it (`TLSv1.3`). */
export type ProbeOutcome =
  | { readonly outcome: 'certificate'; readonly thumbprint: string; readonly protocol: string }
  | { readonly outcome: 'no-tls'; readonly detail: string }
  | { readonly outcome: 'no-connection'; readonly detail: string };

const LIMIT_MS = 10_000;

/** Connects to `address:port` of the server (`0.0.0.0` stands for any address of its own), asking for `serverName`. */
export async function probe(
  server: LabServer,
  address: string,
  port: number,
  serverName?: string,
): Promise<ProbeOutcome> {
  const ip = address.includes(':') ? `[${address.replace(/^\[|\]$/g, '')}]` : address;
  const wildcards = ip.startsWith('[') ? ['[::]', '0.0.0.0'] : ['0.0.0.0'];
  const heard = listening(server).some((place) => place.port === port && [ip, ...wildcards].includes(place.ip));
  if (!heard) return { outcome: 'no-connection', detail: `nothing listens on ${ip}:${port}` };
  const listener = createServer((socket) => answer(socket, () => server, { ip, port }));
  try {
    await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
    return await shakeHands(listener, serverName);
  } finally {
    await new Promise((closed) => listener.close(closed));
  }
}

function shakeHands(listener: Server, serverName: string | undefined): Promise<ProbeOutcome> {
  const { port } = listener.address() as AddressInfo;
  const servername = serverName === undefined || isIP(serverName) ? '' : aLabels(serverName);
  return new Promise((resolve) => {
    const client = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false });
    const timer = setTimeout(
      () => end({ outcome: 'no-tls', detail: 'no answer to the ClientHello in time' }),
      LIMIT_MS,
    );
    const end = (outcome: ProbeOutcome) => {
      clearTimeout(timer);
      client.destroy();
      resolve(outcome);
    };
    client.once('secureConnect', () => end(certificateOf(client)));
    client.once('error', (error: NodeJS.ErrnoException) =>
      end({ outcome: 'no-tls', detail: error.code ?? error.message }),
    );
  });
}

function certificateOf(client: TLSSocket): ProbeOutcome {
  const { raw } = client.getPeerCertificate();
  const thumbprint = createHash('sha1').update(raw).digest('hex').toUpperCase();
  return { outcome: 'certificate', thumbprint, protocol: client.getProtocol() ?? '' };
}
