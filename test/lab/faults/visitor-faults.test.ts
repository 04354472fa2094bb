import { describe, expect, it } from 'vitest';
import { applyFault, LabFaultError } from '../../../src/lab/faults/faults.ts';
import { readRecord, readRecords } from '../../../src/lab/http/http-sys.ts';
import { newLab, served } from '../../support/new-lab.ts';
import { SHOP, SHOP_HOST } from '../../support/plants.ts';

const configOf = (...bindings: readonly string[]) =>
  Buffer.from(
    `<configuration><system.applicationHost><sites>${bindings
      .map((binding, at) => `<site name="s${at}" id="${at + 1}"><bindings>${binding}</bindings></site>`)
      .join('')}</sites></system.applicationHost></configuration>`,
  );
const https = (information: string, sslFlags = 0) =>
  `<binding protocol="https" bindingInformation="${information}" sslFlags="${sslFlags}" />`;

describe('wrong-name', () => {
  it("gives the visitor of the last site with a host name another site's certificate, wherever he comes", async () => {
    const server = newLab({ faults: ['wrong-name'] });
    const site = readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint;
    expect(readRecord(server, 'sni', SHOP)).toMatchObject({ thumbprint: site, store: 'MY' });
    for (const address of ['127.0.0.1', '::1', '192.0.2.9'])
      expect(await served(server, SHOP_HOST, address)).toBe(site);
  });

  it('is refused where no site has a host name, or all have one certificate', () => {
    for (const config of [configOf(https('*:443:'), https('*:8443:')), configOf(https('*:443:a.example.test', 1))])
      expect(() => newLab({ config, faults: ['wrong-name'] })).toThrow(LabFaultError);
  });
});

describe('shadowing-record', () => {
  it('is a record at an address of the server, which no site has and which hides the last site there', async () => {
    const server = newLab({ faults: ['shadowing-record'] });
    const site = readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint;
    expect(readRecords(server)).toHaveLength(3);
    expect(readRecord(server, 'ip', '192.0.2.9:443')).toMatchObject({ thumbprint: site, flags: 0 });
    expect(await served(server, SHOP_HOST, '192.0.2.9')).toBe(site);
    expect(await served(server, SHOP_HOST, '127.0.0.1')).toBe(readRecord(server, 'sni', SHOP)!.thumbprint);
  });

  it('takes another address of the server where the first has a record', () => {
    const server = newLab({ addresses: ['198.51.100.1', '198.51.100.2'], faults: ['shadowing-record'] });
    applyFault(server, 'shadowing-record');
    expect(readRecords(server).map(({ endpoint }) => endpoint)).toEqual(
      expect.arrayContaining(['198.51.100.1:443', '198.51.100.2:443']),
    );
    expect(() => applyFault(server, 'shadowing-record')).toThrow(LabFaultError);
  });

  it('comes with wrong-name, in either order', async () => {
    for (const faults of [
      ['wrong-name', 'shadowing-record'],
      ['shadowing-record', 'wrong-name'],
    ]) {
      const server = newLab({ faults });
      const there = await served(server, SHOP_HOST, '192.0.2.9');
      expect(there).toBe(readRecord(server, 'ip', '192.0.2.9:443')!.thumbprint);
      expect(await served(server, SHOP_HOST, '127.0.0.1')).toBe(readRecord(server, 'ip', '0.0.0.0:443')!.thumbprint);
    }
  });

  it.each([
    ['has no address but loopback', configOf(https('*:8443:'), https('*:443:')), []],
    ['answers at one address alone', configOf(https('*:443:'), https('192.0.2.4:443:')), undefined],
    ['is the only one with a certificate', configOf(https('*:443:')), undefined],
  ])('is refused where the last site %s', (_what, config, addresses) => {
    const options = { config, faults: ['shadowing-record'], ...(addresses && { addresses }) };
    expect(() => newLab(options)).toThrow(LabFaultError);
  });
});
