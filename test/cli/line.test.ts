// check --line and fix --line: what engines of others take. One line of ASCII, the exit code as ever, and a stderr that is empty.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { heal, newLab } from '../support/program.ts';
import { setList } from '../support/squatter.ts';

const ours = (lab: string, ...path: readonly string[]) => join(lab, 'ProgramData', 'iis-ssl-heal', ...path);

it('is one line for every end, with the exit code of the same command without it', async () => {
  const lab = await newLab('lost-binding', 'stale-hash');
  for (const [args, verdict] of [
    [['check'], 'faulty'],
    [['fix', '--dry-run'], 'planned'],
    [['fix', '--yes'], 'healed'],
    [['fix', '--yes'], 'nothing-to-do'],
    [['check'], 'healthy'],
  ] as const) {
    const ended = await heal(...args, '--line', '--lab', lab);
    expect([args, ended.err]).toEqual([args, '']);
    expect(ended.out).toMatch(/^[ -~]+\n$/);
    expect(ended.out.split(/[:\n]/)[0]).toBe(verdict);
    if (args[1] === '--yes') expect(ended.code).toBe(0);
    else expect((await heal(...args, '--lab', lab)).code).toBe(ended.code);
  }
});

it('says nothing on stderr of what is told there otherwise: a pause', async () => {
  const lab = await newLab('stranded-key');
  expect((await heal('fix', '--yes', '--lab', lab)).code).toBe(0);
  writeFileSync(ours(lab, 'pause'), '');
  expect((await heal('check', '--lab', lab)).err).not.toBe('');
  expect(await heal('check', '--line', '--lab', lab)).toEqual({
    code: 0,
    out: expect.stringMatching(/^healthy: /),
    err: '',
  });
});

it('tells a refusal on the line, with its exit code', async () => {
  const lab = await newLab('lost-binding');
  expect((await heal('schedule', 'install', '--lab', lab)).code).toBe(0);
  setList(lab, 'C:\\ProgramData\\iis-ssl-heal', 'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;;FA;;;WD)');
  const { code, out, err } = await heal('fix', '--yes', '--line', '--lab', lab);
  expect([err, code]).toEqual(['', 7]);
  expect(out).toMatch(/^refused: [ -~]+ can be changed by S-1-1-0[ -~]+\n$/);
});

it('stands beside files that are written from the same look', async () => {
  const lab = await newLab();
  const at = (name: string) => join(lab, name);
  const ended = await heal('check', '--line', '--lab', lab, '--html', at('a.html'), '--prometheus', at('a.prom'));
  expect(ended).toEqual({ code: 0, out: expect.stringMatching(/^healthy: /), err: '' });
});
