// Words across the borders of processes: arguments, paths, exit codes.

import { linkSync, mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CALLER_FILE } from './lab-programs/this-server.ts';
import { labOnFreePort } from './lay-out.ts';
import { runIn } from './prefix.ts';
import { drive, HEAL, heal, onHost, thisWindows, windows, withServer } from './server.ts';

const UNUSUAL = 'C:\\Prüfung für 日本 {1} 50% & Co';

const ARGUMENTS = [
  ['plain', 'with blank', ''],
  ['c"d', '"', 'a "quoted" word', '\\"'],
  ['ends in \\', 'C:\\with blank\\', 'C:\\plain\\', '\\\\server\\share\\'],
  ['%PATH%', '%', '100%', '^', 'x^&y', 'a&b', 'a|b', '<>', '!x!'],
  ['{4dc3e181-e14b-4a21-b022-59fc669b0914}', 'appid={x}', "it's", '`', '$x', '*', '?'],
  ['Schlüssel', '日本', '\u00a0', 'tab\there', 'é', '€'],
];

describe('arguments of the programs that we start', () => {
  it('arrive as they were given, byte for byte', async () => {
    await withServer(await labOnFreePort(), async () => {
      drive().remove('C:\\lab-started.txt');
      drive().write('C:\\lists.json', Buffer.from(JSON.stringify(ARGUMENTS)));
      expect(await windows('lab-run', 'C:\\lists.json', 'C:\\results.json')).toMatchObject({ code: 0 });
      const lines = drive().read('C:\\lab-started.txt')!.toString('utf8').trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual(ARGUMENTS.map((list) => ['netsh', ...list]));
      const results = JSON.parse(drive().read('C:\\results.json')!.toString('utf8')) as readonly unknown[];
      for (const result of results) expect(result).toMatchObject({ started: true, exitCode: 1 });
    });
  });
});

describe('paths with blanks and letters of other alphabets', () => {
  const copy = `${UNUSUAL}\\iis-ssl-heal.exe`;
  beforeAll(() => {
    const folder = onHost(UNUSUAL.slice(3));
    mkdirSync(folder);
    linkSync(onHost('Program Files', 'iis-ssl-heal', 'iis-ssl-heal.exe'), `${folder}/iis-ssl-heal.exe`);
  });

  it('hold our program, a lab, evidence and reports', async () => {
    const run = (...args: readonly string[]) => runIn(thisWindows(), copy, args);
    const lab = `${UNUSUAL}\\lab`;
    expect(await run('lab', 'create', lab, '--fault', 'lost-binding')).toMatchObject({ code: 0 });
    const html = `${UNUSUAL}\\Bericht für alle.html`;
    expect(await run('check', '--lab', lab, '--html', html)).toMatchObject({ code: 1 });
    expect(drive().read(html)?.toString('utf8')).toContain('lost-binding');
    expect(await run('collect', '--lab', lab, '--out', `${UNUSUAL}\\evidence`)).toMatchObject({ code: 0 });
    expect(await run('check', '--from', `${UNUSUAL}\\evidence\\`)).toMatchObject({ code: 1 });
    expect(await run('fix', '--lab', lab, '--yes')).toMatchObject({ code: 0 });
    expect(await run('check', '--lab', `${lab}\\`)).toMatchObject({ code: 0 });
  });
});

/** Lines of a batch file, run by Wine's cmd; what it printed, line by line. */
async function batch(...lines: readonly string[]): Promise<readonly string[]> {
  drive().write('C:\\run me.cmd', Buffer.from(['@echo off', ...lines, ''].join('\r\n')));
  const ran = await runIn(thisWindows(), 'cmd', ['/c', 'C:\\run me.cmd']);
  return ran.out.trim().split(/\r?\n/);
}

describe('a batch file', () => {
  const quiet = (args: string) => `"${HEAL}" ${args} >nul 2>&1`;

  it('sees the exit codes', async () => {
    await withServer(await labOnFreePort('lost-binding'), async () => {
      const lines = await batch(
        quiet('--version'),
        'echo version %ERRORLEVEL%',
        quiet('check'),
        'echo check %ERRORLEVEL%',
        quiet('fix'),
        'echo fix without anybody %ERRORLEVEL%',
        quiet('chekc'),
        'echo typing error %ERRORLEVEL%',
        quiet('fix --yes'),
        'echo fix %ERRORLEVEL%',
        quiet('check'),
        'if "%ERRORLEVEL%"=="0" echo healthy',
      );
      const wanted = ['version 0', 'check 1', 'fix without anybody 3', 'typing error 2', 'fix 0', 'healthy'];
      expect(lines).toEqual(wanted);
      drive().remove('C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config');
      expect(await batch(quiet('check'), 'echo %ERRORLEVEL%')).toEqual(['4']);
    });
  });

  it('gives words on as they are', async () => {
    const said = async (word: string) => (await batch(`"${HEAL}" explain ${word} 2>&1`)).join('\n');
    expect(await said('0x80090016')).toContain('NTE_BAD_KEYSET');
    expect(await said('"two words {x} 50%%"')).toContain('two words {x} 50%');
    expect(await said('"say \\"no\\" now"')).toContain('say "no" now');
  });
});

describe('a start without a console', () => {
  it('runs to its end', async () => {
    await withServer(await labOnFreePort(), async () => {
      await windows('lab-hidden', 'C:\\out.txt', 'C:\\code.txt', HEAL, 'check');
      expect(drive().read('C:\\out.txt')?.toString('utf8')).toContain('Healthy: ');
      expect(drive().read('C:\\code.txt')?.toString('utf8')).toBe('0');
    });
  });
});

describe('the folder of the program, called by its bare name', () => {
  it('is where somebody else must not be able to write', async () => {
    await withServer(await labOnFreePort('lost-binding'), async () => {
      const granted = await windows('icacls', 'C:\\Program Files\\iis-ssl-heal', '/grant', '*S-1-5-32-545:(OI)(CI)M');
      expect(granted.code).toBe(0);
      const lines = await batch(
        'cd /d "C:\\Program Files\\iis-ssl-heal"',
        'iis-ssl-heal fix --yes >C:\\said.txt 2>&1',
        'echo %ERRORLEVEL%',
      );
      expect(lines).toEqual(['7']);
      const said = drive().read('C:\\said.txt')?.toString('utf8').replaceAll(/\s+/g, ' ');
      expect(said).toContain('C:\\Program Files\\iis-ssl-heal can be changed by S-1-5-32-545');
    });
  });
});

describe('somebody who is not elevated', () => {
  it('may look, and is told that a repair needs an elevated prompt', async () => {
    await withServer(await labOnFreePort('lost-binding'), async () => {
      drive().write(CALLER_FILE, Buffer.from('owner\nnot elevated'));
      const fix = await heal('fix', '--yes');
      expect({ code: fix.code, elevated: /elevated/.test(fix.err + fix.out) }).toEqual({ code: 3, elevated: true });
    });
  });
});
