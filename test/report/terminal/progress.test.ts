import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A process that reports two plans, the second of which fails, and then writes its result. */
const SCRIPT = `
import { startProgress } from './src/report/terminal/progress.ts';
const plan = (title) => ({ title, steps: [{ title: 'one' }, { title: 'two 100%' }, { title: 'three\\u001b[2J' }] });
const listeners = process.listenerCount('SIGINT');
const { onEvent, stop } = startProgress(process.argv[2]);
onEvent({ kind: 'plan', plan: plan('First plan') });
for (const [index, outcome] of ['done', 'already-so', 'done'].entries()) {
  onEvent({ kind: 'step-begin', index });
  onEvent({ kind: 'step-end', index, outcome });
}
onEvent({ kind: 'plan-end' });
onEvent({ kind: 'plan', plan: plan('Second plan') });
onEvent({ kind: 'step-begin', index: 0 });
onEvent({ kind: 'step-end', index: 0, outcome: 'failed', detail: 'access denied' });
onEvent({ kind: 'plan', plan: plan('Stale plan') });
await stop();
console.log('result', process.listenerCount('SIGINT') - listeners);
`;

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'progress-'));
  await build({
    stdin: { contents: SCRIPT, resolveDir: process.cwd(), loader: 'ts' },
    outfile: join(folder, 'progress.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (mode: string) =>
  spawnSync(process.execPath, [join(folder, 'progress.mjs'), mode], { encoding: 'utf8', input: '' });

describe('startProgress', () => {
  it.each(['plain', 'terminal'])('writes plain lines to stderr where there is no terminal: %s', (mode) => {
    const { stdout, stderr, status } = run(mode);
    expect({ stdout, status }).toEqual({ stdout: 'result 0\n', status: 0 });
    expect(stderr).not.toContain('\u001b');
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => line.endsWith('plan'))).toEqual(['First plan', 'Second plan', 'Stale plan']);
    expect(stderr).toMatch(/. two 100% \(already so\)\n/);
    expect(stderr).toMatch(/. one \[FAILED: access denied\]\n/);
    expect(stderr.match(/SKIPPED: not reached/g)).toHaveLength(5);
  });

  it('is silent when told so', () => {
    expect(run('silent')).toMatchObject({ stdout: 'result 0\n', stderr: '', status: 0 });
  });
});
