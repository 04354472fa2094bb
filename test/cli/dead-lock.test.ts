// Three real processes against the lock of a dead one, a hundred times: never two that hold it.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heal, newFolder, newLab } from './program.ts';

const ROUNDS = Number(process.env.ATTACK_ROUNDS ?? 100);
const SEED = Number(process.env.ATTACK_SEED ?? 1);

let contender: string;
beforeAll(async () => {
  contender = join(newFolder(), 'contender.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'lock-contender.ts')],
    outfile: contender,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    define: { __VERSION__: '"0.0.0"', __COMMIT__: '"source"' },
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  });
});

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

async function start(lab: string, seed: number): Promise<ChildProcess> {
  const child = fork(contender, [lab, String(seed)], { execArgv: [] });
  started.push(child);
  await answerOf(child);
  return child;
}

async function asked(child: ChildProcess, word: 'take' | 'release'): Promise<string> {
  child.send(word);
  return answerOf(child);
}

function answerOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a contender ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (word) => {
      child.off('exit', ended);
      resolve(String(word));
    });
  });
}

describe('a lock whose owner is dead', () => {
  it(`is taken over by one of three processes, ${ROUNDS} times, and never by two`, async () => {
    const lab = await newLab();
    expect((await heal('baseline', 'save', '--lab', lab)).code).toBe(0);
    const lock = join(lab, 'ProgramData', 'iis-ssl-heal', 'lock.json');
    const dying = await start(lab, 0);
    expect(await asked(dying, 'take')).toBe('held');
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    const dead = readFileSync(lock);

    const three = await Promise.all([1, 2, 3].map((nth) => start(lab, SEED * 10 + nth)));
    const holders: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      writeFileSync(lock, dead);
      const answers = await Promise.all(three.map((child) => asked(child, 'take')));
      holders.push(answers.filter((answer) => answer === 'held').length);
      for (const child of three) await asked(child, 'release');
    }
    const rounds = (count: number) => holders.filter((each) => each === count).length;
    console.log(`dead lock, seed ${SEED}: ${rounds(1)} rounds with one holder, ${rounds(0)} without, of ${ROUNDS}`);
    expect({ two: rounds(2), three: rounds(3) }).toEqual({ two: 0, three: 0 });
    expect(rounds(1)).toBeGreaterThan(0);
  }, 300_000);
});
