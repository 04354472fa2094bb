import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { createSecureContext, createServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tlsHandshake } from '../../../src/machine/windows/tls-handshake.ts';
import { serverOn } from '../../../src/machine/windows/windows-server.ts';
import { programFolder } from '../../support/program-folder.ts';

const pem = (name: string) => readFileSync(`test/fixtures/tls/${name}.pem`);
const identityOf = (name: string) => ({ cert: pem(name), key: pem(`${name}-key`) });
const derOf = (name: string) => new X509Certificate(pem(name)).raw;
const thumbprintOf = (name: string) => new X509Certificate(pem(name)).fingerprint.replaceAll(':', '');

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((ready) => server.listen(0, host, ready));
  return (server.address() as AddressInfo).port;
}

const listenTls = (options: TlsOptions): Promise<number> => {
  const server = createServer(options, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  return listen(server);
};

const twoSites: TlsOptions = {
  ...identityOf('default'),
  SNICallback: (name, done) =>
    done(null, name.endsWith('shop.example.org') ? createSecureContext(identityOf('shop')) : undefined),
};

const at = (port: number, name = '') => ({ address: '127.0.0.1', port, name });

describe('tlsHandshake', () => {
  it('sees the certificate and the protocol', async () => {
    const port = await listenTls(identityOf('default'));
    expect(await tlsHandshake(at(port))).toEqual({
      outcome: 'certificate',
      thumbprint: thumbprintOf('default'),
      protocol: 'TLSv1.3',
      sent: [derOf('default')],
    });
  });

  it('asks for a host name, or for none', async () => {
    const port = await listenTls(twoSites);
    const shop = await tlsHandshake(at(port, 'shop.example.org'));
    expect(shop).toMatchObject({ outcome: 'certificate', thumbprint: thumbprintOf('shop') });
    const other = await tlsHandshake(at(port));
    expect(other).toMatchObject({ outcome: 'certificate', thumbprint: thumbprintOf('default') });
  });

  it.each(['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const)('sees an old server with a short key and %s', async (protocol) => {
    const old = { minVersion: protocol, maxVersion: protocol, ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    const port = await listenTls({ ...identityOf('weak'), ...old });
    expect(await tlsHandshake(at(port))).toEqual({
      outcome: 'certificate',
      thumbprint: thumbprintOf('weak'),
      protocol,
      sent: [derOf('weak')],
    });
  });

  it('says no-connection where nothing listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((closed) => server.close(closed));
    const refused = await tlsHandshake(at(port));
    expect(refused).toEqual({ outcome: 'no-connection', detail: 'ECONNREFUSED' });
  });

  it('never asks DNS', async () => {
    const named = await tlsHandshake({ address: 'localhost', port: 443, name: '' });
    expect(named).toEqual({ outcome: 'no-connection', detail: 'localhost is not an IP address' });
  });

  it('says no-tls where the server closes, resets, or talks something else', async () => {
    const closing = await listen(createTcpServer((socket) => socket.end()));
    const resetting = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.resetAndDestroy());
      }),
    );
    const plain = await listen(
      createTcpServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad\r\n\r\n')),
    );
    for (const port of [closing, resetting, plain]) {
      expect(await tlsHandshake(at(port))).toMatchObject({
        outcome: 'no-tls',
        detail: expect.stringMatching(/./),
      });
    }
  });

  it('says no-tls where the server answers with an alert', async () => {
    const port = await listenTls({ ...identityOf('default'), SNICallback: (_name, done) => done(new Error('none')) });
    const alerted = await tlsHandshake(at(port, 'a.example'));
    expect(alerted).toMatchObject({ outcome: 'no-tls' });
  });

  it('does not wait for ever', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => undefined)));
    const silent = await tlsHandshake(at(port), 200);
    expect(silent).toEqual({ outcome: 'no-tls', detail: 'no answer within 0.2 s', silent: true });
  });

  it('does not wait for one who sends a byte now and then for ever', async () => {
    // The head of a TLS record of 16 kB, and then what it holds, byte by byte.
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.write(Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00]));
        const sending = setInterval(() => socket.write(Buffer.from([0x02])), 10);
        socket.on('close', () => clearInterval(sending));
      }),
    );
    const slow = await tlsHandshake(at(port), 200);
    expect(slow).toEqual({ outcome: 'no-tls', detail: 'no answer within 0.2 s', silent: true });
  });

  it('leaves no connection open, however it ends', async () => {
    const closed: Promise<unknown>[] = [];
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
      closed.push(new Promise((done) => socket.once('close', done)));
    });
    const port = await listen(server);
    await Promise.all([1, 2, 3].map(() => tlsHandshake(at(port), 200)));
    expect(closed).toHaveLength(3);
    await Promise.all(closed);
  });
});

describe('the handshake of a server', () => {
  const server = () => serverOn(programFolder({}));

  it('is made with an address of this server alone', async () => {
    const port = await listenTls(twoSites);
    expect(await server().handshake(at(port, 'www.shop.example.org'))).toMatchObject({
      known: true,
      value: { outcome: 'certificate', thumbprint: thumbprintOf('shop') },
      source: { kind: 'handshake', endpoint: `127.0.0.1:${port} as www.shop.example.org` },
    });
    expect(await server().handshake({ address: '203.0.113.5', port, name: '' })).toMatchObject({
      known: false,
      why: '203.0.113.5 is not an address of this server',
    });
  });
});
