import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/evidence/collect.ts';
import type { EvidenceReader } from '../../../src/evidence/readers/evidence-reader.ts';
import { evidenceIn } from '../../../src/evidence/readers/folder-reader.ts';
import { sourceReader } from '../../../src/evidence/readers/read-source.ts';
import { requestsOf } from '../../../src/evidence/sources/requests.ts';
import type { SourceName } from '../../../src/evidence/sources/source.ts';
import { sources } from '../../../src/evidence/sources/sources.ts';
import { folderFiles } from '../../../src/machine/files/folder-files.ts';
import { endpointOfKey } from '../../../src/model/server/evidence.ts';
import { greetedText } from '../../../src/own-files/evidence-manifest.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const GUID = '5c0f4a1e-93d7-4b62-8e15-a7d2c9306b48';
const FILE = `0123456789abcdef0123456789abcdef_${GUID}`;
const HASH = '9f2c4e6a8b0d1f3e5a7c9b8d6f4e2a0c1b3d5f7e';

const open = (files: Readonly<Record<string, string | Uint8Array>>) => evidenceIn(folderFiles(temporaryFolder(files)));
/** What one row of the table reads in a folder with these files. */
const readIn = async <K extends SourceName>(name: K, files: Readonly<Record<string, string | Uint8Array>>) =>
  (await sourceReader(await open(files))(name)).value;

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const manifest = (fields: object) => JSON.stringify({ formatVersion: 1, ...fields });
const regFile = (key: string) =>
  `Windows Registry Editor Version 5.00\r\n\r\n[${key}]\r\n"Start"=dword:00000002\r\n\r\n`;

const netshList = [
  '',
  'SSL-Zertifikatbindungen: ',
  '-------------------------',
  '',
  '    IP:Port                      : 0.0.0.0:443',
  `    Zertifikathash               : ${HASH}`,
  '    Anwendungs-ID                : {4dc3e181-e14b-4a21-b022-59fc669b0914} ',
  '    Zertifikatspeichername       : My',
  ...['Enabled', 'Disabled', 'Enabled', '0', '0', '(null)', '(null)', 'Disabled', 'Disabled'].map(
    (value, index) => `    Einstellung ${index}                : ${value}`,
  ),
  '',
].join('\r\n');

describe('readings', () => {
  it('gives a file of the folder, with its name as the source', async () => {
    const reader = await open({ 'registry/http-parameters.reg': 'x' });
    const reading = await reader.read(requestsOf(sources.records, reader.places)[0]!);
    const source = { kind: 'file', path: 'registry/http-parameters.reg' };
    expect(reading).toMatchObject({ result: 'ok', bytes: Buffer.from('x'), source });
  });

  it('says that a file is not in the folder', async () => {
    const reader = await open({});
    expect(await reader.read(requestsOf(sources.storeMy, reader.places)[0]!)).toEqual({
      result: 'absent',
      why: 'registry/store-MY.reg is not in the folder',
      source: { kind: 'file', path: 'registry/store-MY.reg' },
    });
  });

  it('knows nothing of an empty folder but that nothing redirects it and no state was saved', async () => {
    const reader = await open({});
    const evidence = await collect(reader);
    const {
      redirection,
      baseline,
      handshakes,
      collectedAt,
      places,
      recorded,
      unreadableEntries,
      partsUnread,
      ...rest
    } = evidence;
    expect(Object.entries(rest).filter(([, field]) => field.known)).toEqual([]);
    expect(redirection).toMatchObject({ known: true, value: { enabled: false } });
    expect(baseline).toMatchObject({ known: true, value: undefined });
    expect({ recorded, unreadableEntries, partsUnread }).toEqual({
      recorded: true,
      unreadableEntries: [],
      partsUnread: [],
    });
    expect(handshakes.size).toBe(0);
    expect(places).toEqual({ systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' });
    expect(Date.parse(collectedAt)).toBeGreaterThan(0);
  });
});

describe('the manifest', () => {
  const identity = { sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true };

  it('says when and by whom was collected', async () => {
    const reader = await open({ 'manifest.json': manifest({ collectedAt: '2026-01-10T08:00:00.000Z', identity }) });
    expect(reader.collectedAt()).toBe('2026-01-10T08:00:00.000Z');
    expect(await reader.identity()).toMatchObject({ known: true, value: identity });
  });

  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${manifest({ identity })}`)],
    ['UTF-16', utf16(`\ufeff${manifest({ identity })}`)],
  ])('is read with %s', async (_name, bytes) => {
    const reader = await open({ 'manifest.json': bytes });
    expect(await reader.identity()).toMatchObject({ known: true, value: identity });
  });

  it.each([
    [17763, 17763],
    ['17763', 17763],
    ['10.0.20348.2031', 20348],
  ])('stands in for os-build.txt and machine-guid.txt: %j', async (osBuild, build) => {
    const evidence = await collect(await open({ 'manifest.json': manifest({ osBuild, machineGuid: GUID }) }), 'state');
    expect(evidence.osBuild).toMatchObject({ known: true, value: build, source: { path: 'manifest.json' } });
    expect(evidence.machineGuid).toMatchObject({ known: true, value: GUID });
  });

  it('comes second to what reg query printed', async () => {
    const evidence = await collect(
      await open({
        'manifest.json': manifest({ osBuild: 17763, machineGuid: GUID }),
        'machine-guid.txt': `    MachineGuid    REG_SZ    ${GUID.replace('5c', 'aa')}\r\n`,
      }),
      'state',
    );
    expect(evidence.machineGuid).toMatchObject({ known: true, value: GUID.replace('5c', 'aa') });
  });

  it('may hold fields of another shape: those are not known', async () => {
    const fields = { collectedAt: 'yesterday', identity: 'olga', osBuild: {}, machineGuid: 7 };
    const reader = await open({ 'manifest.json': manifest(fields), 'machine-guid.txt': `MachineGuid REG_SZ ${GUID}` });
    const evidence = await collect(reader, 'state');
    expect([evidence.identity.known, evidence.osBuild.known, evidence.machineGuid.known]).toEqual([false, false, true]);
    expect(Date.parse(evidence.collectedAt)).toBeGreaterThan(0);
  });

  it.each([
    ['{"formatVersion":2}', 'its formatVersion is 2, and this program reads 1'],
    ['{"formatVersion":"1"}', 'its formatVersion is "1", and this program reads 1'],
    ['{}', 'it has no formatVersion'],
    ['[]', 'it has no formatVersion'],
    ['{', 'it is not JSON'],
    ['', 'it is not JSON'],
  ])('makes everything unreadable when it is %j', async (content, why) => {
    const evidence = await collect(
      await open({ 'manifest.json': content, 'machine-guid.txt': `MachineGuid REG_SZ ${GUID}`, 'key-files.txt': 'x' }),
    );
    const { handshakes, collectedAt, places, recorded, unreadableEntries, partsUnread, ...fields } = evidence;
    for (const field of Object.values(fields)) {
      expect(field).toMatchObject({ known: false, why: `manifest.json cannot be used: ${why}` });
    }
  });
});

describe('key files', () => {
  const paths = [`D:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\${FILE}`, 'D:\\Users\\Bär\\x'];

  it.each([
    ['UTF-8', Buffer.from(`${paths.join('\r\n')}\r\n\r\n`)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${paths.join('\n\n')}`)],
    ['UTF-16', utf16(`\ufeff\r\n${paths.join('\r\n')}\r\n`)],
  ])('are read from %s, and tell where Windows was', async (_name, bytes) => {
    const reader = await open({ 'key-files.txt': bytes });
    expect(await reader.keyFiles([])).toMatchObject({ known: true, value: { paths, unread: [] } });
    expect(reader.places).toEqual({ systemRoot: 'D:\\Windows', programData: 'D:\\ProgramData' });
  });
});

describe('profiles', () => {
  it('give the certificate files of each user', async () => {
    const reader = await open({
      [`profiles/S-1-5-21-1-2-3-1001/My/${HASH}`]: 'a',
      'profiles/S-1-5-21-1-2-3-1001/My/desktop.ini': 'no entry',
      [`profiles/S-1-5-21-1-2-3-1002/My/${HASH}`]: 'b',
      'profiles/S-1-5-21-1-2-3-1003/note.txt': 'no store',
      'profiles/notes/My/CC': 'no user',
    });
    expect(await reader.profileCertificates([])).toMatchObject({
      known: true,
      value: {
        files: [
          { sid: 'S-1-5-21-1-2-3-1001', name: HASH, bytes: Buffer.from('a') },
          { sid: 'S-1-5-21-1-2-3-1002', name: HASH, bytes: Buffer.from('b') },
        ],
        unread: [],
      },
    });
  });
});

describe('permissions', () => {
  const sddl = 'D:PAI(A;;FA;;;SY)';
  const saved = (...names: string[]) => utf16(names.map((name) => `${name}\r\n${sddl}\r\n`).join(''));
  const rsa = 'c:\\programdata\\microsoft\\crypto\\rsa\\machinekeys';
  const cng = 'c:\\programdata\\microsoft\\crypto\\keys';

  it.each([
    ['acls/machine-keys-capi.txt', ['MachineKeys', `MachineKeys\\${FILE}`], [rsa, `${rsa}\\${FILE}`]],
    ['acls/machine-keys-cng.txt', [`Keys\\${FILE}`], [`${cng}\\${FILE}`]],
    ['acls/of mine.TXT', [`MachineKeys\\${FILE}`], [`${rsa}\\${FILE}`]],
    [
      'acls/all.txt',
      ['Crypto', `Crypto\\RSA\\MachineKeys\\${FILE}`, `Crypto\\Keys\\${FILE}`, 'Crypto\\DSS\\MachineKeys'],
      [`${rsa}\\${FILE}`, `${cng}\\${FILE}`],
    ],
  ])('are read from %s, whichever folder icacls was given', async (file, names, paths) => {
    const acls = await readIn('acls', { [file]: saved(...names) });
    expect(acls.known && [...acls.value.keys()].sort()).toEqual([...paths].sort());
    expect(acls.known && new Set(acls.value.values())).toEqual(new Set([sddl]));
  });

  it('are not known from other folders or other files', async () => {
    for (const files of [{ 'acls/x.txt': saved('inetpub', `inetpub\\${FILE}`) }, { 'acls/x.log': saved('Keys') }]) {
      expect(await readIn('acls', files)).toMatchObject({ known: false });
    }
  });
});

describe('records', () => {
  const endpoint = { table: 'ip', name: '0.0.0.0:443' };

  it('come from netsh where the registry was not exported', async () => {
    const records = await readIn('records', { 'netsh-sslcert.txt': netshList });
    expect(records).toMatchObject({
      known: true,
      value: [{ endpoint, thumbprint: HASH.toUpperCase() }],
      source: { path: 'netsh-sslcert.txt' },
    });
  });

  it('do not come from netsh where the export is malformed', async () => {
    const records = await readIn('records', {
      'netsh-sslcert.txt': netshList,
      'registry/http-parameters.reg': 'torn',
    });
    expect(records).toMatchObject({ known: false, source: { path: 'registry/http-parameters.reg' } });
  });

  it('say why netsh was not understood, where that is all there is', async () => {
    const records = await readIn('records', { 'netsh-sslcert.txt': `> netsh ipport=1.2.3.4:1\n${netshList}` });
    expect(records).toMatchObject({ known: false, broken: true, why: expect.stringContaining('one endpoint') });
  });

  it('are not known without either; the export is what is missing', async () => {
    expect(await readIn('records', {})).toMatchObject({
      known: false,
      why: 'registry/http-parameters.reg is not in the folder',
    });
  });
});

describe('the addresses that http.sys listens on alone', () => {
  const key = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters';
  const listed = (...values: readonly string[]) => {
    const hex = [...utf16(`${values.map((each) => `${each}\0`).join('')}\0`)].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    return exported(`"ListenOnlyList"=hex(7):${hex.join(',')}`);
  };
  const exported = (line: string) => ({
    'registry/http-parameters.reg': utf16(
      `\ufeffWindows Registry Editor Version 5.00\r\n\r\n[${key}]\r\n${line}\r\n\r\n`,
    ),
  });

  it.each<readonly [string, Readonly<Record<string, Uint8Array>>, object]>([
    ['are all where there is no list', exported('"Other"=dword:00000001'), { known: true, value: [] }],
    [
      'are those of the list, spelt as one',
      listed('192.0.2.7', '2001:DB8:0::7'),
      { known: true, value: ['192.0.2.7', '2001:db8::7'] },
    ],
    [
      'are not known with what is no address',
      listed('192.0.2.7', 'anywhere'),
      { broken: true, why: 'ListenOnlyList holds what is no address' },
    ],
    [
      'are not known with another type',
      exported('"ListenOnlyList"=dword:00000001'),
      { broken: true, why: 'ListenOnlyList has an unexpected type' },
    ],
    ['are not known without the export', {}, { known: false }],
    [
      'are not known where the export is cut',
      { 'registry/http-parameters.reg': utf16('\ufeffWindows Regi') },
      { broken: true },
    ],
  ])('%s', async (_what, files, expected) => {
    expect(await readIn('listenList', files)).toMatchObject(expected);
  });
});

describe('what a missing file says', () => {
  it('takes a missing store for not read, also WebHosting', async () => {
    expect(await readIn('storeWebHosting', {})).toMatchObject({ known: false });
  });

  it('takes a service without a file for not installed beside another that has one', async () => {
    const http = regFile('HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP');
    const services = await readIn('services', { 'registry/service-HTTP.reg': utf16(`\ufeff${http}`) });
    const from = (name: string) => ({ source: { kind: 'file', path: `registry/service-${name}.reg` } });
    expect(services.known && Object.fromEntries(services.value)).toEqual({
      IISADMIN: { installed: false, ...from('IISADMIN') },
      W3SVC: { installed: false, ...from('W3SVC') },
      HTTP: { installed: true, start: 2, ...from('HTTP') },
      SstpSvc: { installed: false, ...from('SstpSvc') },
    });
    expect(await readIn('services', {})).toMatchObject({ known: false });
  });

  it('takes a configuration without redirection.config for one that is not shared', async () => {
    const config = '<configuration><system.applicationHost><sites/></system.applicationHost></configuration>';
    const files = { 'applicationHost.config': config };
    expect(await readIn('redirection', files)).toMatchObject({ value: { enabled: false } });
    expect(await readIn('config', files)).toMatchObject({ known: true });
  });

  it('takes a missing baseline for none', async () => {
    expect(await readIn('baseline', {})).toMatchObject({ known: true, value: undefined });
  });
});

/** What the reader has of one endpoint. */
async function greetedAt(reader: EvidenceReader, key: string) {
  const asked = { endpoint: endpointOfKey(key), site: 1, names: [], through: [], doors: [] };
  return (await reader.greet(new Map([[key, asked]]))).get(key);
}

describe('handshakes', () => {
  it('are those that were recorded, by endpoint', async () => {
    const handshake = { outcome: 'no-tls', detail: 'ECONNRESET' };
    const reader = await open({ 'handshakes.json': JSON.stringify({ 'ip 0.0.0.0:443': handshake }) });
    expect(await greetedAt(reader, 'ip 0.0.0.0:443')).toMatchObject([{ got: { known: true, value: handshake } }]);
    expect(await greetedAt(reader, 'ip 0.0.0.0:444')).toMatchObject([
      { got: { broken: true, why: 'it has no handshake with ip 0.0.0.0:444' } },
    ]);
  });

  const SHOWN = { outcome: 'certificate', thumbprint: HASH.toUpperCase(), protocol: 'TLSv1.3' };
  const MET = { address: '192.0.2.7', port: 443, name: 'a.example.test', ...SHOWN };
  const listOf = (greeted: object) => JSON.stringify({ 'ip 0.0.0.0:443': [greeted] });

  it('say where, as whom, and what was sent', async () => {
    const reader = await open({ 'handshakes.json': listOf({ ...MET, sent: ['AQID'] }) });
    expect(await greetedAt(reader, 'ip 0.0.0.0:443')).toEqual([
      {
        greeting: { address: '192.0.2.7', port: 443, name: 'a.example.test' },
        got: expect.objectContaining({ known: true, value: { ...SHOWN, sent: [new Uint8Array([1, 2, 3])] } }),
      },
    ]);
  });

  it('are read again as they were written, the longest chain cut', async () => {
    const sent = Array.from({ length: 25 }, (_each, index) => new Uint8Array([index]));
    const greeting = { address: 'fe80::1%12', port: 443, name: '' };
    const source = { kind: 'file', path: 'test' } as const;
    const value = { outcome: 'certificate', thumbprint: HASH.toUpperCase(), protocol: 'TLSv1.3', sent } as const;
    const text = greetedText(new Map([['ip 0.0.0.0:443', [{ greeting, got: { known: true, value, source } }]]]));
    const reader = await open({ 'handshakes.json': text });
    const [met] = (await greetedAt(reader, 'ip 0.0.0.0:443')) ?? [];
    expect(met).toMatchObject({ greeting, got: { known: true, value: { sent: sent.slice(0, 20) } } });
  });

  it('say for whom there was no time, and nothing of whom nobody could ask', async () => {
    const greeting = { address: '192.0.2.7', port: 443, name: '' };
    const source = { kind: 'file', path: 'test' } as const;
    const late = { known: false, why: 'the time was over', source, unasked: true } as const;
    const not = { known: false, why: 'it is not an address of this server', source } as const;
    const text = greetedText(
      new Map([
        [
          'ip 0.0.0.0:443',
          [
            { greeting, got: late },
            { greeting, got: not },
          ],
        ],
      ]),
    );
    const reader = await open({ 'handshakes.json': text });
    expect(await greetedAt(reader, 'ip 0.0.0.0:443')).toMatchObject([
      { greeting, got: { known: false, why: 'the time was over', unasked: true } },
    ]);
  });

  it.each([
    '{"ip 0.0.0.0:443":{"outcome":"fine"}}',
    '{"ip 0.0',
    '',
    listOf({ ...MET, sent: ['no base64!'] }),
    listOf({ ...MET, sent: Array(21).fill('AQID') }),
    listOf({ ...MET, address: 'a.example.test' }),
    listOf({ ...MET, port: 0 }),
    listOf({ ...SHOWN }),
  ])('are there and broken where the file is malformed: %j', async (content) => {
    const reader = await open({ 'handshakes.json': content });
    expect(await greetedAt(reader, 'ip 0.0.0.0:443')).toMatchObject([{ got: { known: false, broken: true } }]);
    expect(reader.greetsNobody).toBe(false);
  });

  it.each([{}, { 'handshakes.json': '{}' }])('are none where nobody was greeted: %j', async (files) => {
    const reader = await open(files);
    expect(await greetedAt(reader, 'ip 0.0.0.0:443')).toEqual([]);
    expect(reader.greetsNobody).toBe(true);
  });
});
