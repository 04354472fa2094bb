import { describe, expect, it } from 'vitest';
import {
  deleteRecord,
  HTTP_PARAMETERS,
  plainRecord,
  putNewRecord,
  putRecord,
  readRecord,
  readRecords,
} from '../../../src/lab/http/http-sys.ts';
import { lookUp } from '../../../src/lab/http/look-up.ts';
import { smallLab } from '../../support/small-lab.ts';

const HASH = '5F1E0A7C93D2468B0BD1C4E7A9F2063815DBE47C';
const full = {
  table: 'sni',
  endpoint: 'www.lab.example:443',
  thumbprint: HASH,
  appId: '{4dc3e181-e14b-4a21-b022-59fc669b0914}',
  store: 'WebHosting',
  checkMode: 0x10005,
  freshnessTime: 60,
  urlTimeout: 15000,
  ctlIdentifier: 'ours',
  ctlStore: 'CTLs',
  flags: 0x1401,
} as const;

describe('records in the registry', () => {
  it('are not looked through for one that is known to be new', () => {
    const server = smallLab();
    let looks = 0;
    const subkeys = (key: string) => {
      looks += 1;
      return server.registry.subkeys(key);
    };
    putNewRecord({ ...server, registry: { ...server.registry, subkeys } }, full);
    expect([looks, readRecords(server)]).toEqual([0, [full]]);
  });

  it('keeps every value', () => {
    const server = smallLab();
    putRecord(server, full);
    expect(readRecords(server)).toEqual([full]);
  });

  it('names an SNI record by a value below an opaque GUID', () => {
    const server = smallLab();
    putRecord(server, full);
    const [subkey = ''] = server.registry.subkeys(`${HTTP_PARAMETERS}\\SslSniBindingInfo`)!;
    expect(subkey).toMatch(/^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/);
    const name = server.registry.values(`${HTTP_PARAMETERS}\\SslSniBindingInfo\\${subkey}`)!.get('HostnamePort')!;
    expect(name.data.toString('utf16le')).toBe('www.lab.example:443\0');
  });

  it('stores the application id with its first three fields turned round', () => {
    const server = smallLab();
    putRecord(server, plainRecord('ip', '[::]:443', HASH));
    const values = server.registry.values(`${HTTP_PARAMETERS}\\SslBindingInfo\\[::]:443`)!;
    expect(values.get('AppId')!.data.toString('hex')).toBe('81e1c34d4be1214ab02259fc669b0914');
    expect(values.get('SslCertHash')!.data.toString('hex')).toBe(HASH.toLowerCase());
    expect([...values.keys()]).not.toContain('DefaultSslCtlIdentifier');
  });

  it('overwrites without leftovers and deletes by name in any case', () => {
    const server = smallLab();
    putRecord(server, full);
    putRecord(server, { ...full, ctlIdentifier: '', store: '' });
    expect(readRecord(server, 'sni', 'WWW.LAB.EXAMPLE:443')).toEqual({ ...full, ctlIdentifier: '', store: '' });
    deleteRecord(server, 'sni', 'Www.Lab.Example:443');
    expect(readRecords(server)).toEqual([]);
  });
});

describe('the record that a connection gets', () => {
  const server = smallLab();
  for (const [table, endpoint] of [
    ['ip', '192.0.2.4:443'],
    ['ip', '0.0.0.0:443'],
    ['ip', '[::]:443'],
    ['ip', '0.0.0.0:444'],
    ['sni', 'www.lab.example:443'],
    ['sni', '*.wild.example:443'],
    ['ccs', '443'],
    ['ccs', '8443'],
  ] as const) {
    putRecord(server, plainRecord(table, endpoint, table === 'ccs' ? '' : HASH));
  }
  it.each([
    ['192.0.2.4', 443, 'www.lab.example', '192.0.2.4:443'],
    ['192.0.2.5', 443, 'WWW.lab.example', 'www.lab.example:443'],
    ['0.0.0.0', 443, 'www.lab.example', 'www.lab.example:443'],
    ['0.0.0.0', 443, 'other.lab.example', '443'],
    ['0.0.0.0', 443, 'any.wild.example', '*.wild.example:443'],
    ['0.0.0.0', 443, 'one.more.wild.example', '443'],
    ['127.0.0.1', 443, undefined, '0.0.0.0:443'],
    ['2001:db8::1', 443, undefined, '[::]:443'],
    ['[::]', 443, undefined, '[::]:443'],
    ['2001:db8::1', 444, undefined, '0.0.0.0:444'],
    ['192.0.2.5', 444, 'www.lab.example', '0.0.0.0:444'],
    ['192.0.2.5', 8443, 'www.lab.example', '8443'],
    ['192.0.2.5', 9443, 'www.lab.example', undefined],
  ])('%s port %i, name %s: %s', (address, port, name, endpoint) => {
    expect(lookUp(server, address, port, name)?.endpoint).toBe(endpoint);
  });
});
