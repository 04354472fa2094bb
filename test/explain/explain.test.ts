import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { didYouMean, knownList, knownNames } from '../../src/explain/closest.ts';
import { CODES } from '../../src/explain/codes.ts';
import { EVENTS } from '../../src/explain/events.ts';
import { explainCode } from '../../src/explain/explain-code.ts';
import { renderExplanation } from '../../src/explain/render.ts';
import { WORDS } from '../../src/explain/words.ts';
import { UNATTENDED_OUTCOMES } from '../../src/model/run/run-outcome.ts';

const nameOf = (text: string) => {
  const explanation = explainCode(text);
  if (explanation?.kind === 'word') return explanation.entry.names[0];
  return explanation?.kind === 'event' ? explanation.entry.id : explanation?.entry?.name;
};

describe('explainCode', () => {
  it.each<readonly [string, string | number]>([
    ['0x80090016', 'NTE_BAD_KEYSET'],
    ['80090016', 'NTE_BAD_KEYSET'],
    ['-2146893802', 'NTE_BAD_KEYSET'],
    ['2148073494', 'NTE_BAD_KEYSET'],
    ['nte_bad_keyset', 'NTE_BAD_KEYSET'],
    [' 0X80090016 ', 'NTE_BAD_KEYSET'],
    ['-2146893813', 'NTE_BAD_KEY_STATE'],
    ['2148073483', 'NTE_BAD_KEY_STATE'],
    ['-2146885628', 'CRYPT_E_NOT_FOUND'],
    ['2148081668', 'CRYPT_E_NOT_FOUND'],
    ['-2146893043', 'SEC_E_UNKNOWN_CREDENTIALS'],
    ['8009030d', 'SEC_E_UNKNOWN_CREDENTIALS'],
    ['2148073488', 'NTE_PERM'],
    ['-2146893798', 'NTE_KEYSET_ENTRY_BAD'],
    ['-2146893811', 'NTE_NO_KEY'],
    ['-2146893809', 'NTE_EXISTS'],
    ['-2146893807', 'NTE_NOT_FOUND'],
    ['-2146893785', 'NTE_INVALID_PARAMETER'],
    ['-2146893783', 'NTE_NOT_SUPPORTED'],
    ['1312', 'ERROR_NO_SUCH_LOGON_SESSION'],
    ['0x520', 'ERROR_NO_SUCH_LOGON_SESSION'],
    ['0x80070520', 'ERROR_NO_SUCH_LOGON_SESSION'],
    ['-2147023584', 'ERROR_NO_SUCH_LOGON_SESSION'],
    ['2147943712', 'ERROR_NO_SUCH_LOGON_SESSION'],
    ['0xC000005F', 'STATUS_NO_SUCH_LOGON_SESSION'],
    ['3221225567', 'STATUS_NO_SUCH_LOGON_SESSION'],
    ['-1073741729', 'STATUS_NO_SUCH_LOGON_SESSION'],
    ['0xD000005F', 'STATUS_NO_SUCH_LOGON_SESSION'],
    ['183', 'ERROR_ALREADY_EXISTS'],
    ['2', 'ERROR_FILE_NOT_FOUND'],
    ['87', 'ERROR_INVALID_PARAMETER'],
    ['5', 'ERROR_ACCESS_DENIED'],
    ['0x80070005', 'ERROR_ACCESS_DENIED'],
    ['E_ACCESSDENIED', 'ERROR_ACCESS_DENIED'],
    ['0x80070056', 'ERROR_INVALID_PASSWORD'],
    ['0x800B0109', 'CERT_E_UNTRUSTEDROOT'],
    ['0x800B0110', 'CERT_E_WRONG_USAGE'],
    ...[36870, 36869, 36871, 15021, 15300, 15301, 15005, 5061, 5058, 5059, 36874, 36886, 36887, 36888].map(
      (id) => [String(id), id] as const,
    ),
    ['ECONNRESET', 'ECONNRESET'],
    ['err_connection_reset', 'ECONNRESET'],
    ['PR_CONNECT_RESET_ERROR', 'ECONNRESET'],
    ['ERR_SSL_PROTOCOL_ERROR', 'ERR_SSL_PROTOCOL_ERROR'],
    ['NET::ERR_CERT_COMMON_NAME_INVALID', 'ERR_CERT_COMMON_NAME_INVALID'],
    ['SSL_ERROR_BAD_CERT_DOMAIN', 'ERR_CERT_COMMON_NAME_INVALID'],
    ['SEC_ERROR_UNKNOWN_ISSUER', 'ERR_CERT_AUTHORITY_INVALID'],
    ['5506', '5506'],
  ])('%s is %s', (text, name) => {
    expect(nameOf(text)).toBe(name);
  });

  it('knows every event that this program makes itself', () => {
    for (const { event, sentence } of Object.values(UNATTENDED_OUTCOMES))
      if (event !== undefined) expect(explainCode(String(event))).toMatchObject({ entry: { message: sentence } });
    expect(shown('350')).toMatch(/^event: {6}350\nprovider: {3}iis-ssl-heal\nlog: {8}Application\n/);
  });

  it('takes an HRESULT apart', () => {
    expect(explainCode('0x80090016')).toMatchObject({
      kind: 'code',
      form: 'HRESULT',
      value: 0x80090016,
      severity: { number: 1, name: 'error' },
      facility: { number: 9, name: 'FACILITY_SECURITY, FACILITY_SSPI' },
      code: 0x16,
    });
  });

  it('takes an NTSTATUS apart', () => {
    expect(explainCode('0xC000005F')).toMatchObject({
      form: 'NTSTATUS',
      severity: { number: 3, name: 'error' },
      facility: { number: 0, name: 'no facility' },
      code: 0x5f,
    });
  });

  it.each([
    ['0x80041234', 'HRESULT', 1, 4, 'FACILITY_ITF', 0x1234],
    ['0x87FF0001', 'HRESULT', 1, 0x7ff, undefined, 1],
    ['0x00040000', 'HRESULT', 0, 4, 'FACILITY_ITF', 0],
    ['0xC0090001', 'NTSTATUS', 3, 9, 'FACILITY_NTSSPI', 1],
    ['0x40000016', 'NTSTATUS', 1, 0, 'no facility', 0x16],
    ['0x3E9', 'HRESULT', 1, 7, 'FACILITY_WIN32', 1001],
  ])('takes %s apart without knowing it', (text, form, severity, facility, name, code) => {
    expect(explainCode(text)).toMatchObject({
      form,
      severity: { number: severity },
      facility: { number: facility, name },
      code,
      entry: undefined,
    });
  });

  it.each([
    '',
    'x',
    'stranded-key',
    '0x',
    '0x123456789',
    '99999',
    '99',
    '-1.5',
    '4294967296',
    '-2147483649',
    '8009001',
    '-5',
  ])('%j is nothing that it knows', (text) => expect(explainCode(text)).toBeUndefined());

  it('reads each spelling of a number as the same code', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x80000000, max: 0xfffeffff }), (value) => {
        const hex = value.toString(16);
        for (const text of [hex.toUpperCase(), `0x${hex}`, String(value), String(value | 0)]) {
          expect(explainCode(text)).toMatchObject({ kind: 'code', value });
        }
      }),
    );
  });

  it('has each code and event once', () => {
    expect(new Set(CODES.map(({ value }) => value)).size).toBe(CODES.length);
    expect(new Set(CODES.map(({ name }) => name)).size).toBe(CODES.length);
    expect(new Set(EVENTS.map(({ id }) => id)).size).toBe(EVENTS.length);
    const names = [...CODES.map(({ name }) => name), ...WORDS.flatMap((each) => each.names)];
    expect(new Set(names).size).toBe(names.length);
  });
});

const shown = (text: string) => renderExplanation(explainCode(text)!, playbooks);

describe('renderExplanation', () => {
  it('shows result, name, severity, facility, code, header and message', () => {
    expect(shown('NTE_BAD_KEYSET').split('\n').slice(0, 7)).toEqual([
      'result:     0x80090016 (-2146893802)',
      'name:       NTE_BAD_KEYSET, an HRESULT',
      'defined in: winerror.h',
      'severity:   1 (error)',
      'facility:   9 (FACILITY_SECURITY, FACILITY_SSPI)',
      'code:       22 (0x0016)',
      'message:    Keyset does not exist',
    ]);
    expect(shown('NTE_BAD_KEYSET')).toMatch(
      /\nplaybooks: {2}lost-key-link, stranded-key, broken-link\nto do: {6}Run `iis-ssl-heal check`/,
    );
  });

  it('says which codes are Win32 errors', () => {
    expect(shown('1312')).toContain('result:     0x80070520 (-2147023584)\n');
    expect(shown('1312')).toContain('code:       1312 (0x0520), the Win32 error\n');
    expect(shown('5')).toContain('name:       ERROR_ACCESS_DENIED, E_ACCESSDENIED, an HRESULT\n');
    expect(shown('0xC000005F')).toContain(
      'name:       STATUS_NO_SUCH_LOGON_SESSION, an NTSTATUS\ndefined in: ntstatus.h\n',
    );
  });

  it('shows an unknown code by its parts alone', () => {
    expect(shown('0x87FF0001')).toBe(
      [
        'result:     0x87FF0001 (-2013331455)',
        'name:       not known to this program',
        'severity:   1 (error)',
        'facility:   2047 (not known to this program)',
        'code:       1 (0x0001)',
        '',
      ].join('\n'),
    );
  });

  it('shows an event with its log', () => {
    expect(shown('36870')).toMatch(/^event: {6}36870\nprovider: {3}Schannel\nlog: {8}System\nmessage: /);
    expect(shown('36887')).toContain('\nplaybooks:  none\n');
  });

  it("shows a client's word with all that other clients say of it", () => {
    expect(shown('ERR_CONNECTION_RESET')).toMatch(/^word: {7}ECONNRESET, ERR_CONNECTION_RESET, PR_CONNECT_RESET_ERROR/);
    expect(shown('ERR_CONNECTION_RESET')).toMatch(/\nplaybooks: {2}.*lost-binding/);
  });
});

it('the list of what is known names every event, word and code', () => {
  const list = knownList(['stale-hash']);
  for (const name of ['playbooks: stale-hash', '36886', 'ECONNRESET', 'NTE_BAD_KEYSET']) expect(list).toContain(name);
});

describe('didYouMean', () => {
  it.each([
    ['NTE_BAD_KEYST', 'NTE_BAD_KEYSET'],
    ['nte_perms', 'NTE_PERM'],
    ['36780', '36870'],
    ['0x80090061', '0x80090016'],
    ['E_ACCESDENIED', 'E_ACCESSDENIED'],
    ['strandedkey', 'stranded-key'],
  ])('%s: did you mean %s', (text, suggestion) => {
    expect(didYouMean(text, ['stranded-key', 'stale-hash', ...knownNames()])).toContain(suggestion);
  });

  it('tells several that are as like', () => {
    expect(didYouMean('-k', ['check'])).toBe('');
    expect(didYouMean('runt', ['runs', 'run'])).toBe('(Did you mean one of run, runs?)');
  });

  it.each(['', 'x', 'hello world', '7', '--help', 'help', '-5'])('%j is like nothing', (text) => {
    expect(didYouMean(text, knownNames())).toBe('');
  });
});
