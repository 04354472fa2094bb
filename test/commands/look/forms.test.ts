// The forms of a check that may be asked for together: all from one look.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { heal, newFolder, newLab } from '../../support/program.ts';

it('prints JSON, and writes the page and the metrics beside it, whole and in place of older ones', async () => {
  const lab = await newLab('lost-binding');
  const folder = newFolder();
  const [html, metrics] = [join(folder, 'report.html'), join(folder, 'https.prom')];
  const { code, out, err } = await heal('check', '--lab', lab, '--json', '--html', html, '--prometheus', metrics);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  const { findings, verdict } = JSON.parse(out);
  expect(verdict).toBe('faulty');
  expect(readFileSync(html, 'utf8')).toContain(findings[0].playbook);
  const timeless = (text: string) => text.replace(/(timestamp_seconds) .*/g, '$1');
  const printed = await heal('check', '--lab', lab, '--prometheus');
  expect(timeless(readFileSync(metrics, 'utf8'))).toBe(timeless(printed.out));
  writeFileSync(metrics, 'older');
  await heal('check', '--lab', lab, '--prometheus', metrics);
  expect(timeless(readFileSync(metrics, 'utf8'))).toBe(timeless(printed.out));
  expect(readdirSync(folder).sort()).toEqual(['https.prom', 'report.html']);
});

it('says where metrics cannot be written, and leaves nothing half written', async () => {
  const lab = await newLab();
  const metrics = join(newFolder(), 'none', 'https.prom');
  const { code, out, err } = await heal('check', '--lab', lab, '--prometheus', metrics);
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringContaining('cannot be written') });
  expect(existsSync(metrics)).toBe(false);
});
