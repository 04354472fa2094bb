import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { clientHello } from '../../../src/lab/http/client-hello.ts';

/** What a real client sends first. */
async function sentBy(servername: string): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, servername });
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

describe('the server name in a ClientHello', () => {
  let named: Buffer;
  let nameless: Buffer;
  beforeAll(async () => {
    [named, nameless] = await Promise.all([sentBy('Shop.Lab.Example'), sentBy('')]);
  });

  it('is read in lower case, and may be missing', () => {
    expect(clientHello(named)).toEqual({ serverName: 'shop.lab.example' });
    expect(clientHello(nameless)).toEqual({ serverName: undefined });
  });

  it('is waited for until the whole message is there', () => {
    for (let length = 0; length < named.length; length++) expect(clientHello(named.subarray(0, length))).toBe('more');
  });

  it('is found in a message that is spread over several TLS records', () => {
    const message = named.subarray(5);
    const record = (part: Buffer) =>
      Buffer.concat([Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part]);
    const spread = Buffer.concat([
      record(message.subarray(0, 3)),
      record(message.subarray(3, 90)),
      record(message.subarray(90)),
    ]);
    expect(clientHello(spread)).toEqual({ serverName: 'shop.lab.example' });
  });

  it.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n')],
    ['another handshake message', Buffer.from([22, 3, 3, 0, 4, 2, 0, 0, 0])],
    ['an SSL 2 version', Buffer.from([22, 2, 0, 0, 4])],
    ['a record without content', Buffer.from([22, 3, 1, 0, 0])],
  ])('%s is not TLS', (_what, bytes) => {
    expect(clientHello(bytes)).toBe('not-tls');
  });

  it('never throws, whatever is sent', () => {
    const spoiled = fc.tuple(fc.nat(named.length - 1), fc.nat(255)).map(([at, value]) => {
      const bytes = Buffer.from(named);
      bytes[at] = value;
      return bytes;
    });
    const anything = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(spoiled, anything), (bytes) => {
        const hello = clientHello(bytes);
        expect(typeof hello === 'string' ? ['more', 'not-tls'] : [hello]).toContain(hello);
      }),
      { numRuns: 300 },
    );
  });
});
