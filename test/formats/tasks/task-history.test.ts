import { describe, expect, it } from 'vitest';
import { readTaskHistory } from '../../../src/formats/tasks/task-history.ts';
import { historyText } from '../../../src/report/terminal/task-text.ts';
import { neverThrows } from '../../support/fuzz.ts';

const row = (name: string, next: string, last: string, result: string, command = 'C:\\heal.exe fix') =>
  `"WEB01","\\${name}","${next}","Ready","Interactive/Background","${last}","${result}","N/A","${command}","C:\\"`;
const read = (...lines: readonly string[]) =>
  readTaskHistory(Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'), 'iis-ssl-heal');

describe('readTaskHistory', () => {
  it("takes the task's first row, by place and not by title", () => {
    const other = row('another', 'x', 'x', '5');
    const boot = row('IIS-SSL-Heal', 'N/A', '3/2/2026 8:04:00 AM', '3');
    const event = row('iis-ssl-heal', 'y', 'y', '6');
    expect(read('"HostName","TaskName","Next Run Time"', other, boot, event)).toEqual({
      lastResult: 3,
      lastRun: '3/2/2026 8:04:00 AM',
      nextRun: 'N/A',
    });
  });

  it('takes the next run from the trigger that has one', () => {
    const rows = ['N/A', '3/2/2026 9:17:00 AM', 'N/A'].map((next) => row('iis-ssl-heal', next, 'l', '0'));
    expect(read(...rows)).toMatchObject({ lastRun: 'l', nextRun: '3/2/2026 9:17:00 AM' });
  });

  it('is not led astray by quotes of a command line that nobody doubled', () => {
    expect(read(row('iis-ssl-heal', 'n', 'l', '0', '"C:\\a b\\node.exe" "C:\\c, d" fix'))).toEqual({
      lastResult: 0,
      lastRun: 'l',
      nextRun: 'n',
    });
  });

  it('keeps times in any language, with what the code page hides as question marks', () => {
    expect(read(row('iis-ssl-heal', 'Nicht zutreffend', '02.03.2026 08:04:00 f\x81r', '-2147024894'))).toEqual({
      lastResult: -2147024894,
      lastRun: '02.03.2026 08:04:00 f?r',
      nextRun: 'Nicht zutreffend',
    });
  });

  it.each([
    ['-2147024894', -2147024894],
    ['2147942402', -2147024894],
    ['0x80070002', -2147024894],
    ['267011', 267011],
  ])('reads the result %s', (text, lastResult) => {
    expect(read(row('iis-ssl-heal', '', '', text))).toEqual({ lastResult });
  });

  it.each([
    ['no answer', ''],
    ['an answer in words', 'FEHLER: Das System kann die angegebene Datei nicht finden.'],
    ['three columns', '"\\iis-ssl-heal","N/A","Ready"'],
    ['another task', row('iis-ssl-healing', 'n', 'l', '0')],
    ['a result that is none', row('iis-ssl-heal', 'n', 'l', 'N/A')],
    ['a result beyond 32 bits', row('iis-ssl-heal', 'n', 'l', '9999999999')],
  ])('knows nothing from %s', (_name, text) => {
    expect(read(text)).toEqual({});
  });

  it('answers any bytes', () =>
    neverThrows((bytes) => readTaskHistory(bytes, 'iis-ssl-heal'), Buffer.from(row('iis-ssl-heal', 'n', 'l', '0'))));
});

describe('historyText', () => {
  it.each([
    [{}, ''],
    [{ lastResult: 267011, nextRun: 'N/A' }, '  last run: none yet\n  next run: N/A\n'],
    [{ lastResult: 267009, lastRun: 'T' }, '  last run: T, still running\n'],
    [{ lastResult: 267014, lastRun: 'T' }, '  last run: T, ended by its time limit or by a person\n'],
    [{ lastResult: 0, lastRun: 'T' }, '  last run: T, exit code 0: nothing was wrong, or everything was healed\n'],
    [{ lastResult: 3, lastRun: 'T' }, '  last run: T, exit code 3: a person is needed\n'],
    [{ lastResult: 3 }, '  last run, exit code 3: a person is needed\n'],
    [
      { lastResult: -2147024894, lastRun: 'T' },
      '  last run: T, result 0x80070002: see iis-ssl-heal explain 0x80070002\n',
    ],
  ])('says %j', (history, text) => {
    expect(historyText(history)).toBe(text);
  });
});
