// A real TLS handshake, as an old or a new client would make it. The certificate is looked at, not trusted.

import { constants, createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, DEFAULT_CIPHERS, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { Greeting, Handshake } from '../../model/server/evidence.ts';

/** How long an address of this very server may take to accept, and for the whole. A service that hangs does neither. */
const CONNECT_MS = 3_000;
const LIMIT_MS = 5_000;

/**
 * Shakes hands, looks at the server's certificate and hangs up. Before the TCP connection stands every failure is
 * `no-connection`, afterwards `no-tls`. Old servers shall be seen too: TLS 1.0, SHA-1 signatures, short keys and no
 * secure renegotiation (RFC 5746) are all accepted here.
 */
export function tlsHandshake({ address, port, name }: Greeting, limitMs = LIMIT_MS): Promise<Handshake> {
  if (isIP(address) === 0)
    return Promise.resolve({ outcome: 'no-connection', detail: `${address} is not an IP address` });
  return new Promise((resolve) => {
    const client = connect({
      host: address,
      port,
      servername: isIP(name) === 0 ? name : '',
      rejectUnauthorized: false,
      // Without a store of its own, Node fills no gap in what was sent.
      ca: [],
      minVersion: 'TLSv1',
      ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    });
    let connected = false;
    const timers: NodeJS.Timeout[] = [];
    const end = (handshake: Handshake) => {
      clearImmediate(begun);
      for (const timer of timers) clearTimeout(timer);
      client.destroy();
      resolve(handshake);
    };
    const fail = (detail: string, silent?: true) =>
      end({ outcome: connected ? 'no-tls' : 'no-connection', detail, ...(silent && { silent }) });
    // What came while we were busy waits to be read: a turn of the loop reads it, and only then nothing came.
    const giveUpAfter = (ms: number, isOver: () => boolean) =>
      timers.push(setTimeout(() => setImmediate(() => isOver() && fail(`no answer within ${ms / 1000} s`, true)), ms));
    // Once this turn of the loop is over, in which others may be begun too: their work is not the server's time.
    const begun = setImmediate(() => {
      giveUpAfter(CONNECT_MS, () => !connected);
      giveUpAfter(limitMs, () => true);
    });
    client.once('connect', () => {
      connected = true;
    });
    client.once('secureConnect', () => end(certificateOf(client)));
    // Stays attached: an error after the end must not become an uncaught one.
    client.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    client.once('close', () => fail('the connection was closed'));
  });
}

function certificateOf(client: TLSSocket): Handshake {
  const sent = sentBy(client);
  const [own] = sent;
  if (own === undefined) return { outcome: 'no-tls', detail: 'the server showed no certificate' };
  const thumbprint = createHash('sha1').update(own).digest('hex').toUpperCase();
  return { outcome: 'certificate', thumbprint, protocol: client.getProtocol() ?? '', sent };
}

/** The server's own certificate, then each one's issuer as far as it was sent. A self-signed one is its own issuer. */
function sentBy(client: TLSSocket): readonly Uint8Array[] {
  const sent = new Set<Buffer>();
  for (let next: DetailedPeerCertificate | undefined = client.getPeerCertificate(true); next?.raw; ) {
    if (sent.has(next.raw)) break;
    sent.add(next.raw);
    next = next.issuerCertificate;
  }
  return [...sent];
}
