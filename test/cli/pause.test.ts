// schedule pause and resume, as an administrator types them, and the file that only looks like a pause.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { heal, newLab } from '../support/program.ts';

const pauseFile = (lab: string, name = 'pause') => join(lab, 'ProgramData', 'iis-ssl-heal', name);

const schedule = (verb: string, lab: string, ...more: readonly string[]) =>
  heal('schedule', verb, '--lab', lab, ...more);

const unattended = (lab: string) => heal('fix', '--yes', '--unattended', '--lab', lab, '--as', 'system');

describe('a pause', () => {
  it('holds the repair back until it is ended, and both say so', async () => {
    const lab = await newLab('lost-binding');
    const paused = await schedule('pause', lab);
    expect(paused).toEqual({
      code: 0,
      out: 'Paused: nothing is repaired unattended until iis-ssl-heal schedule resume.\n',
      err: '',
    });
    const run = await unattended(lab);
    expect([run.code, run.out]).toEqual([3, expect.stringContaining('Held back: the pause file is there.')]);
    const check = await heal('check', '--lab', lab);
    expect([check.code, check.err]).toEqual([1, expect.stringContaining('Note: nothing is repaired unattended: ')]);
    expect(await schedule('resume', lab)).toEqual({ code: 0, out: 'Unattended repairs go on.\n', err: '' });
    expect(await schedule('resume', lab)).toEqual({ code: 0, out: 'Nothing was paused.\n', err: '' });
    expect((await unattended(lab)).code).toBe(0);
  });

  it('ends by itself at its time, which is told', async () => {
    const lab = await newLab('lost-binding');
    const { out } = await schedule('pause', lab, '--for', '4h');
    const [until = ''] = /\d{4}-.*Z/.exec(out) ?? [];
    expect(readFileSync(pauseFile(lab), 'utf8')).toMatch(/^until \d{4}-\d\d-\d\dT[\d:.]+Z\r\n$/);
    expect((await unattended(lab)).out).toContain(`Held back until ${until}: the pause file is there.`);
    const status = await schedule('status', lab);
    expect(status.out).toContain(`unattended repairs: nothing is repaired unattended until ${until}: `);
    writeFileSync(pauseFile(lab), 'until 2026-01-01T00:00:00Z\r\n');
    expect((await unattended(lab)).code).toBe(0);
  });

  it('is none where an editor has put .txt behind the name: check, the status and the log say it', async () => {
    const lab = await newLab('lost-binding');
    await schedule('pause', lab);
    await schedule('resume', lab);
    writeFileSync(pauseFile(lab, 'pause.txt'), '');
    const note = 'pause.txt pauses nothing: the file is called pause, with nothing behind it';
    expect((await schedule('status', lab)).out).toContain(note);
    expect((await heal('check', '--lab', lab, '--json')).err).toContain(note);
    expect((await schedule('resume', lab)).err).toContain(note);
    expect((await unattended(lab)).code).toBe(0);
    const log = readFileSync(join(pauseFile(lab, 'log'), 'self-heal.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(JSON.parse(log.at(-1) ?? '')).toMatchObject({ warnings: [expect.stringContaining(note)] });
  });

  it.each(['4', '0h', 'tomorrow', '400d'])('for %s is refused, and nothing is written', async (time) => {
    const lab = await newLab();
    const { code, out, err } = await schedule('pause', lab, '--for', time);
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining(`--for ${time} is no time. Say 30m, 4h or 2d, a year at most`),
    });
    expect(existsSync(pauseFile(lab))).toBe(false);
  });
});
