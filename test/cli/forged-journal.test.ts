// A journal that somebody has forged, with a checksum that fits, meets the built program: none of its commands starts.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checksum } from '../../src/own-files/checksum.ts';
import { changesOf, copyOf, dies, diskOf, firstOfRun } from '../support/dying.ts';
import { heal, newLab } from '../support/program.ts';
import { stateOf } from '../support/run-lab.ts';

/** A lab whose fix was killed when it had deleted the store entry: the next change takes that back by its journal. */
let half: string;
beforeAll(async () => {
  const lab = await newLab('stranded-key');
  const changes = await changesOf(copyOf(lab), 'fix', '--yes');
  const deleted = changes.findIndex((each, at) => at > firstOfRun(changes) && /^rename.*registry\.json/.test(each));
  await dies(lab, { at: deleted + 1 }, 'fix', '--yes');
  half = lab;
});

/** Gives every command of its plan this program. */
function forge(lab: string, program: string): void {
  const runs = join(lab, 'ProgramData', 'iis-ssl-heal', 'runs');
  const [run = ''] = readdirSync(runs);
  const file = join(runs, run, readdirSync(join(runs, run)).find((name) => name.endsWith('-plan.json')) ?? '');
  const { checksum: _, ...entry } = JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
    key === 'program' ? program : value,
  );
  writeFileSync(file, JSON.stringify({ ...entry, checksum: checksum(entry) }));
}

describe('a forged program name', () => {
  it.each([
    ['..\\..\\Temp\\evil', ['fix', '--yes']],
    ['C:\\Temp\\evil.exe', ['fix', '--yes']],
    ['powershell', ['undo', '--yes']],
    ['reg.exe', ['fix', '--yes']],
    ['', ['schedule', 'install']],
    ['__proto__', ['fix', '--yes', '--unattended', '--as', 'system']],
  ])('%j is refused (7), and nothing is done', async (program, args) => {
    const lab = copyOf(half);
    forge(lab, program);
    const before = stateOf(diskOf(lab));
    const { code, out, err } = await heal(...args, '--lab', lab);
    expect(code, out + err).toBe(7);
    expect(stateOf(diskOf(lab))).toEqual(before);
  });
});
