import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { createSecureContext, createServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handshakeTargets } from '../../src/machine/handshake-targets.ts';
import { tlsHandshake } from '../../src/machine/tls-handshake.ts';
import { serverOn } from '../../src/machine/windows-server.ts';
import type { Endpoint } from '../../src/model/ssl-record.ts';
import { programFolder } from '../support/program-folder.ts';

const pem = (name: string) => readFileSync(`test/fixtures/tls/${name}.pem`);
const identityOf = (name: string) => ({ cert: pem(name), key: pem(`${name}-key`) });
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

describe('tlsHandshake', () => {
  it('sees the certificate and the protocol', async () => {
    const port = await listenTls(identityOf('default'));
    expect(await tlsHandshake({ host: '127.0.0.1', port })).toEqual({
      outcome: 'certificate',
      thumbprint: thumbprintOf('default'),
      protocol: 'TLSv1.3',
    });
  });

  it('asks for a host name, or for none', async () => {
    const port = await listenTls(twoSites);
    const shop = await tlsHandshake({ host: '127.0.0.1', port, serverName: 'shop.example.org' });
    expect(shop).toMatchObject({ outcome: 'certificate', thumbprint: thumbprintOf('shop') });
    const other = await tlsHandshake({ host: '127.0.0.1', port });
    expect(other).toMatchObject({ outcome: 'certificate', thumbprint: thumbprintOf('default') });
  });

  it.each(['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const)('sees an old server with a short key and %s', async (protocol) => {
    const old = { minVersion: protocol, maxVersion: protocol, ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    const port = await listenTls({ ...identityOf('weak'), ...old });
    expect(await tlsHandshake({ host: '127.0.0.1', port })).toEqual({
      outcome: 'certificate',
      thumbprint: thumbprintOf('weak'),
      protocol,
    });
  });

  it('says no-connection where nothing listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((closed) => server.close(closed));
    const refused = await tlsHandshake({ host: '127.0.0.1', port });
    expect(refused).toEqual({ outcome: 'no-connection', detail: 'ECONNREFUSED' });
  });

  it('never asks DNS', async () => {
    const named = await tlsHandshake({ host: 'localhost', port: 443 });
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
      expect(await tlsHandshake({ host: '127.0.0.1', port })).toMatchObject({
        outcome: 'no-tls',
        detail: expect.stringMatching(/./),
      });
    }
  });

  it('says no-tls where the server answers with an alert', async () => {
    const port = await listenTls({ ...identityOf('default'), SNICallback: (_name, done) => done(new Error('none')) });
    const alerted = await tlsHandshake({ host: '127.0.0.1', port, serverName: 'a.example' });
    expect(alerted).toMatchObject({ outcome: 'no-tls' });
  });

  it('does not wait for ever', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => undefined)));
    const silent = await tlsHandshake({ host: '127.0.0.1', port, timeoutMs: 200 });
    expect(silent).toEqual({ outcome: 'no-tls', detail: 'no answer within 0.2 s' });
  });
});

describe('handshakeTargets', () => {
  const targets = (table: Endpoint['table'], name: string, addresses: readonly string[] = []) =>
    handshakeTargets({ table, name }, addresses);

  it('greets an address itself, without a name', () => {
    expect(targets('ip', '10.1.2.3:8443', ['10.9.9.9'])).toEqual([{ host: '10.1.2.3', port: 8443 }]);
    expect(targets('ip', '[2001:db8::7]:443')).toEqual([{ host: '2001:db8::7', port: 443 }]);
  });

  it('greets loopback for all addresses, then the addresses of that family', () => {
    const own = ['10.0.0.5', 'fd00::5', '10.0.0.6'];
    expect(targets('ip', '0.0.0.0:443', own).map(({ host }) => host)).toEqual(['127.0.0.1', '10.0.0.5', '10.0.0.6']);
    expect(targets('ip', '[::]:443', own).map(({ host }) => host)).toEqual(['::1', 'fd00::5']);
  });

  it('asks for the host of an SNI endpoint, in ASCII, and for one below a wildcard', () => {
    const target = (serverName: string) => [{ host: '127.0.0.1', port: 443, serverName }];
    expect(targets('sni', 'shop.example.org:443')).toEqual(target('shop.example.org'));
    expect(targets('sni', '*.example.org:443')).toEqual(target('www.example.org'));
    expect(targets('sni', 'bücher.example:443')).toEqual(target('xn--bcher-kva.example'));
  });

  it('has no name to ask a central certificate store endpoint for', () => {
    expect(targets('ccs', '443')).toEqual([]);
    expect(targets('scoped-ccs', 'www.example.test:443')).toEqual([]);
  });
});

describe('the handshake of a server', () => {
  const server = () => serverOn(programFolder({}));

  it('is made with the endpoint itself', async () => {
    const port = await listenTls(twoSites);
    const endpoint = { table: 'sni', name: `*.shop.example.org:${port}` } as const;
    expect(await server().handshake(endpoint)).toEqual({
      known: true,
      value: { outcome: 'certificate', thumbprint: thumbprintOf('shop'), protocol: 'TLSv1.3' },
      source: { kind: 'handshake', endpoint: endpoint.name },
    });
    const byAddress = await server().handshake({ table: 'ip', name: `0.0.0.0:${port}` });
    expect(byAddress).toMatchObject({ known: true, value: { thumbprint: thumbprintOf('default') } });
  });

  it('is not known for a central certificate store', async () => {
    expect(await server().handshake({ table: 'ccs', name: '443' })).toMatchObject({ known: false });
  });
});
