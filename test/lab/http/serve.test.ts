import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createLab } from '../../../src/lab/create.ts';
import { folderDisk } from '../../../src/lab/disk/folder-disk.ts';
import { plainRecord, putRecord, readRecord } from '../../../src/lab/http/http-sys.ts';
import { type ServedLab, serveLab } from '../../../src/lab/http/serve.ts';
import { openLab } from '../../../src/lab/open.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { mailServerConfig } from '../../support/mail-server-config.ts';
import { newLab, served } from '../../support/new-lab.ts';
import { sharedKey } from '../../support/small-lab.ts';

const SHOP = 'shop.example.test';

let serving: ServedLab | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

const portOf = (endpoint: string) => serving!.endpoints.find((each) => each.endpoint === endpoint)!.port;

interface Answer {
  readonly thumbprint: string;
  readonly text: string;
  readonly protocol: string | null;
}

/** Asks over HTTPS, as a browser would; rejects with the error of the socket. */
function ask(port: number, servername = '', maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.3'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const client = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false, maxVersion });
    let text = '';
    let thumbprint = '';
    let protocol: string | null = null;
    client.on('secureConnect', () => {
      thumbprint = client.getPeerCertificate().fingerprint.replaceAll(':', '');
      protocol = client.getProtocol();
      client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    });
    client.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    client.on('end', () => resolve({ thumbprint, text, protocol }));
    client.on('error', reject);
  });
}

describe('serving a lab', () => {
  it('lists its endpoints in the order of the sites; host names share the listener of their address', async () => {
    serving = await serveLab(newLab().disk);
    expect(serving.endpoints.map(({ endpoint, host }) => [endpoint, host])).toEqual([
      ['0.0.0.0:443', '127.0.0.1'],
      [`${SHOP}:443`, '127.0.0.1'],
    ]);
    expect(portOf('0.0.0.0:443')).toBe(portOf(`${SHOP}:443`));
  });

  it('gives an address of its own a listener of its own', async () => {
    const server = newLab({ config: mailServerConfig });
    putRecord(server, plainRecord('ip', '192.0.2.4:8443', 'AB'.repeat(20)));
    server.save();
    serving = await serveLab(server.disk);
    expect(serving.endpoints.map(({ endpoint }) => endpoint)).toEqual([
      '0.0.0.0:443',
      '127.0.0.1:443',
      '0.0.0.0:444',
      '192.0.2.4:8443',
    ]);
    expect(new Set(serving.endpoints.map(({ port }) => port)).size).toBe(4);
  });

  it('answers over TLS 1.2 and 1.3 with the certificate that the server name asks for, and a page', async () => {
    const server = newLab();
    serving = await serveLab(server.disk);
    const site = readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint;
    const answer = await ask(portOf('0.0.0.0:443'));
    expect(answer).toMatchObject({ thumbprint: site, protocol: 'TLSv1.3' });
    expect(answer.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const shop = await ask(portOf('0.0.0.0:443'), SHOP, 'TLSv1.2');
    expect(shop).toMatchObject({
      thumbprint: readRecord(server, 'sni', `${SHOP}:443`)!.thumbprint,
      protocol: 'TLSv1.2',
    });
    expect(await ask(portOf('0.0.0.0:443'), 'other.example.test')).toMatchObject({ thumbprint: site });
  });

  it('resets where there is no record or no key, before any TLS; and sees a change at the next connection', async () => {
    const server = newLab({ faults: ['stranded-key'] });
    serving = await serveLab(server.disk);
    const port = portOf('0.0.0.0:443');
    expect((await ask(port)).thumbprint).toBe(readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint);
    rebootLab(server);
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await ask(port, SHOP)).thumbprint).toBe(readRecord(server, 'sni', `${SHOP}:443`)!.thumbprint);
  });

  it('survives clients that speak something else or go away, and a lab that is gone', async () => {
    const server = newLab();
    const log: string[] = [];
    serving = await serveLab(server.disk, { log: (line) => log.push(line) });
    const port = portOf('0.0.0.0:443');
    for (const text of ['GET / HTTP/1.1\r\n\r\n', '\u0016\u0003\u0001']) {
      const client = connectPlain(port, '127.0.0.1');
      const closed = new Promise((done) => client.on('close', done));
      client.on('error', () => {});
      client.on('connect', () => client.write(text, 'latin1', () => (text.length < 5 ? client.destroy() : undefined)));
      await closed;
    }
    expect((await ask(port)).thumbprint).toHaveLength(40);
    server.disk.write('C:\\lab.json', Buffer.from('{'));
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(log.map((line) => line.replace(/[0-9A-F]{40}/, 'HASH'))).toEqual([
      '0.0.0.0:443: reset',
      '0.0.0.0:443: certificate HASH',
      '0.0.0.0:443: reset',
    ]);
  });

  it('obeys what a record forbids', async () => {
    const server = newLab();
    const record = readRecord(server, 'ip', '0.0.0.0:443')!;
    putRecord(server, { ...record, flags: 0x40 });
    server.save();
    serving = await serveLab(server.disk);
    const port = portOf('0.0.0.0:443');
    expect((await ask(port)).protocol).toBe('TLSv1.2');
    putRecord(server, { ...record, flags: 0x1000 });
    server.save();
    await expect(ask(port, '', 'TLSv1.2')).rejects.toThrow();
    putRecord(server, { ...record, flags: 0x8 });
    server.save();
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('works on a folder, and writes nothing into it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lab-'));
    try {
      const disk = folderDisk(folder);
      createLab(disk, { keyPool: () => sharedKey() });
      const refusing = { ...disk, write: refuse, rename: refuse, remove: refuse, makeFolder: refuse };
      serving = await serveLab(refusing);
      const { thumbprint } = readRecord(openLab(disk), 'ip', '0.0.0.0:443')!;
      expect((await ask(portOf('0.0.0.0:443'))).thumbprint).toBe(thumbprint);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  const refuse = () => {
    throw new Error('serving must not write');
  };
});

describe('the probe', () => {
  it('tells no listener from no TLS', async () => {
    const server = newLab({ config: mailServerConfig });
    expect(await served(server, undefined, '192.0.2.9', 443)).toBe(readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint);
    expect(await served(server, undefined, '0.0.0.0', 8443)).toBe('no-connection');
    server.registry.deleteKey(
      'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo\\0.0.0.0:444',
    );
    expect(await served(server, undefined, '0.0.0.0', 444)).toBe('no-tls');
  });
});
