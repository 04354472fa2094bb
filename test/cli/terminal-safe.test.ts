// What somebody put into a name reaches no terminal: in every command's output, on stdout and on stderr.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configOf, heal, newFolder, newLab, PROGRAM } from '../support/program.ts';
import { atTerminalOf, hasTerminal } from '../support/terminal.ts';

/** C1 (a device control string, NEL), bidi, zero width, a tag, a soft hyphen; XML has no ESC. */
const HOSTILE = 'a\u0090\u0085\u202eb\u2066\u200b\u200fc\ufeff\u{e0041}\u00add';
const SHOWN = 'a\\u0090\\u0085\\u202eb\\u2066\\u200b\\u200fc\\ufeff\\udb40\\udc41\\u00add';
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const SECRET_SIGN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\p{Cf}\p{Zl}\p{Zp}]/u;

/** A lab with a site of that name; its binding has lost its record, so that everything speaks of it. */
async function hostileLab(...faults: readonly string[]): Promise<string> {
  const lab = await newLab(...faults);
  const config = readFileSync(configOf(lab), 'utf8');
  const changed = config.replace(/<site name="[^"]*"/, `<site name="${HOSTILE}"`);
  expect(changed).not.toBe(config);
  writeFileSync(configOf(lab), changed);
  return lab;
}

describe('names with hidden signs', () => {
  it('come out of no command', async () => {
    const lab = await hostileLab('lost-binding', 'stale-hash', 'stranded-key');
    const out = join(newFolder(), 'out');
    const html = `${out}.html`;
    const said: string[] = [];
    for (const args of [
      ['check'],
      ['check', '--json'],
      ['check', '--prometheus'],
      ['check', '--html', html],
      ['check', '--line'],
      ['fix', '--dry-run', '--line'],
      ['plan', '--out', `${out}.json`],
      ['plan', '--out', `${out}.json`, '--as', 'system'],
      ['collect', '--out', out],
      ['fix', '--dry-run'],
      ['fix', '--yes'],
      ['fix', '--json'],
      ['runs'],
      ['undo'],
      ['undo', '--yes'],
      ['baseline', 'save'],
      ['baseline', 'show'],
      ['schedule', 'status'],
      ['undo', HOSTILE],
      [HOSTILE],
      ['explain', HOSTILE],
      ['check', `--${HOSTILE}`],
      ['check', '--only', HOSTILE],
    ]) {
      const ended = await heal(...args, ...(args[0] === 'explain' || args[0] === HOSTILE ? [] : ['--lab', lab]));
      expect([args, SECRET_SIGN.exec(ended.out + ended.err)?.[0]]).toEqual([args, undefined]);
      expect(ended.code).not.toBe(70);
      said.push(ended.out + ended.err);
      if (args[1] === '--json') expect(JSON.stringify(JSON.parse(ended.out))).toContain(HOSTILE);
    }
    expect(said.filter((text) => text.includes(SHOWN)).length).toBeGreaterThan(8);
    expect(said[2]).toContain(`site="${SHOWN.replaceAll('\\', '\\\\')}"`);
    expect(SECRET_SIGN.test(readFileSync(html, 'utf8'))).toBe(false);
    expect(readFileSync(html, 'utf8')).toContain(SHOWN);
  });

  it('come out of schedule status neither, which reads a task that anybody may have edited', async () => {
    const lab = await newLab();
    expect((await heal('schedule', 'install', '--lab', lab)).code).toBe(0);
    const task = join(lab, 'Windows', 'System32', 'Tasks', 'iis-ssl-heal');
    writeFileSync(
      task,
      readFileSync(task, 'utf16le').replace(/<Command>[^<]*/, `<Command>C:\\${HOSTILE}.exe`),
      'utf16le',
    );
    for (const args of [[], ['--json']]) {
      const { code, out, err } = await heal('schedule', 'status', '--lab', lab, ...args);
      expect([code, SECRET_SIGN.exec(out + err)?.[0]]).toEqual([1, undefined]);
    }
  });

  it.skipIf(!hasTerminal)('steer no terminal that is written to in colour', async () => {
    const lab = await hostileLab('lost-binding');
    const words = [process.execPath, PROGRAM, 'check', '--lab', lab];
    const { NO_COLOR: _none, ...env } = process.env;
    const { screen } = await atTerminalOf(words, { ...env, TERM: 'xterm' }, () => undefined);
    expect(screen).toContain('\u001b[31m');
    // Our own colours, and the line that a long look writes over.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
    const plain = screen.replaceAll(/\u001b\[\d+m|\r\u001b\[K|\r\n/g, '');
    expect(SECRET_SIGN.exec(plain)?.[0]).toBeUndefined();
    expect(plain).toContain('\\u0090');
  });
});
