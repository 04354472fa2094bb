// Three real processes and one dead lock: never two that have it.

import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROUNDS = Number(process.env.ATTACK_ROUNDS ?? 100);

/** A program that takes the lock of this folder, in three processes. */
function threeContenders(folder: string): readonly ChildProcess[] {
  const program = join(folder, 'contender.mjs');
  const source = join(import.meta.dirname, '../../support/lock-contender.ts');
  buildSync({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', outfile: program });
  const contenders = [1, 2, 3].map(() => fork(program, [folder]));
  onTestFinished(() => {
    for (const contender of contenders) contender.kill();
  });
  return contenders;
}

/** Tells all of them at once, and gives their answers. */
async function all(contenders: readonly ChildProcess[], word: 'take' | 'let go'): Promise<readonly unknown[]> {
  const answers = contenders.map(async (contender) => (await once(contender, 'message'))[0] as unknown);
  for (const contender of contenders) contender.send(word);
  return Promise.all(answers);
}

/**
 * Of a process that is no more, of one whose id is another process now, and of none. Each is another one: the names that are
 * held for them are this computer's, on which other tests run too.
 */
const DEAD = [
  (unique: string) => `{"token":"${unique}","processId":1073741824,"since":"","who":"a"}`,
  (unique: string) => `{"token":"${unique}","processId":1,"since":"","who":"a","holds":true}`,
  (unique: string) => `"${unique}"`,
] as const;

it('a dead lock is taken over by one of three processes, and never by two', async () => {
  const folder = temporaryFolder();
  const contenders = threeContenders(folder);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Junk is waited for a quarter of a second: a few rounds of it are enough.
    const dead = DEAD[round % 33 === 9 ? 2 : round % 2 === 0 ? 0 : 1](randomUUID());
    writeFileSync(join(folder, 'lock.json'), dead);
    const held = await all(contenders, 'take');
    expect(held.filter(Boolean), `round ${round}: ${dead}`).toEqual([true]);
    await all(contenders, 'let go');
  }
}, 600_000);
