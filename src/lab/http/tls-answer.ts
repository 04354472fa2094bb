// One connection to the lab's http.sys: a real TLS server where there is a record with a credential, a reset where not.

import type { KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  createSecureContext,
  DEFAULT_CIPHERS,
  type SecureContext,
  type SecureContextOptions,
  TLSSocket,
} from 'node:tls';
import { certificateParts } from '../certificates/certificate-parts.ts';
import { remembered } from '../remembered.ts';
import type { LabServer } from '../server.ts';
import { clientHello } from './client-hello.ts';
import type { Place } from './listeners.ts';
import { pageFor } from './page.ts';
import { type Answer, whoAnswers } from './who-answers.ts';

type Served = Answer & { readonly gets: 'certificate' };

/** Idle connections are dropped, so that a client which never speaks holds nothing open. */
const IDLE_MS = 10_000;

/**
 * Answers a connection that came in for this address and port. The state is read when the client has said which name it
 * wants, so a repair counts for the next connection. `told` gets one line about what was done.
 */
export function answer(
  socket: Socket,
  state: () => LabServer,
  place: Place,
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
    if (chosen?.gets === 'silence') {
      told(`${name}: no word`);
      return;
    }
    if (chosen?.gets !== 'certificate') {
      told(`${name}: reset`);
      socket.resetAndDestroy();
      return;
    }
    told(`${name}: certificate ${certificateParts(chosen.credential.der).x509.fingerprint.replaceAll(':', '')}`);
    socket.unshift(sent);
    const asked = typeof hello === 'object' ? (hello.serverName ?? '') : '';
    serveTls(socket, chosen, (protocol) => page(state, place, asked, chosen, protocol));
  };
  socket.on('error', () => socket.destroy());
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('data', read);
}

/** The answer to this connection; a reset also while the folder is being changed, or where it is no lab any more. */
function choose(state: () => LabServer, place: Place, serverName: string | undefined): Answer {
  try {
    return whoAnswers(state(), place, serverName);
  } catch {
    return { gets: 'nothing' };
  }
}

/** No page where the folder is being changed, or is no lab any more. */
function page(state: () => LabServer, place: Place, name: string, { record }: Served, protocol: string | null) {
  try {
    return pageFor(state(), place, name, record, protocol);
  } catch {
    return undefined;
  }
}

/** Windows has the old versions on where nobody has switched them off; OpenSSL speaks them at its lowest level alone. */
function contextOf({ credential, sends, tls }: Served): SecureContext {
  const options: SecureContextOptions = {
    cert: sends.map((der) => certificateParts(der).x509.toString()).join(''),
    key: pemOf(credential.privateKey),
    minVersion: 'TLSv1',
    ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
    secureOptions: tls,
  };
  return contextFrom(JSON.stringify(options));
}

/** Visitor after visitor is sent the same. */
const contextFrom = remembered((options) => createSecureContext(JSON.parse(options) as SecureContextOptions), 64);

const pems = new WeakMap<KeyObject, string>();

function pemOf(key: KeyObject): string {
  const pem = pems.get(key) ?? key.export({ type: 'pkcs8', format: 'pem' }).toString();
  pems.set(key, pem);
  return pem;
}

/** The handshake, and one page for whoever asks over HTTP; none: the connection is reset. */
function serveTls(socket: Socket, served: Served, pageOver: (protocol: string | null) => string | undefined): void {
  const secureContext = contextOf(served);
  const secure = new TLSSocket(socket, { isServer: true, secureContext });
  let request = '';
  // A TLS socket cannot be reset, the one below it can; by then the last of the handshake has left.
  if (served.resetsAfterwards) secure.on('secure', () => setImmediate(() => socket.resetAndDestroy()));
  secure.on('error', () => socket.destroy());
  secure.on('data', (chunk: Buffer) => {
    if (served.resetsAfterwards) return;
    request = (request + chunk.toString('latin1')).slice(-65536);
    if (!request.includes('\r\n\r\n')) return;
    const sent = pageOver(secure.getProtocol());
    if (sent === undefined) socket.resetAndDestroy();
    else secure.end(sent);
  });
}
