// The other tests of the command line run it in their own process. Here it is the built program too: the same words get the
// same answer on the same stream, with the same code, and leave the same folder.

import { expect, it } from 'vitest';
import { copyOf } from '../support/dying.ts';
import { type Ended, heal, healAlone, newLab, snapshot } from '../support/program.ts';

/** What differs from run to run: ids, the time, the process, the folder of the lab. */
const plain = ({ code, out, err }: Ended, lab: string): Ended => {
  const same = (text: string) =>
    text
      .replaceAll(lab, 'LAB')
      .replaceAll(/\d{4}-\d{8}T\d{6}Z/g, 'RUN')
      .replaceAll(/(timestamp_seconds) [\d.]+/g, '$1 TIME')
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z| UTC)?/g, 'TIME')
      .replaceAll(/("version": "|{version="|iis-ssl-heal )\d+\.\d+\.\d+/g, '$1V');
  return { code, out: same(out), err: same(err) };
};

const FAULTS = ['stranded-key', 'stale-hash', 'lost-binding'];

it.each([
  [[], ['check']],
  [[], ['fix', '--yes']],
  [FAULTS, []],
  [FAULTS, ['check']],
  [FAULTS, ['check', '--json']],
  [FAULTS, ['check', '--prometheus']],
  [FAULTS, ['check', '--line']],
  [FAULTS, ['fix', '--yes', '--line']],
  [FAULTS, ['check', '--only', 'stale']],
  [FAULTS, ['check', '--jsn']],
  [FAULTS, ['fix', '--dry-run']],
  [FAULTS, ['fix', '--yes']],
  [FAULTS, ['fix', '--yes', '--json']],
  [FAULTS, ['fix', '--yes', '--unattended', '--as', 'system']],
  [FAULTS, ['undo']],
  [FAULTS, ['schedule', 'install']],
])('on a server with the faults %j: %j', async (faults, words) => {
  const here = await newLab(...faults);
  const there = copyOf(here);
  const [inProcess, built] = [await heal(...words, '--lab', here), await healAlone(...words, '--lab', there)];
  expect(plain(inProcess, here)).toEqual(plain(built, there));
  const [left, right] = [snapshot(here), snapshot(there)].map(Object.keys);
  expect(left?.length).toBe(right?.length);
});

it.each([[['explain', '15005']], [['list']], [['explain', 'no-such-thing']], [['--help']], [['lab', 'create']]])(
  '%j',
  async (words) => {
    expect(plain(await heal(...words), '')).toEqual(plain(await healAlone(...words), ''));
  },
);
