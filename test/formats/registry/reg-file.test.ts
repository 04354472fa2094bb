import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  keyOf,
  type RegFile,
  readRegFile,
  regNumber,
  regString,
  regStrings,
  subkeysOf,
} from '../../../src/formats/registry/reg-file.ts';
import { FUZZ_RUNS, neverThrows } from '../../support/fuzz.ts';

const HEADER = 'Windows Registry Editor Version 5.00\r\n\r\n';
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const v5 = (text: string) => utf16(`${HEADER}${text}`);
const wine = readFileSync(new URL('../../fixtures/wine/reg-export-lm-my.reg', import.meta.url));

function read(bytes: Uint8Array): RegFile {
  const file = readRegFile(bytes);
  if (!file.ok) throw new Error(file.error);
  return file.value;
}
const values = (bytes: Uint8Array) => read(bytes).keys.get('hkey_local_machine\\software\\lab')?.values;
const inLab = (lines: string) => v5(`[HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab]\r\n${lines}`);
const hex = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString('hex');

const EVERY_TYPE = [
  '@="the default"',
  '"Path \\"quoted\\""="C:\\\\Users\\\\J\u00fcrgen Gr\u00f6\u00dfe"',
  '"Dword"=dword:0000001f',
  '"Binary"=hex:01,02,\\',
  '  ff,0A',
  '"Empty"=hex:',
  '"None"=hex(0):',
  '"Sz"=hex(1):61,00,00,00',
  '"Expand"=hex(2):25,00,41,00,25,00,00,00',
  '"Multi"=hex(7):61,00,00,00,62,00,00,00,00,00',
  '"Qword"=hex(b):01,00,00,00,01,00,00,00',
  '"Odd"=hex(ffff0012):aa ; a comment',
  '; "Comment"=dword:00000001',
  '"TwoLines"="one\r\ntwo"',
].join('\r\n');

describe('readRegFile', () => {
  it('reads every value type of version 5', () => {
    const found = values(inLab(`${EVERY_TYPE}\r\n`))!;
    const shown = [...found.values()].map(({ name, type, data }) => [name, type, hex(data)]);
    expect(shown.filter(([, type]) => type !== 'sz')).toEqual([
      ['Dword', 'dword', '1f000000'],
      ['Binary', 'binary', '0102ff0a'],
      ['Empty', 'binary', ''],
      ['None', 'none', ''],
      ['Expand', 'expand', '2500410025000000'],
      ['Multi', 'multi', '61000000620000000000'],
      ['Qword', 'qword', '0100000001000000'],
      ['Odd', 0xffff0012, 'aa'],
    ]);
    expect(regString(found.get(''))).toBe('the default');
    expect(regString(found.get('path "quoted"'))).toBe('C:\\Users\\Jürgen Größe');
    expect(hex(found.get('')!.data).endsWith('740000' + '00')).toBe(true);
    expect(regString(found.get('sz'))).toBe('a');
    expect(regString(found.get('expand'))).toBe('%A%');
    expect(regString(found.get('twolines'))).toBe('one\r\ntwo');
    expect(regStrings(found.get('multi'))).toEqual(['a', 'b']);
    expect(regNumber(found.get('dword'))).toBe(31);
    expect(regNumber(found.get('qword'))).toBe(2 ** 32 + 1);
    expect([regNumber(found.get('binary')), regString(found.get('dword')), regStrings(found.get('sz'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['UTF-16 without a BOM', Buffer.from(HEADER, 'utf16le'), 'utf16le'],
    ['UTF-8 with a BOM', Buffer.from(`\ufeff${HEADER}`), 'utf8'],
    ['UTF-8 without a BOM', Buffer.from(HEADER), 'utf8'],
    ['line feeds alone', Buffer.from(HEADER.replaceAll('\r', '')), 'utf8'],
  ] as const)('reads %s', (_, header, encoding) => {
    const body = Buffer.from('[HKLM\\SOFTWARE\\Lab]\n"Größe"="日本"\n"B"=hex:0a,\\\n  0b\n', encoding);
    const found = values(Buffer.concat([header, body]))!;
    expect([regString(found.get('größe')), hex(found.get('b')!.data)]).toEqual(['日本', '0a0b']);
  });

  it('reads version 4, whose strings are ANSI also inside hex data', () => {
    const text =
      'REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab]\r\n"A"="Gr\u00f6\u00dfe"\r\n"B"=hex(2):47,f6,00\r\n"C"=hex:47,f6\r\n';
    const found = values(Buffer.from(text, 'latin1'))!;
    expect([regString(found.get('a')), regString(found.get('b')), hex(found.get('c')!.data)]).toEqual([
      'Größe',
      'Gö',
      '47f6',
    ]);
  });

  it('reads an unaligned view of a larger buffer', () => {
    const bytes = Buffer.concat([Buffer.from('x'), inLab('"A"="b"\r\n')]);
    expect(regString(values(bytes.subarray(1))!.get('a'))).toBe('b');
  });

  it('applies deletions as an import would', () => {
    const file = read(
      v5(
        '[HKLM\\A]\r\n"x"="1"\r\n"y"="2"\r\n"x"=-\r\n[HKLM\\A\\B]\r\n[HKLM\\AB]\r\n[HKLM\\C\\D]\r\n[-HKLM\\C]\r\n"z"="3"\r\n[HKLM\\C\\E]\r\n',
      ),
    );
    expect([...file.keys.keys()].sort()).toEqual(['hklm\\a', 'hklm\\a\\b', 'hklm\\ab', 'hklm\\c\\e'].map(keyOf));
    expect([...file.keys.get(keyOf('HKLM\\A'))!.values.keys()]).toEqual(['y']);
    expect(subkeysOf(file, 'hklm\\a').map(({ path }) => path)).toEqual(['HKLM\\A\\B']);
  });

  it('merges a key that is written twice, whatever its case', () => {
    const found = values(v5('[HKLM\\software\\LAB]\r\n"a"="1"\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab]\r\n"A"="2"\r\n'))!;
    expect([...found.values()].map((value) => [value.name, regString(value)])).toEqual([['A', '2']]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'line 1: not the header of a .reg file'],
    ['another header', utf16('Windows Registry Editor Version 6.00\r\n'), 'line 1: not the header of a .reg file'],
    ['big-endian UTF-16', Buffer.from([0xfe, 0xff, 0, 0x57]), 'line 1: big-endian UTF-16 is not a .reg encoding'],
    ['half a character', v5('').subarray(0, -1), 'the file ends in the middle of a UTF-16 character'],
    ['a loose word', inLab('garbage\r\n'), 'line 4: neither a key, a value nor a comment'],
    ['a value before any key', v5('"a"="b"'), 'line 3: a value before any key'],
    ['an open key', v5('[HKLM\\A'), 'line 3: a key without its closing bracket'],
    ['an open string', inLab('\r\n"a"="b\r\n'), 'line 5: the data of "a" is cut or malformed'],
    ['cut hex', inLab('"a"=hex:01,02,\\\r\n  0'), 'line 5: the data of "a" is cut or malformed'],
    ['hex that is continued into nothing', inLab('"a"=hex:\\\r\n'), 'line 5: the data of "a" is cut or malformed'],
    ['hex that ends in a comma', inLab('"a"=hex:01,\r\n'), 'line 4: the data of "a" is cut or malformed'],
    ['cut dword', inLab('@=dword:000'), 'line 4: the data of the default value is cut or malformed'],
    ['more after the data', inLab('"a"=hex:01 02\r\n'), 'line 4: something follows the data of "a"'],
    ['more after the key', v5('[HKLM\\A] x\r\n'), 'line 3: something follows the key'],
  ])('names the line of %s', (_, bytes, error) => {
    expect(readRegFile(bytes)).toEqual({ ok: false, error });
  });

  it('gives back any binary value, however it is wrapped', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (data, width) => {
      const digits = Array.from(data, (byte) => byte.toString(16).padStart(2, '0'));
      const text = digits.map((each, index) => (index % width === 0 && index > 0 ? `\\\r\n  ${each}` : each)).join(',');
      const found = values(inLab(`"a"=hex:${text}\r\n`))!;
      expect(hex(found.get('a')!.data)).toBe(Buffer.from(data).toString('hex'));
    });
    fc.assert(property, { numRuns: FUZZ_RUNS });
  });

  it('reads a key as it would alone, whatever the keys before it were like', () => {
    const line = fc.constantFrom(
      '"a"="1"',
      '"a"="2"',
      '"A"="1"',
      '"a"="1" ; more',
      '"ab"="1"',
      '"a"=-',
      '"b"=hex:01,02',
      '"b"=hex:01,02,\\\r\n  03',
      '"b"=hex:01',
      '"c"=dword:00000001',
      '"c"=dword:1',
      '@="x"',
      '"q\\"q"="y"',
      '"q\\\\"="y"',
    );
    const keys = fc.array(fc.tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom('\r\n', '\n')), { maxLength: 6 });
    const shown = (all: ReadonlyMap<string, { name: string; type: unknown; data: Uint8Array }>) =>
      [...all].map(([key, { name, type, data }]) => [key, name, type, hex(data)]);
    const property = fc.property(keys, (all) => {
      const texts = all.map(([lines, end], at) => `[HKLM\\K${at}]${end}${lines.map((each) => each + end).join('')}`);
      const together = read(v5(texts.join('')));
      for (const [at, text] of texts.entries()) {
        const key = keyOf(`HKLM\\K${at}`);
        expect(shown(together.keys.get(key)!.values)).toEqual(shown(read(v5(text)).keys.get(key)!.values));
      }
    });
    fc.assert(property, { numRuns: FUZZ_RUNS });
  });

  it('takes a continued line for a byte alone, and no two of them', () => {
    expect(readRegFile(inLab('"a"=hex:01,\\\r\n  \\\r\n  02\r\n'))).toMatchObject({ ok: false });
  });

  it('answers any bytes', () => {
    neverThrows(
      readRegFile,
      inLab(EVERY_TYPE),
      Buffer.from(`REGEDIT4\r\n\r\n[HKLM\\A]\r\n${EVERY_TYPE}`, 'latin1'),
      wine,
    );
  });
});
