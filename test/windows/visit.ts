// A visitor who wants a page.

import { connect } from 'node:tls';
import type { Visit } from './host.ts';

const LIMIT_MS = 10_000;

/** Connects to this address and port, asks for this name, and for a page. */
export function visitAt(host: string, port: number, name: string, limitMs = LIMIT_MS): Promise<Visit> {
  return new Promise((resolve) => {
    let reached: Visit = 'no-connection';
    // With TLS 1.3 a client is through before the server has seen its last message.
    const client = connect({ host, port, servername: name, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
    const timer = setTimeout(() => end(reached), limitMs);
    const end = (visit: Visit) => {
      clearTimeout(timer);
      client.destroy();
      resolve(visit);
    };
    client.once('connect', () => {
      reached = 'no-tls';
    });
    client.once('secureConnect', () => {
      reached = 'ended-after-the-handshake';
      client.write(`GET / HTTP/1.1\r\nHost: ${name || 'localhost'}\r\nConnection: close\r\n\r\n`);
    });
    client.once('data', () => end('page'));
    client.on('error', () => end(reached));
    client.once('close', () => end(reached));
  });
}
