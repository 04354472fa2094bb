// A real TLS handshake with an endpoint of the lab: a listener for one connection, and a client of its own.

import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, isIP, type Server } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { aLabels } from './a-labels.ts';
import { bare } from './addresses.ts';
import { logFailure } from './credential-events.ts';
import { hears, type Place } from './listeners.ts';
import { answer } from './tls-answer.ts';
import { whoAnswers } from './who-answers.ts';

/**
 * What the client got. The thumbprint is 40 upper-case hex digits, the protocol as Node names it (`TLSv1.3`); `sent` are the
 * certificates that the server sent, in DER, its own first.
 */
export type ProbeOutcome =
  | {
      readonly outcome: 'certificate';
      readonly thumbprint: string;
      readonly protocol: string;
      readonly sent: readonly Buffer[];
    }
  | { readonly outcome: 'no-tls'; readonly detail: string }
  | { readonly outcome: 'no-connection'; readonly detail: string };

const LIMIT_MS = 10_000;

/**
 * Connects to `address:port` of the server, asking for `serverName`. `0.0.0.0` and `::` stand for any of its addresses that
 * has no record of its own. A failure is logged, and the server saved, where the lab logs failures at connections.
 */
export async function probe(
  server: LabServer,
  address: string,
  port: number,
  serverName?: string,
): Promise<ProbeOutcome> {
  const ip = address.includes(':') ? `[${bare(address)}]` : address;
  if (!hears(server, { ip, port })) return { outcome: 'no-connection', detail: 'ECONNREFUSED' };
  logIfRefused(server, { ip, port }, serverName);
  const listener = createServer((socket) => answer(socket, () => server, { ip, port }));
  try {
    await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
    return await shakeHands(listener, serverName);
  } finally {
    await new Promise((closed) => listener.close(closed));
  }
}

/** Logs a connection that finds no usable certificate or key, and saves the server, where the lab logs such connections. */
export function logIfRefused(server: LabServer, place: Place, serverName: string | undefined): void {
  if (answerOf(server.facts, 'failure-events') === 'at-start') return;
  const answered = whoAnswers(server, place, serverName);
  if (answered.gets !== 'reset' || !answered.record || !answered.failed) return;
  logFailure(server, answered.record, answered.failed);
  server.save();
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
  const sent: Buffer[] = [];
  // The last one of the walk is its own issuer, or has none that was sent.
  for (
    let at: DetailedPeerCertificate | undefined = client.getPeerCertificate(true);
    at?.raw;
    at = at.issuerCertificate
  ) {
    if (sent.some((earlier) => earlier.equals(at?.raw ?? earlier))) break;
    sent.push(at.raw);
  }
  const thumbprint = createHash('sha1')
    .update(sent[0] ?? '')
    .digest('hex')
    .toUpperCase();
  return { outcome: 'certificate', thumbprint, protocol: client.getProtocol() ?? '', sent };
}
