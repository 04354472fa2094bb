import { describe, expect, it } from 'vitest';
import { readProtocols, readSuitePolicy } from '../../../src/formats/registry/schannel.ts';
import { neverThrows } from '../../support/fuzz.ts';

const reg = (...lines: readonly string[]): Buffer =>
  Buffer.from(`\ufeffWindows Registry Editor Version 5.00\r\n\r\n${lines.join('\r\n')}\r\n`, 'utf16le');

const KEY = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL';
const POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002';

/** A key of the server side of TLS 1.2 with these lines. */
const tls12 = (...lines: readonly string[]): Buffer =>
  reg(`[${KEY}]`, '"EventLogging"=dword:00000001', `[${KEY}\\Protocols\\TLS 1.2\\Server]`, ...lines);

const enabledIn = (bytes: Buffer): unknown => {
  const read = readProtocols(bytes);
  return read.ok ? Object.fromEntries(read.value) : read.error;
};

describe('readProtocols', () => {
  it.each([
    ['0 is off', '"Enabled"=dword:00000000', { 'TLS 1.2': false }],
    ['1 is on', '"Enabled"=dword:00000001', { 'TLS 1.2': true }],
    ['0xffffffff is on: IIS Crypto and scripts write it', '"Enabled"=dword:ffffffff', { 'TLS 1.2': true }],
    ['any other number is on', '"enabled"=dword:00000080', { 'TLS 1.2': true }],
    ['DisabledByDefault says nothing of it', '"DisabledByDefault"=dword:00000001', {}],
    ['a text is no number', '"Enabled"="0"', {}],
  ])('%s', (_name, line, expected) => {
    expect(enabledIn(tls12(line))).toEqual(expected);
  });

  it('leaves alone what is DisabledByDefault and enabled', () => {
    const lines = ['"DisabledByDefault"=dword:00000001', '"Enabled"=dword:00000001'];
    expect(enabledIn(tls12(...lines))).toEqual({ 'TLS 1.2': true });
  });

  it('says nothing where the key has no protocol, only the client side, or only what is older than TLS', () => {
    expect(enabledIn(reg(`[${KEY}]`, '"EventLogging"=dword:00000001'))).toEqual({});
    expect(enabledIn(reg(`[${KEY}\\Protocols\\TLS 1.2\\Client]`, '"Enabled"=dword:00000000'))).toEqual({});
    expect(enabledIn(reg(`[${KEY}\\Protocols\\SSL 3.0\\Server]`, '"Enabled"=dword:00000000'))).toEqual({});
  });

  it('reads every protocol, in any case, from any control set', () => {
    const key = KEY.toLowerCase().replace('currentcontrolset', 'ControlSet001');
    const all = ['1.0', '1.1', '1.2', '1.3'].flatMap((version, index) => [
      `[${key}\\PROTOCOLS\\tls ${version}\\SERVER]`,
      `"Enabled"=dword:0000000${index}`,
    ]);
    expect(enabledIn(reg(...all))).toEqual({ 'TLS 1.0': false, 'TLS 1.1': true, 'TLS 1.2': true, 'TLS 1.3': true });
  });

  it('refuses what is no export of that key', () => {
    expect(enabledIn(reg(`[${KEY}2]`))).toBe('not an export of SecurityProviders\\SCHANNEL');
    expect(enabledIn(Buffer.from('x'))).toEqual(expect.any(String));
  });

  it('answers any bytes', () => neverThrows(readProtocols, tls12('"Enabled"=dword:00000000')));
});

describe('readSuitePolicy', () => {
  const [RSA, ECDSA] = ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];
  const multi = (...texts: readonly string[]): string => {
    const bytes = Buffer.from(`${texts.join('\0')}\0\0`, 'utf16le');
    return `"Functions"=hex(7):${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(',')}`;
  };

  it.each([
    ['a text with commas, as Group Policy writes it', `"Functions"="${RSA},${ECDSA}"`, [RSA, ECDSA]],
    ['lines', multi(RSA, ECDSA), [RSA, ECDSA]],
    ['lines with commas and blanks', multi(` ${RSA}, ${ECDSA} `), [RSA, ECDSA]],
    ['no value', '"EccCurves"="NistP256"', undefined],
    ['an empty text', '"Functions"=""', undefined],
    ['a number', '"Functions"=dword:00000001', undefined],
  ])('reads %s', (_name, line, expected) => {
    expect(readSuitePolicy(reg(`[${POLICY}]`, line))).toEqual({ ok: true, value: expected });
  });

  it('refuses what is no export of that key', () => {
    const error = 'not an export of the policy for cipher suites';
    expect(readSuitePolicy(reg(`[${POLICY.slice(0, -1)}]`, `"Functions"="${RSA}"`))).toEqual({ ok: false, error });
    expect(readSuitePolicy(Buffer.from('x')).ok).toBe(false);
  });

  it('answers any bytes', () => neverThrows(readSuitePolicy, reg(`[${POLICY}]`, `"Functions"="${RSA}"`)));
});
