// An outside TLS client of a lab: it comes over the network to `lab serve`, as to http.sys, and knows nothing else.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { checkServerIdentity, connect } from 'node:tls';
import { program } from './program.mjs';

/**
 * What comes of one greeting.
 * @typedef {{ thumbprint: string, says: string, right: boolean } | undefined} Seen undefined where no handshake comes about
 */

/**
 * Serves the lab in a process of its own while `look` asks it.
 * @template T
 * @param {string} lab
 * @param {(served: { endpoints: { host: string, port: number }[], addresses: { address: string, host: string, port: number }[] }) => Promise<T>} look
 * @returns {Promise<T>}
 */
export async function whileServed(lab, look) {
  const server = spawn(process.execPath, [program, 'lab', 'serve', lab], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    /** @type {string} */
    const line = await new Promise((resolve, reject) => {
      createInterface({ input: server.stdout }).once('line', resolve);
      server.once('exit', () => reject(new Error('lab serve ended')));
    });
    return await look(JSON.parse(line));
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

/**
 * Greets; `name` is what it asks for and expects a certificate to have, where it asks for one.
 * @param {{ host: string, port: number }} endpoint
 * @param {string} name
 * @returns {Promise<Seen>}
 */
export function greet({ host, port }, name = '') {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 5000, ...(name && { servername: name }) });
    /** @param {Seen} result */
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('secureConnect', () => {
      const certificate = socket.getPeerCertificate(true);
      const now = Date.now();
      const wrong = [
        ...(now > Date.parse(certificate.valid_to) ? ['expired'] : []),
        ...(name && checkServerIdentity(name, certificate) ? ['made out to another name'] : []),
      ];
      const thumbprint = certificate.fingerprint.replaceAll(':', '');
      const says = [`certificate ${thumbprint.slice(0, 8)}`, ...wrong].join(', ');
      end({ thumbprint, says, right: wrong.length === 0 });
    });
    for (const event of ['error', 'close', 'timeout']) socket.on(event, () => end(undefined));
  });
}

/** @param {Seen} seen */
export const sayWhatIsSeen = (seen) => seen?.says ?? 'no connection';
