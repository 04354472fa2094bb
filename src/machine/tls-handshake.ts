// A real TLS handshake, as an old or a new client would make it. The certificate is looked at, not trusted.

import { constants, createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, DEFAULT_CIPHERS, type TLSSocket } from 'node:tls';
import type { Handshake } from '../model/evidence.ts';

/** Whom to greet. */
export interface HandshakeTarget {
  /** An IP address, IPv6 without brackets; a name is refused, since it would go through DNS. */
  readonly host: string;
  readonly port: number;
  /** The host name to ask for (SNI). */
  readonly serverName?: string;
}

const LIMIT_MS = 10_000;

/**
 * Shakes hands, looks at the server's certificate and hangs up. Before the TCP connection stands every failure is
 * `no-connection`, afterwards `no-tls`. Old servers shall be seen too: TLS 1.0, SHA-1 signatures, short keys and no
 * secure renegotiation (RFC 5746) are all accepted here.
 */
export function tlsHandshake({
  host,
  port,
  serverName = '',
  timeoutMs = LIMIT_MS,
}: HandshakeTarget & { readonly timeoutMs?: number }): Promise<Handshake> {
  if (isIP(host) === 0) return Promise.resolve({ outcome: 'no-connection', detail: `${host} is not an IP address` });
  return new Promise((resolve) => {
    const client = connect({
      host,
      port,
      servername: isIP(serverName) === 0 ? serverName : '',
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    });
    let connected = false;
    const end = (handshake: Handshake) => {
      clearTimeout(timer);
      client.destroy();
      resolve(handshake);
    };
    const fail = (detail: string) => end({ outcome: connected ? 'no-tls' : 'no-connection', detail });
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
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
  const { raw } = client.getPeerCertificate();
  if (raw === undefined) return { outcome: 'no-tls', detail: 'the server showed no certificate' };
  const thumbprint = createHash('sha1').update(raw).digest('hex').toUpperCase();
  return { outcome: 'certificate', thumbprint, protocol: client.getProtocol() ?? '' };
}
