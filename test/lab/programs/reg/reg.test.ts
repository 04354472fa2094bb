import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reg as regProgram } from '../../../../src/lab/programs/reg/reg.ts';
import type { RegistryValue } from '../../../../src/lab/registry/registry.ts';
import { callers, complaints, ended, lines } from '../../../support/say.ts';
import { smallLab } from '../../../support/small-lab.ts';

const reg = ended(regProgram);

// Held against what Wine's reg.exe wrote and printed of a store with four certificates. No output of Microsoft's reg.exe
// is published for these keys; its messages are those of its English message table.

const KEY = 'HKLM\\SOFTWARE\\Lab';
const exported = readFileSync('test/fixtures/wine/reg-export-lm-my.reg');

function labWith(values: readonly (readonly [string, RegistryValue])[]) {
  const server = smallLab();
  const key = KEY.replace('HKLM', 'HKEY_LOCAL_MACHINE');
  server.registry.makeKey(key);
  for (const [name, value] of values) server.registry.setValue(key, name, value);
  const { owner, plain } = callers(server);
  return {
    server,
    key,
    run: (...args: string[]) => reg(args, server, owner),
    runPlain: (...args: string[]) => reg(args, server, plain),
    exportedText: () => server.disk.read('C:\\out.reg')?.toString('utf16le'),
  };
}

const sz = (text: string): RegistryValue => ({ type: 'REG_SZ', data: Buffer.from(`${text}\0`, 'utf16le') });

describe('reg', () => {
  it('imports and exports the file of another implementation byte for byte', () => {
    const { server, run } = labWith([]);
    server.disk.write('C:\\in.reg', exported);
    const imported = run('import', 'C:\\in.reg');
    expect([imported.exitCode, lines(imported), complaints(imported)]).toEqual([
      0,
      [''],
      ['The operation completed successfully.'],
    ]);
    const result = run(
      'export',
      'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates',
      'C:\\out.reg',
      '/y',
      '/reg:64',
    );
    expect([result.exitCode, lines(result)]).toEqual([0, ['The operation completed successfully.']]);
    expect(server.disk.read('C:\\out.reg')?.equals(exported)).toBe(true);
  });

  it('prints the store as another implementation prints it, byte for byte', () => {
    const { server, run } = labWith([]);
    server.disk.write('C:\\in.reg', exported);
    run('import', 'C:\\in.reg');
    const key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\MY\\Certificates';
    expect(run('query', key, '/s').stdout.equals(readFileSync('test/fixtures/wine/reg-query-lm-my.txt'))).toBe(true);
  });

  it('queries one value, and the names of subkeys', () => {
    const { run, server, key } = labWith([
      ['', sz('Zürich 日')],
      ['Start', { type: 'REG_DWORD', data: Buffer.from([4, 0, 0, 0]) }],
      ['Needs', { type: 'REG_MULTI_SZ', data: Buffer.from('RPCSS\0HTTP\0\0', 'utf16le') }],
    ]);
    server.registry.makeKey(`${key}\\Below`);
    expect(lines(run('query', KEY))).toEqual([
      '',
      key,
      '    (Default)    REG_SZ    Zürich ?',
      '    Start    REG_DWORD    0x4',
      '    Needs    REG_MULTI_SZ    RPCSS\\0HTTP',
      '',
      `${key}\\Below`,
    ]);
    expect(lines(run('query', KEY, '/v', 'start', '/reg:64'))).toEqual(['', key, '    Start    REG_DWORD    0x4', '']);
    expect(lines(run('query', KEY, '/ve'))[2]).toBe('    (Default)    REG_SZ    Zürich ?');
  });

  it('says what is not there, on stderr, with 1', () => {
    const { run } = labWith([]);
    const message = ['ERROR: The system was unable to find the specified registry key or value.'];
    for (const args of [
      ['query', `${KEY}\\Nowhere`],
      ['query', KEY, '/v', 'Nothing'],
      ['export', `${KEY}\\Nowhere`, 'C:\\out.reg', '/y'],
      ['delete', `${KEY}\\Nowhere`, '/f'],
    ]) {
      const result = run(...args);
      expect([result.exitCode, complaints(result)]).toEqual([1, message]);
    }
  });

  it('refuses an existing file without /y, a folder that is not there, and a root that the lab has not', () => {
    const { run, server } = labWith([]);
    server.disk.write('C:\\out.reg', Buffer.from('old'));
    expect(run('export', KEY, 'C:\\out.reg').exitCode).toBe(1);
    expect(server.disk.read('C:\\out.reg')?.toString()).toBe('old');
    expect(run('export', KEY, 'C:\\none\\out.reg', '/y').exitCode).toBe(1);
    expect(complaints(run('query', 'HKXX\\Software'))[0]).toBe('ERROR: Invalid key name.');
    expect(complaints(run('query', KEY, '/zz'))[0]).toBe('ERROR: Invalid syntax.');
  });

  it('writes every type in its own form, folded at the column of the real file', () => {
    const { run, exportedText } = labWith([
      ['a"b\\c', sz('x"y\\z')],
      ['flag', { type: 'REG_DWORD', data: Buffer.from([0x10, 0, 1, 0]) }],
      ['big', { type: 'REG_QWORD', data: Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]) }],
      ['path', { type: 'REG_EXPAND_SZ', data: Buffer.from('%A%\0', 'utf16le') }],
      ['list', { type: 'REG_MULTI_SZ', data: Buffer.from('a\0\0', 'utf16le') }],
      ['odd', { type: 'REG_SZ', data: Buffer.from('x', 'utf16le') }],
      ['none', { type: 'REG_BINARY', data: Buffer.alloc(0) }],
      ['hash', { type: 'REG_BINARY', data: Buffer.alloc(26, 0xab) }],
    ]);
    expect(run('export', KEY, 'C:\\out.reg', '/y').exitCode).toBe(0);
    expect(exportedText()?.split('\r\n')).toEqual([
      '\uFEFFWindows Registry Editor Version 5.00',
      '',
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab]',
      '"a\\"b\\\\c"="x\\"y\\\\z"',
      '"flag"=dword:00010010',
      '"big"=hex(b):01,02,03,04,05,06,07,08',
      '"path"=hex(2):25,00,41,00,25,00,00,00',
      '"list"=hex(7):61,00,00,00,00,00',
      '"odd"=hex(1):78,00',
      '"none"=hex:',
      `"hash"=hex:${'ab,'.repeat(22)}\\`,
      '  ab,ab,ab,ab',
      '',
      '',
    ]);
  });

  it('reads an ANSI file with deletions', () => {
    const { run, server, key } = labWith([['Old', sz('x')]]);
    server.registry.makeKey(`${key}\\Gone`);
    const text = `REGEDIT4\r\n\r\n[${key}]\r\n"Old"=-\r\n@="d"\r\n"Path"=hex(2):43,3a,00\r\n\r\n[-${key}\\Gone]\r\n`;
    server.disk.write('C:\\in.reg', Buffer.from(text, 'latin1'));
    expect(run('import', 'C:\\in.reg').exitCode).toBe(0);
    expect(server.registry.values(`${key}\\Gone`)).toBeUndefined();
    expect([...server.registry.values(key)!]).toEqual([
      ['', sz('d')],
      ['Path', { type: 'REG_EXPAND_SZ', data: Buffer.from('C:\0', 'utf16le') }],
    ]);
  });

  it('exports what it imports again as the same values', () => {
    const name = fc.string({ maxLength: 12 }).filter((text) => !text.includes('\0'));
    const data = fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes));
    const value = fc.oneof(
      fc.record({
        type: fc.constantFrom('REG_BINARY' as const, 'REG_MULTI_SZ' as const, 'REG_EXPAND_SZ' as const),
        data,
      }),
      fc.string({ unit: fc.constantFrom('"', '\\', '\r\n', 'a', ' ', '[', ',') }).map(sz),
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.toLowerCase() }), (values) => {
        const { run, server, key } = labWith(values);
        const before = [...server.registry.values(key)!];
        run('export', KEY, 'C:\\out.reg', '/y');
        run('delete', KEY, '/f');
        expect(server.registry.values(key)).toBeUndefined();
        run('import', 'C:\\out.reg');
        expect([...server.registry.values(key)!]).toEqual(before);
      }),
    );
  });

  it('adds and deletes; nothing of it without elevation', () => {
    const { run, runPlain, server, key } = labWith([]);
    expect(complaints(runPlain('add', KEY, '/v', 'A', '/d', 'x'))).toEqual(['ERROR: Access is denied.']);
    expect(run('add', KEY, '/v', 'A', '/t', 'REG_DWORD', '/d', '0x10', '/f').exitCode).toBe(0);
    expect(server.registry.values(key)!.get('A')!.data).toEqual(Buffer.from([0x10, 0, 0, 0]));
    expect(run('add', KEY, '/v', 'A', '/t', 'REG_DWORD', '/d', 'ten', '/f').exitCode).toBe(1);
    expect(run('delete', KEY, '/v', 'a').exitCode).toBe(1);
    expect(runPlain('delete', KEY, '/v', 'a', '/f').exitCode).toBe(1);
    expect(run('delete', KEY, '/v', 'a', '/f').exitCode).toBe(0);
    expect(server.registry.values(key)!.size).toBe(0);
  });
});
