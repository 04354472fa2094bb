// A start costs what it loads: which of its files the built program reads, and which of Node's modules it loads.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { heal, newFolder, newLab, PROGRAM } from '../support/program.ts';

const WHAT_IT_LOADS = join(import.meta.dirname, '..', 'support', 'what-it-loads.cjs');

/** None of them is there in a Node that runs nothing, and each takes a millisecond or more. */
const HEAVY = ['child_process', 'http', 'https', 'http2', 'perf_hooks', 'readline', 'tls', 'worker_threads', 'zlib'];

let lab: string;
let evidence: string;
beforeAll(async () => {
  lab = await newLab();
  evidence = join(newFolder(), 'evidence');
  await heal('collect', '--lab', lab, '--out', evidence);
});

function loaded(...words: readonly string[]): { readonly files: readonly string[]; readonly heavy: readonly string[] } {
  const LOADS = join(newFolder(), 'loads.json');
  execFileSync(process.execPath, ['--require', WHAT_IT_LOADS, PROGRAM, ...words], {
    env: { ...process.env, LOADS },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { files, modules } = JSON.parse(readFileSync(LOADS, 'utf8')) as Record<'files' | 'modules', readonly string[]>;
  return { files, heavy: HEAVY.filter((name) => modules.includes(name)) };
}

it('the version is told without the program', () => {
  expect(loaded('--version')).toEqual({ files: [], heavy: [] });
});

it.each([[[]], [['--json']], [['--line']], [['--prometheus']]])(
  'a check of evidence loads neither the lab nor what mends, nor what starts programs: %j',
  (flags) => {
    expect(loaded('check', ...flags, '--from', evidence)).toEqual({ files: ['program.cjs'], heavy: [] });
  },
);

it('a check of a lab loads the lab, and no list that is drawn', () => {
  expect(loaded('check', '--lab', lab).files).toEqual(['program.cjs', 'lab.cjs', 'forge.cjs']);
});
