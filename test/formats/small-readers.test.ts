import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIcaclsSave } from '../../src/formats/acl/icacls-save.ts';
import { readMetadataHash } from '../../src/formats/certificates/base64-hash.ts';
import { consoleText } from '../../src/formats/console/console-text.ts';
import { readWhoami } from '../../src/formats/console/whoami.ts';
import { readProfileList } from '../../src/formats/registry/profile-list.ts';
import {
  readBuildNumber,
  readComputerName,
  readMachineGuid,
  readProofs,
  readRegString,
} from '../../src/formats/registry/reg-query.ts';
import { readServiceState } from '../../src/formats/registry/services.ts';
import { fail, ok } from '../../src/model/result.ts';
import { FUZZ_RUNS, neverThrows } from '../support/fuzz.ts';

const OLGA = 'S-1-5-21-1004336348-1177238915-682003330-1013';
const reg = (...lines: string[]) =>
  Buffer.from(`\ufeffWindows Registry Editor Version 5.00\r\n\r\n${lines.join('\r\n')}\r\n`, 'utf16le');
const fixture = (name: string) => readFileSync(new URL(`../fixtures/wine/${name}`, import.meta.url));

describe('consoleText', () => {
  it.each([
    ['UTF-16', Buffer.from('\ufeffGröße', 'utf16le'), 'Größe'],
    ['UTF-8', Buffer.from('Größe'), 'Größe'],
    ['UTF-8 with a BOM', Buffer.from('\ufeffGröße'), 'Größe'],
    ['code page 850', Buffer.from('Gr\x94\xe1e', 'latin1'), 'Gr??e'],
  ])('reads %s', (_, bytes, text) => {
    expect(consoleText(bytes)).toBe(text);
  });

  it.each(['de_DE', 'en_US', 'ja_JP', 'ru_RU'])('keeps the ASCII anchors of reg query in %s', (locale) => {
    expect(
      consoleText(fixture(`reg-query-${locale}.bin`)).match(/^HKEY_CURRENT_USER\\Software\\Lab$|REG_SZ/gm),
    ).toHaveLength(3);
  });

  it('answers any bytes', () => neverThrows(consoleText, Buffer.from('Größe'), Buffer.from('\ufeffGröße', 'utf16le')));
});

describe('readComputerName', () => {
  const text = '\r\nHKEY_LOCAL_MACHINE\\...\\ComputerName\r\n    ComputerName    REG_SZ    WEB01\r\n\r\n';

  it('finds the name', () => {
    expect(readComputerName(Buffer.from(text))).toEqual({ ok: true, value: 'WEB01' });
    expect(readComputerName(Buffer.from('WEB01'))).toEqual({ ok: false, error: 'no ComputerName in it' });
  });

  it('answers any bytes', () => neverThrows(readComputerName, Buffer.from(text)));
});

describe('readMachineGuid', () => {
  const text =
    '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n    MachineGuid    REG_SZ    0B5A8F3E-1C2D-4E5F-8A9B-112233445566\r\n\r\n';

  it('finds the GUID', () => {
    const guid = { ok: true, value: '0b5a8f3e-1c2d-4e5f-8a9b-112233445566' };
    expect(readMachineGuid(Buffer.from(text))).toEqual(guid);
    expect(readMachineGuid(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(guid);
  });

  it.each(['', 'MachineGuid    REG_SZ    0B5A8F3E', text.replace('MachineGuid', 'Other')])('refuses %j', (bad) => {
    expect(readMachineGuid(Buffer.from(bad))).toEqual({ ok: false, error: 'no MachineGuid in it' });
  });

  it('answers any bytes', () => neverThrows(readMachineGuid, Buffer.from(text)));
});

describe('readBuildNumber', () => {
  const text = '\r\nHKEY_LOCAL_MACHINE\\...\\CurrentVersion\r\n    CurrentBuildNumber    REG_SZ    17763\r\n\r\n';

  it('finds the number', () => {
    expect(readBuildNumber(Buffer.from(text))).toEqual({ ok: true, value: 17763 });
    expect(readBuildNumber(Buffer.from(text.replace('17763', 'x'))).ok).toBe(false);
  });

  it('answers any bytes', () => neverThrows(readBuildNumber, Buffer.from(text)));
});

describe('readWhoami', () => {
  const output = (name: string, sid: string, level: string) =>
    Buffer.from(
      `"${name}","${sid}"\r\n\r\n"Jeder","Bekannte Gruppe","S-1-1-0","Verbindliche Gruppe"\r\n"Label\\x","Bezeichnung","S-1-16-${level}",""\r\n`,
      'latin1',
    );

  it.each([
    ['elevated', 'SRV\\olga', OLGA, '12288', true],
    ['not elevated', 'SRV\\olga', OLGA, '8192', false],
    ['SYSTEM', 'nt authority\\system', 'S-1-5-18', '16384', true],
  ])('reads who is %s', (_, name, sid, level, elevated) => {
    expect(readWhoami(output(name, sid, level))).toEqual({ ok: true, value: { sid, name, elevated } });
  });

  it.each([
    [['SeTakeOwnershipPrivilege', 'SeChangeNotifyPrivilege'], OLGA, true],
    [['SeDebugPrivilege'], OLGA, true],
    [['SeShutdownPrivilege', 'SeChangeNotifyPrivilege'], OLGA, false],
    [['SeBackupPrivilege', 'SeRestorePrivilege'], OLGA, false],
    [[], 'S-1-5-18', true],
  ])('A37: reads by the privileges %j of %s whether he is elevated: %s', (privileges, sid, elevated) => {
    const rows = privileges.map((name) => `"${name}","\x9abernehmen des Besitzes","Deaktiviert"\r\n`);
    const text = `"SRV\\olga","${sid}"\r\n\r\n${rows.join('')}`;
    expect(readWhoami(Buffer.from(text, 'latin1'))).toMatchObject({ ok: true, value: { sid, elevated } });
  });

  it('A37: believes the level more than the privileges', () => {
    const both = Buffer.concat([output('SRV\\olga', OLGA, '8192'), Buffer.from('"SeDebugPrivilege","x","y"\r\n')]);
    expect(readWhoami(both)).toMatchObject({ value: { elevated: false } });
  });

  it.each([
    [['S-1-5-2'], 'network'],
    [['S-1-5-3'], 'batch'],
    [['S-1-5-2', 'S-1-5-3'], 'network'],
    [['S-1-5-4'], undefined],
    [['S-1-5-14', 'S-1-5-4'], undefined],
    [['S-1-5-2', 'S-1-5-14'], undefined],
    [['S-1-5-2', 'S-1-5-4'], undefined],
    [['S-1-5-3', 'S-1-5-4'], undefined],
    [['S-1-5-6'], undefined],
    [['S-1-5-20', 'S-1-5-32-545', 'S-1-5-21-1-5-3'], undefined],
    [[], undefined],
  ])('A22: takes a session of the groups %j for one of the kind %s', (groups, logon) => {
    const rows = groups
      .map((sid) => `"NT-AUTORIT\x8eT\\X","Bekannte Gruppe","${sid}","Verbindliche Gruppe"\r\n`)
      .join('');
    const bytes = Buffer.concat([output('SRV\\olga', OLGA, '12288'), Buffer.from(rows, 'latin1')]);
    expect(readWhoami(bytes)).toEqual({
      ok: true,
      value: { sid: OLGA, name: 'SRV\\olga', elevated: true, ...(logon && { logon }) },
    });
  });

  it('keeps what the code page leaves of a name', () => {
    expect(readWhoami(output('SRV\\J\x81rgen Gr\x94\xe1e', OLGA, '12288'))).toMatchObject({
      value: { name: 'SRV\\J?rgen Gr??e' },
    });
  });

  it.each([
    ['', 'no row with a name and a SID'],
    [`"User Name","SID"\r\n`, 'no row with a name and a SID'],
    [`"SRV\\olga","${OLGA}"\r\n`, 'no integrity level'],
  ])('refuses %j', (text, error) => {
    expect(readWhoami(Buffer.from(text))).toEqual({ ok: false, error });
  });

  it('answers any bytes', () => neverThrows(readWhoami, output('SRV\\olga', OLGA, '12288')));
});

/** The format said plainly, as slow as it may be. */
function plainIcaclsSave(text: string): unknown {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return fail('it is empty');
  if (lines.length % 2 !== 0) return fail(`line ${lines.length}: a name without its permissions`);
  const pairs = lines.flatMap((name, at) => (at % 2 === 0 ? [[name, lines[at + 1] ?? '', at + 1] as const] : []));
  for (const [name, sddl, line] of pairs) {
    if (name === '') return fail(`line ${line}: no name`);
    if (!/^[OGDS]:/.test(sddl)) return fail(`line ${line + 1}: no permissions`);
  }
  return ok(new Map(pairs.map(([name, sddl]) => [name.toLowerCase(), sddl])));
}

describe('readIcaclsSave', () => {
  it('says what the format says, whatever the lines are', () => {
    const line = fc.constantFrom('Keys\\a', 'keys\\B', '', 'D:(A;;FA;;;SY)', 'D:(A;;FA;;;BA)', '\r', ' ');
    const end = fc.constantFrom('\r\n', '\n');
    const text = fc.array(fc.tuple(line, end), { maxLength: 8 }).map((all) => all.flat().join(''));
    const property = fc.property(text, fc.constantFrom('', 'x', 'D:'), (lines, rest) => {
      expect(readIcaclsSave(Buffer.from(lines + rest, 'utf16le'))).toEqual(plainIcaclsSave(lines + rest));
    });
    fc.assert(property, { numRuns: FUZZ_RUNS });
  });

  const text = 'MachineKeys\r\nD:PAI(A;;FA;;;BA)\r\nMachineKeys\\76944FB3\r\nD:AI(A;ID;FA;;;SY)\r\n';

  it.each(['', '\ufeff'])('reads names and permissions, BOM %j', (bom) => {
    const saved = readIcaclsSave(Buffer.from(bom + text, 'utf16le'));
    expect(saved.ok && [...saved.value]).toEqual([
      ['machinekeys', 'D:PAI(A;;FA;;;BA)'],
      ['machinekeys\\76944fb3', 'D:AI(A;ID;FA;;;SY)'],
    ]);
  });

  it.each([
    [text.slice(0, 13), 'line 1: a name without its permissions'],
    [`a\r\nb\r\n`, 'line 2: no permissions'],
    [`\r\nD:\r\n`, 'line 1: no name'],
  ])('refuses %j', (bad, error) => {
    expect(readIcaclsSave(Buffer.from(bad, 'utf16le'))).toEqual({ ok: false, error });
  });

  it('refuses half a character', () => {
    expect(readIcaclsSave(Buffer.from('abc')).ok).toBe(false);
  });

  it('answers any bytes', () => neverThrows(readIcaclsSave, Buffer.from(text, 'utf16le')));
});

describe('readProfileList', () => {
  const root = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
  const expandable = (path: string) => {
    const bytes = Buffer.from(`${path}\0`, 'utf16le').toString('hex').match(/../g);
    return `"ProfileImagePath"=hex(2):${bytes?.join(',')}`;
  };
  const good = reg(
    `${root}]`,
    '"Default"="x"',
    `${root}\\S-1-5-18]`,
    expandable('%systemroot%\\system32\\config\\systemprofile'),
    `${root}\\${OLGA}]`,
    expandable('%SystemDrive%\\Users\\J\u00fcrgen Gr\u00f6\u00dfe\\'),
    `${root}\\${OLGA}4.bak]`,
    '"ProfileImagePath"="D:\\\\Profiles\\\\max"',
    `${root}\\S-1-5-21-1-2]`,
    `${root}\\Other]`,
    '"ProfileImagePath"="C:\\\\x"',
  );

  it('reads profiles with their variables expanded', () => {
    expect(readProfileList(good)).toEqual({
      ok: true,
      value: [
        { sid: 'S-1-5-18', path: 'C:\\Windows\\system32\\config\\systemprofile', name: 'systemprofile' },
        { sid: OLGA, path: 'C:\\Users\\Jürgen Größe', name: 'Jürgen Größe' },
        { sid: `${OLGA}4`, path: 'D:\\Profiles\\max', name: 'max' },
      ],
    });
    expect(readProfileList(good, 'E:\\WINNT')).toMatchObject({
      value: [{ path: 'E:\\WINNT\\system32\\config\\systemprofile' }, { path: 'E:\\Users\\Jürgen Größe' }, {}],
    });
  });

  it('refuses another export', () => {
    expect(readProfileList(reg('[HKLM\\SOFTWARE]'))).toEqual({ ok: false, error: 'not an export of ProfileList' });
    expect(readProfileList(Buffer.from(''))).toEqual({ ok: false, error: 'line 1: not the header of a .reg file' });
  });

  it('answers any bytes', () => neverThrows(readProfileList, good));
});

describe('readProofs', () => {
  const proof = 'ab'.repeat(32);
  const line = (name: string, type = 'REG_SZ') => `    ${name}    ${type}    C:\\ProgramData\\iis-ssl-heal\r\n`;

  it('takes the names of strings that are 64 hex digits, and nothing else', () => {
    const key = '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\iis-ssl-heal\r\n';
    const others = [
      line('(Standard)'),
      line(proof.toUpperCase()),
      line(`${proof}0`),
      line('cd'.repeat(32), 'REG_DWORD'),
    ];
    expect([...readProofs(Buffer.from(key + line(proof) + others.join('')))]).toEqual([proof]);
    expect(readProofs(Buffer.from(`${key}\r\n`)).size).toBe(0);
  });

  it('answers any bytes', () => neverThrows(readProofs, Buffer.from(line(proof))));
});

describe('readRegString', () => {
  const said = '\r\nHKEY_LOCAL_MACHINE\\X\r\n    ProgramData    REG_EXPAND_SZ    %SystemDrive%\\Program Data\r\n\r\n';

  it('takes the text as it stands, also where it has blanks in it', () => {
    expect(readRegString(Buffer.from(said), 'programdata')).toBe('%SystemDrive%\\Program Data');
  });

  it.each([
    ['another value', 'Public'],
    ['a part of the name', 'Data'],
  ])('finds nothing for %s', (_name, value) => {
    expect(readRegString(Buffer.from(said), value)).toBeUndefined();
  });

  it('takes no number for text', () => {
    expect(readRegString(Buffer.from('    ProgramData    REG_DWORD    0x1\r\n'), 'ProgramData')).toBeUndefined();
  });

  it('answers any bytes', () => neverThrows((bytes) => readRegString(bytes, 'ProgramData'), Buffer.from(said)));
});

describe('readServiceState', () => {
  const key = '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IISADMIN]';
  const good = reg(key, '"Start"=dword:00000004', `${key.slice(0, -1)}\\Security]`);

  it('reads the start value', () => {
    expect(readServiceState(good)).toEqual({ ok: true, value: { installed: true, start: 4 } });
    expect(readServiceState(reg(key))).toEqual({ ok: true, value: { installed: true } });
  });

  it('refuses another export', () => {
    expect(readServiceState(reg('[HKLM\\SYSTEM\\CurrentControlSet\\Services]'))).toEqual({
      ok: false,
      error: 'not an export of a service',
    });
  });

  it('answers any bytes', () => neverThrows(readServiceState, good));
});

describe('readMetadataHash', () => {
  it('reads the values of the article', () => {
    expect(readMetadataHash('442jqCFFZ77jBhZ7QYHKXuK9drc=')).toEqual({
      kind: 'hash',
      thumbprint: 'E38DA3A8214567BEE306167B4181CA5EE2BD76B7',
    });
    expect(readMetadataHash('oXiHOzFAMOF0YxIuI7soWvDFEzg=')).toEqual({
      kind: 'hash',
      thumbprint: 'A178873B314030E17463122E23BB285AF0C51338',
    });
  });

  it.each([
    '442jqCFFZ77jBhZ7QYHKXuK9drc',
    '442jqCFFZ77jBhZ7QYHKXuK9drd=',
    ' 442jqCFFZ77jBhZ7QYHKXuK9drc=',
    'E38D-A3',
    'Größe',
    '=',
  ])('is not base64: %j', (value) => {
    expect(readMetadataHash(value)).toEqual({ kind: 'not-base64' });
  });

  it.each([
    ['', 0],
    ['AQID', 3],
    ['442jqCFFZ77jBhZ7QYHKXuK9dreq', 21],
  ])('has the wrong length: %j', (value, bytes) => {
    expect(readMetadataHash(value)).toEqual({ kind: 'wrong-length', bytes });
  });

  it('reads every hash, and answers any text', () => {
    const hash = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    const property = fc.property(hash, fc.string(), (bytes, text) => {
      const thumbprint = bytes.toString('hex').toUpperCase();
      expect(readMetadataHash(bytes.toString('base64'))).toEqual({ kind: 'hash', thumbprint });
      readMetadataHash(text);
    });
    fc.assert(property, { numRuns: FUZZ_RUNS });
  });
});
