// Visitors: TLS clients of our own making, which share no line with the program under acceptance.

import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Subject } from './fault.ts';

/** Where a visitor connects, for an address and port of the server: there itself, or where a lab listens in its place. */
export type Knock = <T>(
  address: string,
  port: number,
  visit: (host: string, port: number) => Promise<T>,
) => Promise<T | 'nobody listens'>;

const LIMIT_MS = 10_000;

/** What each visitor sees, by `ADDRESS asks for NAME`: a thumbprint, or how it ends. */
export async function everyVisitor(
  { port, host, trusted }: Pick<Subject, 'port' | 'host' | 'trusted'>,
  addresses: readonly string[],
  knock: Knock,
): Promise<ReadonlyMap<string, string>> {
  const names = host === '' ? ['', 'any.example.test'] : [host];
  const visits = addresses.flatMap((address) => names.map((name) => ({ address, name })));
  const seen = visits.map(async ({ address, name }) => {
    const got = await knock(address, port, (to, at) => lookAt(to, at, name, trusted?.der));
    return [`${address} asks for ${name || 'no name'}`, got] as const;
  });
  return new Map(await Promise.all(seen));
}

/** The thumbprint that is shown; why not, where there is none, or where whom he trusts does not vouch for it. */
function lookAt(host: string, port: number, name: string, trusted: Buffer | undefined): Promise<string> {
  const ca = trusted === undefined ? [] : [new X509Certificate(trusted).toString()];
  return new Promise((resolve) => {
    const servername = isIP(name) === 0 ? name : '';
    const client = connect({ host, port, servername, ca, rejectUnauthorized: false });
    const timer = setTimeout(() => end('no answer in time'), LIMIT_MS);
    const end = (seen: string) => {
      clearTimeout(timer);
      client.destroy();
      resolve(seen);
    };
    client.once('secureConnect', () => end(shownTo(client, trusted !== undefined)));
    client.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    client.once('close', () => end('closed'));
  });
}

function shownTo(client: TLSSocket, trusts: boolean): string {
  const { raw } = client.getPeerCertificate();
  if (raw === undefined) return 'no certificate';
  // The name is not held against him: a certificate for another one is told by its thumbprint.
  const why = client.authorizationError as unknown as string | undefined;
  if (trusts && !client.authorized && `${why}` !== 'ERR_TLS_CERT_ALTNAME_INVALID') return `not trusted: ${why}`;
  return createHash('sha1').update(raw).digest('hex').toUpperCase();
}
