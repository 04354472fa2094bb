// One connection to the lab's http.sys: a real TLS server where there is a record with a credential, a reset where not.

import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import { clientHello } from './client-hello.ts';
import { type Credential, credentialOf } from './credentials.ts';
import { type LabRecord, lookUp } from './http-sys.ts';
import type { LabServer } from './server.ts';

const REJECT = 0x8;
const DISABLE_TLS13 = 0x40;
const DISABLE_TLS12 = 0x1000;

/** Idle connections are dropped, so that a client which never speaks holds nothing open. */
const IDLE_MS = 10_000;

/**
 * Answers a connection that came in for this address and port. The state is read when the client has said which name it
 * wants, so a repair counts for the next connection. `told` gets one line about what was done.
 */
export function answer(
  socket: Socket,
  state: () => LabServer,
  place: { readonly ip: string; readonly port: number },
  told: (line: string) => void = () => {},
): void {
  let sent: Buffer = Buffer.alloc(0);
  const read = (chunk: Buffer) => {
    sent = Buffer.concat([sent, chunk]);
    const hello = clientHello(sent);
    if (hello === 'more') return;
    socket.off('data', read);
    socket.pause();
    const name = `${place.ip}:${place.port}${typeof hello === 'object' && hello.serverName ? ` ${hello.serverName}` : ''}`;
    const chosen = hello === 'not-tls' ? undefined : choose(state, place, hello.serverName);
    if (chosen === undefined) {
      told(`${name}: reset`);
      socket.resetAndDestroy();
      return;
    }
    told(`${name}: certificate ${chosen.record.thumbprint}`);
    socket.unshift(sent);
    serveTls(socket, chosen.options);
  };
  socket.on('error', () => socket.destroy());
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('data', read);
}

interface Chosen {
  readonly record: LabRecord;
  readonly options: SecureContextOptions;
}

/** The record for this connection and what it is served with; undefined where http.sys would reset. */
function choose(
  state: () => LabServer,
  place: { readonly ip: string; readonly port: number },
  serverName: string | undefined,
): Chosen | undefined {
  try {
    const server = state();
    const record = lookUp(server, place.ip, place.port, serverName);
    if (record === undefined || record.flags & REJECT) return undefined;
    const credential = credentialOf(server, record);
    return credential && { record, options: contextOf(record, credential) };
  } catch {
    // The folder is being changed at this moment, or is no lab any more: there is nothing to serve.
    return undefined;
  }
}

function contextOf(record: LabRecord, { der, privateKey }: Credential): SecureContextOptions {
  return {
    cert: new X509Certificate(der).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    minVersion: record.flags & DISABLE_TLS12 ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: record.flags & DISABLE_TLS13 ? 'TLSv1.2' : 'TLSv1.3',
  };
}

/** The handshake, and one small page for whoever asks over HTTP. */
function serveTls(socket: Socket, options: SecureContextOptions): void {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(options) });
  let request = '';
  secure.on('error', () => socket.destroy());
  secure.on('data', (chunk: Buffer) => {
    request = (request + chunk.toString('latin1')).slice(-65536);
    if (!request.includes('\r\n\r\n')) return;
    const page = 'This is a site of the lab.\n';
    secure.end(
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
    );
  });
}
