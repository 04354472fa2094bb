// A statement about the server as lines of a script that read it back. They leave HOLDS defined where it is true, and
// empty where it is not or could not be read. Names of registry values, their types and digits are never translated.

import type { Command } from '../../model/repair/command.ts';
import type { Endpoint, SslRecord, SslTable } from '../../model/server/ssl-record.ts';
import { queryService } from '../../windows-commands/services.ts';
import { commandLine, type Lines, literally, OUT, quoted, setTo, tool } from './lines.ts';

/** What a script can read back. */
export type Check =
  | { readonly kind: 'record-is'; readonly record: SslRecord }
  | { readonly kind: 'record-absent'; readonly endpoint: Endpoint }
  /** The entry is there and names this key container. */
  | { readonly kind: 'entry-names'; readonly store: string; readonly thumbprint: string; readonly container: string }
  /** The entry, exported, is this file byte for byte. */
  | { readonly kind: 'entry-exports'; readonly store: string; readonly thumbprint: string; readonly file: string }
  | { readonly kind: 'store-lacks'; readonly store: string; readonly thumbprint: string }
  | { readonly kind: 'machine-key'; readonly store: string; readonly thumbprint: string }
  | { readonly kind: 'same-bytes'; readonly one: string; readonly other: string }
  | { readonly kind: 'file-present'; readonly path: string }
  | { readonly kind: 'file-absent'; readonly path: string }
  | { readonly kind: 'service-is'; readonly service: string; readonly running: boolean }
  /** So many of the lines that a command prints fit each pattern. */
  | {
      readonly kind: 'prints';
      readonly command: Command;
      readonly lines: readonly { readonly pattern: string; readonly count: number }[];
    };

const STORES = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';

/** The registry key of a store entry. */
export const entryKey = (store: string, thumbprint: string): string =>
  `${STORES}\\${store}\\Certificates\\${thumbprint}`;

/** The lines of a check. */
export function checkLines(check: Check): Lines {
  switch (check.kind) {
    case 'record-is':
      return [...endpointLines(check.record.endpoint), 'call :read_record', ...recordLines(check.record)];
    case 'record-absent':
      return [...endpointLines(check.endpoint), 'call :no_record'];
    case 'entry-names':
      return [
        setTo('KEY', entryKey(check.store, check.thumbprint)),
        'call :read_key',
        ...containerLines(check.container),
      ];
    case 'entry-exports':
      return [
        'set "HOLDS="',
        `del /f /q ${quoted(OUT)} >nul 2>&1`,
        `${tool('reg')} "export" ${quoted(entryKey(check.store, check.thumbprint))} ${quoted(OUT)} "/y" >nul 2>&1`,
        `if exist ${quoted(OUT)} ${tool('fc')} /b ${quoted(OUT)} ${quoted(check.file)} >nul 2>&1 && set "HOLDS=1"`,
      ];
    case 'store-lacks':
      return [setTo('KEY', entryKey(check.store, check.thumbprint)), setTo('ABOVE', STORES), 'call :no_key'];
    case 'machine-key':
      return [
        'set "HOLDS="',
        `${commandLine({ program: 'certutil', args: ['-v', '-store', check.store, check.thumbprint] })} >${quoted(OUT)} 2>nul <nul`,
        'if "%ERRORLEVEL%"=="0" set "HOLDS=1"',
        ...wanted('CRYPT_MACHINE_KEYSET'),
        // The name of the constant is the same in every language; a key for signatures alone is no key for Schannel.
        ...unwanted('AT_SIGNATURE'),
      ];
    case 'same-bytes':
      return [
        'set "HOLDS="',
        `${tool('fc')} /b ${quoted(check.one)} ${quoted(check.other)} >nul 2>&1 && set "HOLDS=1"`,
      ];
    case 'file-present':
      return [
        'set "HOLDS="',
        `for %%F in (${quoted(check.path)}) do if exist "%%~F" if not "%%~zF"=="0" set "HOLDS=1"`,
      ];
    case 'file-absent':
      return ['set "HOLDS=1"', `if exist ${quoted(check.path)} set "HOLDS="`];
    case 'service-is':
      // Numbers and constants are not translated.
      return [
        'set "HOLDS="',
        `${commandLine(queryService(check.service))} >${quoted(OUT)} 2>nul <nul`,
        'if "%ERRORLEVEL%"=="0" set "HOLDS=1"',
        ...wanted(check.running ? ':  *4  *RUNNING' : ':  *1  *STOPPED'),
      ];
    case 'prints':
      return [
        'set "HOLDS="',
        `${commandLine(check.command)} >${quoted(OUT)} 2>nul <nul`,
        'if "%ERRORLEVEL%"=="0" set "HOLDS=1"',
        ...check.lines.flatMap(({ pattern, count }) => [setTo('WANT', pattern), `set "COUNT=${count}"`, 'call :count']),
      ];
  }
}

/** A line of what was read last must fit the regular expression. */
export const wanted = (pattern: string): Lines => [setTo('WANT', pattern), 'call :want'];

const unwanted = (pattern: string): Lines => [setTo('WANT', pattern), 'call :unwanted'];

const TABLES: Readonly<Record<SslTable, string>> = {
  ip: 'SslBindingInfo',
  sni: 'SslSniBindingInfo',
  ccs: 'SslCcsBindingInfo',
  'scoped-ccs': 'SslScopedCcsBindingInfo',
};

/** In the SNI table the key is a GUID on newer systems, and the value HostnamePort holds the name. */
const endpointLines = ({ table, name }: Endpoint): Lines => [
  setTo('TABLE', TABLES[table]),
  setTo('NAME', name),
  setTo('HOST', `HostnamePort  *REG_SZ  *${literally(name)} *$`),
];

/** Every setting of the record as `reg query` prints it. A number that is 0 may be absent, and so may the store MY. */
function recordLines(record: SslRecord): Lines {
  const number = (name: string, value: number) =>
    value === 0
      ? unwanted(`${name}  *REG_DWORD  *0x[1-9a-f]`)
      : wanted(`${name}  *REG_DWORD  *0x${value.toString(16)} *$`);
  // A class like [^ ] would fit the carriage return, so what must not stand there is named.
  const text = (name: string, value: string) =>
    value === '' ? unwanted(`${name}  *REG_SZ  *[0-9a-z{]`) : wanted(`${name}  *REG_SZ  *${literally(value)} *$`);
  const isMy = ['', 'MY'].includes(record.store.toUpperCase());
  return [
    ...wanted(`SslCertHash  *REG_BINARY  *${record.thumbprint} *$`),
    ...wanted(`AppId  *REG_BINARY  *${guidBytes(record.appId)} *$`),
    ...(isMy ? NO_OTHER_STORE : text('SslCertStoreName', record.store)),
    ...number('DefaultSslCertCheckMode', record.checkMode),
    ...number('DefaultSslRevocationFreshnessTime', record.freshnessTime),
    ...number('DefaultSslRevocationUrlRetrievalTimeout', record.urlTimeout),
    ...text('DefaultSslCtlIdentifier', record.ctlIdentifier),
    ...text('DefaultSslCtlStoreName', record.ctlStore),
    ...number('DefaultFlags', record.flags),
  ];
}

/** MY is what http.sys takes where the value is absent, so only another name is wrong. */
const NO_OTHER_STORE: Lines = ['[0-9a-ln-z]', 'm[0-9a-xz]', 'my[0-9a-z]'].flatMap((other) =>
  unwanted(`SslCertStoreName  *REG_SZ  *${other}`),
);

/** The 16 bytes of a GUID as Windows stores them: the first three fields little endian. */
function guidBytes(guid: string): string {
  const [a = '', b = '', c = '', ...rest] = guid.replace(/[{}]/g, '').toUpperCase().split('-');
  const reversed = (field: string) => (field.match(/../g) ?? []).reverse().join('');
  return `${reversed(a)}${reversed(b)}${reversed(c)}${rest.join('')}`;
}

/** Short enough for findstr, whose regular expressions end at 254 bytes. */
const LONGEST_PATTERN = 200;

/** The name of the container as its UTF-16 bytes in the entry, in pieces. */
function containerLines(container: string): Lines {
  const hex = Buffer.from(container, 'utf16le').toString('hex').toUpperCase();
  const pieces = hex.match(new RegExp(`.{1,${LONGEST_PATTERN}}`, 'g')) ?? [];
  return pieces.flatMap(wanted);
}
