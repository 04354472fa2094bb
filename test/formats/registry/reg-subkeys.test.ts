import { describe, expect, it } from 'vitest';
import { readSubkeys } from '../../../src/formats/registry/reg-query.ts';
import { neverThrows } from '../../support/fuzz.ts';

const KEY = 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates';
const LONG = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates';
const listed = (...lines: readonly string[]) => Buffer.from(`\r\n${lines.join('\r\n')}\r\n`);

describe('readSubkeys', () => {
  it('reads the names below the key, whatever values it has and however it is spelled', () => {
    const bytes = listed(LONG, '    (Standard)    REG_SZ    x', '', `${LONG}\\MY`, `${LONG.toUpperCase()}\\WebHosting`);
    expect(readSubkeys(bytes, KEY)).toEqual({ ok: true, value: new Set(['my', 'webhosting']) });
  });

  it('takes neither what lies deeper nor what lies elsewhere for one', () => {
    const bytes = listed(`${LONG}\\MY\\Certificates`, `${LONG}2\\ROOT`, `    ${LONG}\\Value`, `${LONG}\\CA`);
    expect(readSubkeys(bytes, KEY)).toEqual({ ok: true, value: new Set(['ca']) });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an error', Buffer.from('FEHLER: Zugriff verweigert\r\n')],
    ['the key alone', listed(LONG)],
  ])('has no answer in %s', (_name, bytes) => {
    expect(readSubkeys(bytes, KEY)).toEqual({ ok: false, error: `no list of what is in ${KEY}` });
  });

  it('answers any bytes', () => neverThrows((bytes) => readSubkeys(bytes, KEY), listed(LONG, `${LONG}\\MY`)));
});
