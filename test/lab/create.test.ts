import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readStore } from '../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { createLab } from '../../src/lab/create.ts';
import { memoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { readRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import { probe } from '../../src/lab/http/probe.ts';
import { openLab } from '../../src/lab/open.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import { findService } from '../../src/lab/services/services.ts';
import { METADATA_PATHS, mailServerConfig } from '../support/mail-server-config.ts';
import { configText, newLab, served } from '../support/new-lab.ts';
import { sharedKey } from '../support/small-lab.ts';

/** A configuration with these bindings, each list a site. */
function configOf(...sites: readonly (readonly string[])[]): Buffer {
  const elements = sites.map(
    (bindings, index) =>
      `<site name="s${index + 1}" id="${index + 1}"><bindings>${bindings.join('')}</bindings></site>`,
  );
  return Buffer.from(
    `<configuration><system.applicationHost><sites>${elements.join('')}</sites></system.applicationHost></configuration>`,
  );
}
const https = (information: string, sslFlags = 0) =>
  `<binding protocol="https" bindingInformation="${information}" sslFlags="${sslFlags}" />`;

/** The bytes that are written to make a lab of so many sites. */
function bytesFor(sites: number): number {
  const disk = memoryDisk();
  let bytes = 0;
  const write: typeof disk.write = (path, content, options) => {
    bytes += content.length;
    disk.write(path, content, options);
  };
  const config = configOf(...Array.from({ length: sites }, (_each, at) => [https(`*:443:s${at}.example.test`, 1)]));
  createLab({ ...disk, write }, { config, keyPool: () => sharedKey() });
  return bytes;
}

const namesOf = (certificate: Buffer) => new X509Certificate(certificate).subjectAltName;

describe('a lab of many sites', () => {
  it('is written with no more for each site than a lab of few', () => {
    expect(bytesFor(100) - bytesFor(50)).toBeLessThan(1.1 * (bytesFor(50) - bytesFor(0)));
  });
});

describe('the default lab', () => {
  const server = newLab();

  it('is LABSRV with two sites, one key of each kind, and settings that a re-bind could lose', () => {
    expect(server.facts).toMatchObject({ computer: 'LABSRV', dnsName: 'labsrv.example.test', osBuild: 20348 });
    expect(readRecord(server, 'ip', '0.0.0.0:443')).toMatchObject({ checkMode: 1, urlTimeout: 15000, flags: 2 });
    expect(readRecord(server, 'sni', 'shop.example.test:443')).toMatchObject({ store: 'MY', checkMode: 0, flags: 0 });
    const entries = readStore(server, 'MY')!;
    expect(entries.map(({ friendlyName }) => friendlyName).toSorted()).toEqual(['Default Web Site', 'Shop']);
    expect(entries.map(({ key }) => [key!.type, key!.flags]).toSorted()).toEqual([
      [0, 0x20],
      [12, 0x20],
    ]);
    expect(entries.map(({ der }) => namesOf(der)).toSorted()).toEqual([
      'DNS:labsrv.example.test',
      'DNS:shop.example.test',
    ]);
  });

  it('has the configuration in UTF-8 with CRLF throughout', () => {
    expect(configText(server).replaceAll('\r\n', '')).not.toMatch(/[\r\n\uFEFF]/);
    expect(configText(server)).toContain('<customMetadata />\r\n');
  });

  it('has a file for every program, so that a test may take one away', () => {
    const programs = server.disk.list('C:\\Windows\\System32')!.files.filter((name) => name.endsWith('.exe'));
    expect(programs).toContain('netsh.exe');
    expect(programs).toContain('certutil.exe');
    expect(server.disk.read('C:\\Windows\\System32\\inetsrv\\appcmd.exe')).toEqual(Buffer.alloc(0));
  });

  it('has the services of IIS and the profiles of its people', () => {
    expect(findService(server, 'IISADMIN')).toMatchObject({
      start: 2,
      dependsOn: ['RPCSS', 'SamSS', 'HTTP'],
      running: true,
    });
    expect(findService(server, 'W3SVC')).toMatchObject({ start: 2, running: true });
    expect(findService(server, 'HTTP')).toMatchObject({ type: 1, dependsOn: [] });
    const list = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
    const path = server.registry.values(`${list}\\${server.facts.owner.sid}`)!.get('ProfileImagePath')!;
    expect(path).toEqual({ type: 'REG_EXPAND_SZ', data: Buffer.from('C:\\Users\\olga\0', 'utf16le') });
  });

  it('is saved: opened again it is the same', () => {
    expect(readRecords(openLab(server.disk))).toEqual(readRecords(server));
    expect(openLab(server.disk).facts).toEqual(server.facts);
  });

  it('can be of another build', () => {
    expect(newLab({ osBuild: 14393 }).facts.osBuild).toBe(14393);
    expect(readStore(newLab({ osBuild: 7601 }), 'WebHosting')).toBeUndefined();
  });
});

describe('a lab from somebody’s configuration', () => {
  it('serves a mail server: its file byte for byte, a record for each https binding, a certificate for each site', async () => {
    const server = newLab({ config: mailServerConfig });
    expect(METADATA_PATHS).toHaveLength(31);
    expect(server.disk.read(CONFIG_PATH)).toEqual(mailServerConfig);
    const records = readRecords(server).map(({ table, endpoint }) => `${table} ${endpoint}`);
    expect(records).toEqual(['ip 0.0.0.0:443', 'ip 0.0.0.0:444', 'ip 127.0.0.1:443']);
    const [front, back, local] = readRecords(server).map(({ thumbprint }) => thumbprint);
    expect(local).toBe(front);
    expect(back).not.toBe(front);
    rebootLab(server);
    expect(await served(server, undefined, '127.0.0.1')).toBe(front);
    expect(await served(server, undefined, '0.0.0.0', 444)).toBe(back);
    expect(await served(server, undefined, '0.0.0.0', 808)).toBe('no-connection');
  });

  it('takes the stale hash as the last property of the site’s own key, and nothing else changes', () => {
    const before = mailServerConfig.toString();
    const after = configText(newLab({ config: mailServerConfig, faults: ['stale-hash'] }));
    const line =
      '                <property id="5506" dataType="Binary" userType="1" attributes="None" value="442jqCFFZ77jBhZ7QYHKXuK9drc=" />\n';
    expect(after.replace(line, '')).toBe(before);
    expect(after.slice(after.indexOf('"LM/W3SVC/1">'), after.indexOf(line))).toMatch(/value="1" \/>\n$/);
    expect(after.slice(after.indexOf(line) + line.length)).toMatch(/^ {12}<\/key>\n/);
  });

  it('loses the back end’s record with lost-binding', () => {
    const server = newLab({ config: mailServerConfig, faults: ['lost-binding'] });
    expect(readRecords(server).map(({ endpoint }) => endpoint)).toEqual(['0.0.0.0:443', '127.0.0.1:443']);
  });

  it('makes one certificate for all names of a site; a shared endpoint keeps the first site’s', () => {
    const server = newLab({
      config: configOf(
        [https('*:443:'), https('*:443:www.a.example', 1), https('*:443:*.b.example', 1), https('*:443:odd name', 1)],
        [https('*:443:'), https('192.0.2.4:443:'), https('[::]:443:')],
        [https('*:443:'), '<binding protocol="net.tcp" bindingInformation="808:*" />'],
      ),
    });
    const records = readRecords(server).map(({ endpoint, thumbprint }) => [endpoint, thumbprint]);
    const first = readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint;
    const second = readRecord(server, 'ip', '[::]:443')!.thumbprint;
    expect(
      records
        .filter(([, hash]) => hash === first)
        .map(([endpoint]) => endpoint)
        .toSorted(),
    ).toEqual(['*.b.example:443', '0.0.0.0:443', 'odd name:443', 'www.a.example:443']);
    expect(readRecord(server, 'ip', '192.0.2.4:443')!.thumbprint).toBe(second);
    const entries = readStore(server, 'MY')!;
    expect(entries).toHaveLength(2);
    expect(namesOf(entries.find(({ thumbprint }) => thumbprint === first)!.der)).toBe(
      'DNS:labsrv.example.test, DNS:www.a.example, DNS:*.b.example',
    );
  });

  it('makes a record without a hash for the central store, and serves each host from its file', async () => {
    const server = newLab({ config: configOf([https('*:443:a.example', 3)]) });
    expect(readRecords(server)).toEqual([expect.objectContaining({ table: 'ccs', endpoint: '443', thumbprint: '' })]);
    expect(readStore(server, 'MY')).toEqual([]);
    const farm = newLab({ config: configOf([https('*:443:a.example', 3), https('*:443:*.b.example', 3)]) });
    const folder = farm.disk.list('C:\\CentralCerts')!;
    expect(folder.files).toEqual(['_.b.example.pfx', 'a.example.pfx']);
    const [a, b] = [await served(farm, 'a.example'), await served(farm, 'one.b.example')];
    expect([a.length, b.length]).toEqual([40, 40]);
    expect(a).not.toBe(b);
    for (const name of [undefined, 'b.example', 'two.one.b.example']) expect(await served(farm, name)).toBe('no-tls');
  });

  it.each([
    ['nothing', '', 'The configuration is empty.'],
    ['no XML', 'Windows', 'The configuration is not well-formed XML: line 1: '],
    ['a part of one', '<configuration><sites>', 'The configuration is not well-formed XML: line 1: '],
    ['an attribute twice', '<configuration a="1" a="2" />', 'The configuration is not well-formed XML: line 1: '],
    ['a DOCTYPE', '<!DOCTYPE x><configuration />', 'The configuration has a DOCTYPE'],
    ['two roots', '<configuration /><configuration />', 'The configuration is not an IIS configuration'],
    ['another root', '<web />', 'The configuration is not an IIS configuration'],
    ['text behind the end', '<configuration></configuration> x', 'line 1: Extra text at the end.'],
    ['text behind the root', '<configuration /> x', 'The configuration is not an IIS configuration'],
    [
      'a site without id',
      '<configuration><system.applicationHost><sites><site name="a" /></sites></system.applicationHost></configuration>',
      'The site "a" has no id that is a number.',
    ],
  ])('refuses %s with one sentence, and writes nothing', (_what, config, message) => {
    const disk = memoryDisk();
    expect(() => createLab(disk, { config: Buffer.from(config) })).toThrow(message);
    expect([...disk.files()]).toEqual([]);
  });

  it('refuses what is not UTF-8', () => {
    const latin = Buffer.from('<configuration name="Büro" />', 'latin1');
    expect(() => newLab({ config: latin })).toThrow('The configuration is not valid UTF-8');
    const bigEndian = Buffer.from('\uFEFF<configuration />', 'utf16le').swap16();
    expect(() => newLab({ config: bigEndian })).toThrow('big-endian UTF-16');
  });
});

describe('a host name outside ASCII', () => {
  it('has a certificate in A-labels, and its record answers a client that asks in them, however it is written', async () => {
    for (const host of ['www.Bücher.example', 'www.xn--bcher-kva.example']) {
      const server = newLab({ config: configOf([https(`*:443:${host}`, 1)]) });
      const [entry] = readStore(server, 'MY')!;
      expect(namesOf(entry!.der)).toBe('DNS:www.xn--bcher-kva.example');
      for (const asked of ['www.bücher.example', 'www.xn--bcher-kva.example'])
        expect(await probe(server, '0.0.0.0', 443, asked)).toMatchObject({ thumbprint: entry!.thumbprint });
    }
  });
});
