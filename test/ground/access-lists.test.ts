// Who may write in several folders: with few starts of icacls, and the same lists whatever it makes of the question.

import { describe, expect, it } from 'vitest';
import { accessLists } from '../../src/ground/access-lists.ts';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { labDisk, machineOn } from '../support/run-lab.ts';
import { DATA } from '../support/squatter.ts';

const BESIDE = ['runs', 'work', 'log'].map((name) => `${DATA}\\${name}`);
const PATHS = ['C:\\ProgramData', DATA, ...BESIDE];

/** A server with our folder, which counts the starts of icacls and answers the question for all of a folder as told. */
async function counting(
  answer: (ask: () => ReturnType<Machine['run']>) => ReturnType<Machine['run']> = (ask) => ask(),
) {
  const machine = machineOn(labDisk());
  await prepareDataFolder(machine);
  let starts = 0;
  const run: Machine['run'] = (asked, secrets) => {
    starts += 1;
    const ask = () => machine.run(asked, secrets);
    return String(asked.args[0]).endsWith('\\*') ? answer(ask) : ask();
  };
  return { machine: { ...machine, run }, starts: () => starts };
}

const mute = async (ask: () => ReturnType<Machine['run']>) => {
  const { output: _, ...ran } = { output: undefined, ...(await ask()) };
  return ran;
};

/** The output without its first name and list: a folder that the answer does not speak of. */
const short = async (ask: () => ReturnType<Machine['run']>) => {
  const ran = await ask();
  if (!ran.started || ran.output === undefined) throw new Error('no output');
  const lines = Buffer.from(ran.output).toString('utf16le').split('\r\n');
  return { ...ran, output: Buffer.from(lines.slice(2).join('\r\n'), 'utf16le') };
};

describe('the lists of folders', () => {
  it('that lie side by side are asked for at once', async () => {
    const { machine, starts } = await counting();
    const lists = await accessLists(machine, PATHS);
    expect([...lists.keys()].sort()).toEqual([...PATHS].sort());
    expect(starts()).toBe(3);
  });

  it.each([
    ['gives nothing for all of a folder', mute, 6],
    ['leaves one of them out', short, 4],
    ['cannot be started for that', async () => ({ started: false, why: 'failed', detail: 'no' }) as const, 6],
  ])('are the same where icacls %s', async (_name, answer, most) => {
    const expected = await accessLists((await counting()).machine, PATHS);
    const { machine, starts } = await counting(answer);
    expect(new Map(await accessLists(machine, PATHS))).toEqual(expected);
    expect(starts()).toBeLessThanOrEqual(most);
  });

  it('that cannot be read are not in the answer', async () => {
    const { machine } = await counting();
    expect([...(await accessLists(machine, [`${DATA}\\absent`, `${DATA}\\runs`])).keys()]).toEqual([`${DATA}\\runs`]);
  });
});
