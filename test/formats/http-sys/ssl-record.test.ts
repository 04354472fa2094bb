import { describe, expect, it } from 'vitest';
import { readSslRecords } from '../../../src/formats/http-sys/ssl-record.ts';
import { readRegFile } from '../../../src/formats/registry/reg-file.ts';
import { IIS_APP_ID } from '../../../src/model/server/ssl-record.ts';
import { neverThrows } from '../../support/fuzz.ts';

const ROOT = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';
const THUMBPRINT = '0102030405060708090A0B0C0D0E0F1011121314';
const HASH = '"SslCertHash"=hex:01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,10,11,12,13,14';
const IIS = '"AppId"=hex:81,e1,c3,4d,4b,e1,21,4a,b0,22,59,fc,66,9b,09,14';
const PLAIN = {
  thumbprint: THUMBPRINT,
  appId: IIS_APP_ID,
  store: '',
  checkMode: 0,
  freshnessTime: 0,
  urlTimeout: 0,
  ctlIdentifier: '',
  ctlStore: '',
  flags: 0,
  notUnderstood: [],
};

const reg = (...lines: string[]) =>
  Buffer.from(`\ufeffWindows Registry Editor Version 5.00\r\n\r\n${lines.join('\r\n')}\r\n`, 'utf16le');
const key = (path: string) => `[${ROOT}\\${path}]`;

function read(bytes: Uint8Array) {
  const file = readRegFile(bytes);
  return file.ok ? readSslRecords(file.value) : file;
}
const records = (...lines: string[]) => {
  const read_ = read(reg(...lines));
  if (!read_.ok) throw new Error(read_.error);
  return read_.value;
};

describe('readSslRecords', () => {
  it('reads every setting of a record', () => {
    const found = records(
      key('SslBindingInfo\\0.0.0.0:443'),
      IIS,
      HASH,
      '"SslCertStoreName"="My"',
      '"DefaultSslCertCheckMode"=dword:00010007',
      '"DefaultSslRevocationFreshnessTime"=dword:0000000a',
      '"DefaultSslRevocationUrlRetrievalTimeout"=dword:00001388',
      '"DefaultSslCtlIdentifier"="id"',
      '"DefaultSslCtlStoreName"="AdfsTrustedDevices"',
      '"DefaultFlags"=dword:0000ffff',
    );
    expect(found).toEqual([
      {
        ...PLAIN,
        endpoint: { table: 'ip', name: '0.0.0.0:443' },
        store: 'My',
        checkMode: 0x10007,
        freshnessTime: 10,
        urlTimeout: 5000,
        ctlIdentifier: 'id',
        ctlStore: 'AdfsTrustedDevices',
        flags: 0xffff,
      },
    ]);
  });

  it('reads all four tables, each name in its one spelling', () => {
    const found = records(
      key('SslBindingInfo'),
      key('SslBindingInfo\\[2001:DB8:0::1]:443'),
      HASH,
      IIS,
      key('SslSniBindingInfo\\{11112222-3333-4444-5555-666677778888}'),
      '"HostnamePort"="WWW.example.test:443"',
      HASH,
      IIS,
      key('SslSniBindingInfo\\Shop.example.test:8443'),
      HASH,
      IIS,
      key('SslCcsBindingInfo\\443'),
      IIS,
      key('SslScopedCcsBindingInfo'),
      key('SslScopedCcsBindingInfo\\{11112222-3333-4444-5555-666677778889}'),
      '"HostnamePort"="WWW.example.test:443"',
      IIS,
      key('SslScopedCcsBindingInfo\\Shop.example.test:443'),
      IIS,
    );
    expect(found).toEqual([
      { ...PLAIN, endpoint: { table: 'ip', name: '[2001:db8::1]:443' } },
      { ...PLAIN, endpoint: { table: 'sni', name: 'www.example.test:443' } },
      { ...PLAIN, endpoint: { table: 'sni', name: 'shop.example.test:8443' } },
      { ...PLAIN, endpoint: { table: 'ccs', name: '443' }, thumbprint: '' },
      { ...PLAIN, endpoint: { table: 'scoped-ccs', name: 'www.example.test:443' }, thumbprint: '' },
      { ...PLAIN, endpoint: { table: 'scoped-ccs', name: 'shop.example.test:443' }, thumbprint: '' },
    ]);
  });

  it.each([
    ['"DefaultFlags"=dword:00018001', 'DefaultFlags: unknown bits 0x10000'],
    ['"DefaultFlags"=dword:80000000', 'DefaultFlags: unknown bits 0x80000000'],
    ['"DefaultSslCertCheckMode"=dword:00000008', 'DefaultSslCertCheckMode: unknown bits 0x8'],
    ['"DefaultFlags"="1"', 'DefaultFlags: unexpected type or size'],
    ['"DefaultFlags"=hex(4):01,00', 'DefaultFlags: unexpected type or size'],
    ['"SslCertHash"=hex:01,02', 'SslCertHash: unexpected type or size'],
    ['"AppId"=hex:01', 'AppId: unexpected type or size'],
    ['"SslCertStoreName"=hex:4d,00', 'SslCertStoreName: unexpected type or size'],
    ['"NewSetting"=dword:00000000', 'NewSetting'],
    ['@="x"', '(default value)'],
  ])('notes what it does not understand: %s', (line, noted) => {
    const [found] = records(key('SslBindingInfo\\0.0.0.0:443'), HASH, IIS, line);
    expect(found?.notUnderstood).toEqual([noted]);
  });

  it('keeps a record whose name it cannot read', () => {
    const [guid, deeper] = records(
      key('SslSniBindingInfo\\{AB}'),
      HASH,
      IIS,
      key('SslBindingInfo\\0.0.0.0:443\\Sub'),
      HASH,
      IIS,
    )
      .toSorted((a, b) => a.endpoint.table.localeCompare(b.endpoint.table))
      .toReversed();
    expect(guid).toMatchObject({
      endpoint: { table: 'sni', name: '{ab}' },
      notUnderstood: ['endpoint: "{AB}" is not HOST:PORT'],
    });
    expect(deeper?.notUnderstood).toEqual(['endpoint: "0.0.0.0:443\\Sub" has no port from 1 to 65535']);
  });

  it('reads another control set where the current one is not in the file, and only then', () => {
    const other = [key('SslBindingInfo\\0.0.0.0:444').replace('CurrentControlSet', 'ControlSet001'), HASH];
    expect(records(...other).map(({ endpoint }) => endpoint.name)).toEqual(['0.0.0.0:444']);
    expect(records(...other, `[${ROOT}]`)).toEqual([]);
  });

  it('refuses an export of something else', () => {
    const error = 'not an export of Services\\HTTP\\Parameters';
    expect(read(reg('[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\W3SVC]'))).toEqual({ ok: false, error });
  });

  it('answers any bytes', () => {
    neverThrows(read, reg(key('SslBindingInfo\\0.0.0.0:443'), HASH, IIS, '"DefaultFlags"=dword:00000001'));
  });
});
