import { describe, expect, it } from 'vitest';
import { readServiceRun } from '../../../src/formats/console/service-run.ts';
import { neverThrows } from '../../support/fuzz.ts';
import { transcript } from '../../support/say.ts';

const text = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');

const ENGLISH = text('', ...transcript('sc-query'));
// As public tests of other programs have them: Portuguese names of fields, and a Russian Windows, whose names stay Latin.
const PORTUGUESE = text(
  'NOME_DO_SERVI\xc7O: W3SVC',
  '        TIPO                       : 20  WIN32_SHARE_PROCESS',
  '        ESTADO                     : 1  STOPPED',
  '        C\xd3DIGO_DE_SA\xcdDA_DO_WIN32   : 1068  (0x42c)',
);
const RUSSIAN = text(
  'SERVICE_NAME: W3SVC',
  'DISPLAY_NAME: \xd1\xeb\xf3\xe6\xe1\xe0',
  '        TYPE               : 20  WIN32_SHARE_PROCESS',
  '        STATE              : 4  RUNNING',
);

describe('readServiceRun', () => {
  it.each([
    ['English', ENGLISH, { state: 4, exitCode: 0 }],
    ['Portuguese', PORTUGUESE, { state: 1, exitCode: 1068 }],
    ['Russian', RUSSIAN, { state: 4, exitCode: 0 }],
  ])('reads the state and how it ended in %s', (_language, bytes, run) => {
    expect(readServiceRun(bytes)).toEqual({ ok: true, value: run });
  });

  it('takes the state of a driver for the second number, not the first', () => {
    const driver = text('        TYPE  : 1  KERNEL_DRIVER', '        STATE : 3  STOP_PENDING', '        X : 5  (0x5)');
    expect(readServiceRun(driver)).toEqual({ ok: true, value: { state: 3, exitCode: 5 } });
  });

  it('refuses what tells no state', () => {
    for (const bytes of [
      text(''),
      text('[SC] OpenService FAILED 1060:'),
      text('        TYPE : 20  WIN32_SHARE_PROCESS'),
    ])
      expect(readServiceRun(bytes)).toEqual({ ok: false, error: 'no state of a service in it' });
  });

  it('answers any bytes', () => neverThrows(readServiceRun, ENGLISH));
});
